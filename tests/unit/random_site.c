/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/random_site.h"

#include "unit/account_at.h"
#include "unit/generation_of.h"
#include "unit/random_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const resources[] = {
	"arn:aws:ses:us-west-2:123456789012:identity/example.net",
	"arn:aws:ses:us-west-2:123456789012:identity/*",
	"*",
	"arn:aws:ses:us-west-2:123456789012:configuration-set/set",
	"arn:aws:ses:us-west-2:123456789012:*/*e*",
	"arn:aws:ses:us-west-2:123456789012:identity/a@example.net",
	"arn:aws:ses:us-west-2:123456789012:identity/${aws:username}",
	"arn:aws:ses:us-west-2:123456789012:identity/Example.NET",
	"arn:aws:ses:us-west-2:123456789012:Identity/*",
};

/* Operators and keys; one operator stands once in a condition. */
static const char *const conditions[][4] = {
	{ "\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@evil.example\"}",
		"\"ForAnyValue:StringLike\":{\"ses:Recipients\":[\"*@*.Test\",\"ceo@*\"]}",
		"\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"${ses:FromAddress}\"}",
		"\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*\",\"ses:FromAddress\":\"a@*\"}" },
	{ "\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":\"*@example.org\"}",
		"\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":[\"*.test\",\"*.org\"]}",
		"\"ForAnyValue:StringNotLike\":{\"ses:Recipients\":\"${ses:FeedbackAddress}\"}",
		"\"ForAnyValue:StringNotLike\":{\"ses:FromAddress\":\"a@*\"}" },
	{ "\"ForAllValues:StringLike\":{\"ses:Recipients\":\"*@example.org\"}",
		"\"ForAllValues:StringLike\":{\"ses:Recipients\":[\"*.Test\",\"*.org\"]}",
		"\"ForAllValues:StringLike\":{\"ses:Recipients\":\"${ses:Recipients}\"}",
		"\"ForAllValues:StringLike\":{\"ses:Recipients\":\"*\",\"aws:userid\":\"x\"}" },
	{ "\"ForAllValues:StringNotEquals\":{\"ses:Recipients\":\"ceo@example.org\"}",
		"\"ForAllValues:StringNotEquals\":{\"ses:Recipients\":[\"y@x.test\",\"x@evil.example\"]}",
		"\"ForAllValues:StringNotEquals\":{\"ses:FromAddress\":\"a@example.net\"}",
		"\"ForAllValues:StringNotEquals\":{\"ses:Recipients\":\"nobody\"}" },
	{ "\"StringLike\":{\"ses:Recipients\":\"*@evil.example\"}", "\"StringLike\":{\"ses:FromAddress\":\"a@*\"}",
		"\"StringLike\":{\"ses:FromAddress\":\"*@${aws:username}.net\"}", "\"StringLike\":{\"aws:userid\":\"x\"}" },
	{ "\"StringNotLike\":{\"ses:Recipients\":\"*@example.org\"}", "\"StringNotLike\":{\"ses:FromAddress\":\"a@Example*\"}",
		"\"StringNotLike\":{\"aws:SourceVpce\":\"vpce-1\"}", "\"StringNotLike\":{\"ses:FromAddress\":\"*\"}" },
	{ "\"StringEquals\":{\"ses:FromDisplayName\":\"Ann\"}", "\"StringEquals\":{\"ses:FeedbackAddress\":\"a@example.net\"}",
		"\"StringEquals\":{\"ses:FromDisplayName\":[\"Ann\",\"Bob\"]}",
		"\"StringEquals\":{\"aws:ResourceAccount\":\"123456789012\"}" },
	{ "\"StringNotEquals\":{\"ses:FromDisplayName\":\"Ann\"}",
		"\"StringNotEquals\":{\"ses:FeedbackAddress\":\"a@Example.net\"}",
		"\"StringNotEquals\":{\"ses:FromAddress\":\"${ses:FeedbackAddress}\"}",
		"\"StringNotEquals\":{\"aws:ResourceAccount\":\"123456789012\"}" },
	{ "\"StringEqualsIfExists\":{\"ses:TenantName\":\"t1\"}", "\"StringNotEqualsIfExists\":{\"ses:TenantName\":\"t1\"}",
		"\"StringEqualsIgnoreCase\":{\"ses:TenantName\":\"t1\"}", "\"StringNotLikeIfExists\":{\"ses:TenantName\":\"t*\"}" },
	{ "\"Null\":{\"ses:Recipients\":\"true\"}", "\"Null\":{\"ses:Recipients\":\"false\"}",
		"\"Null\":{\"aws:SourceIp\":\"true\"}", "\"Null\":{\"aws:userid\":\"true\"}" },
	{ "\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}", "\"IpAddress\":{\"aws:SourceIp\":\"172.31.0.0/16\"}",
		"\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}", "\"IpAddress\":{\"aws:SourceIp\":\"::/0\"}" },
	{ "\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}", "\"NotIpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}",
		"\"NotIpAddress\":{\"aws:SourceIp\":\"::/0\"}", "\"NotIpAddress\":{\"aws:SourceIp\":\"172.31.0.0/16\"}" },
	{ "\"Bool\":{\"aws:SecureTransport\":\"false\"}", "\"Bool\":{\"aws:SecureTransport\":\"true\"}",
		"\"BoolIfExists\":{\"aws:SecureTransport\":\"false\"}",
		"\"Bool\":{\"aws:SecureTransport\":\"${ses:FromDisplayName}\"}" },
};

const char *const random_addresses[RANDOM_ADDRESSES] = { "10.0.0.1", "172.31.1.1", "::1" };

static const char *const endpoint = EGRESS_VPC;

/* What of a statement is behind its principal. */
static size_t random_rest(uint64_t *seed, char *out)
{
	size_t used, count = check_below(seed, 4);
	bool taken[COUNT_OF(conditions)] = { false };

	used = (size_t)sprintf(out, "\"Action\":\"ses:*\",\"Resource\":\"%s\",\"Condition\":{", PICK(seed, resources));
	for (size_t i = 0, written = 0; i < count; i++) {
		size_t which = check_below(seed, COUNT_OF(conditions));
		if (taken[which])
			continue;
		taken[which] = true;
		used += (size_t)sprintf(out + used, "%s%s", written++ ? "," : "", PICK(seed, conditions[which]));
	}
	return used + (size_t)sprintf(out + used, "}}");
}

static size_t random_statement(uint64_t *seed, char *out, bool own_allow)
{
	static const char *const principals[] = { "\"*\"", "\"*\"", "{\"AWS\":\"123456789012\"}",
		"{\"AWS\":\"arn:aws:iam::123456789012:user/smtp-relay\"}" };
	size_t used = (size_t)sprintf(out, "{\"Effect\":\"%s\",\"Principal\":%s,",
		check_below(seed, 8) >= (own_allow ? 2 : 5) ? "Deny" : "Allow", PICK(seed, principals));

	return used + random_rest(seed, out + used);
}

/* Files of a boundary and two levels: most allow everything, but for some Denies. */
enum { BOUNDARY, ROOT, UNIT, LIMITS };
static char limits[LIMITS][64], account[64];

static void random_limit(uint64_t *seed, const char *path)
{
	char policy[4096];
	size_t used = (size_t)sprintf(policy, "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",");

	if (check_below(seed, 4))
		used += (size_t)sprintf(policy + used, "\"Action\":\"*\",\"Resource\":\"*\"}");
	else
		used += random_rest(seed, policy + used);
	if (check_below(seed, 2)) {
		used += (size_t)sprintf(policy + used, ",{\"Effect\":\"Deny\",");
		used += random_rest(seed, policy + used);
	}
	sprintf(policy + used, "]}");
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(policy, file);
	assert_int_equal(fclose(file), 0);
}

static void random_limits(uint64_t *seed, struct site_options *options)
{
	static const char *const root = limits[ROOT], *const unit = limits[UNIT], *const none = "";
	static const struct string_list levels[] = { { &root, 1 }, { &unit, 1 } };
	static struct principal_option bound = { .arn = "arn:aws:iam::123456789012:user/smtp-relay", .boundary = limits[BOUNDARY] };

	for (int i = 0; i < LIMITS; i++)
		random_limit(seed, limits[i]);
	options->organization = (struct level_list){ levels, check_below(seed, COUNT_OF(levels) + 1) };
	bound.policies = (struct string_list){ check_below(seed, 2) ? &none : NULL, 0 };
	if (check_below(seed, 2))
		options->principals = (struct principal_options){ &bound, 1 };
}

int random_limits_make(void **state)
{
	static const char name[] = "/tmp/test_message_random.XXXXXX";
	static char folder[sizeof name];

	/* It may be called again. */
	memcpy(folder, name, sizeof name);
	if (!mkdtemp(folder))
		return -1;
	for (int i = 0; i < LIMITS; i++)
		snprintf(limits[i], sizeof limits[i], "%s/%d.json", folder, i);
	snprintf(account, sizeof account, "%s/account", folder);
	*state = folder;
	return mkdir(account, 0750);
}

int random_limits_remove(void **state)
{
	for (int i = 0; i < LIMITS; i++)
		unlink(limits[i]);
	account_at_clear(account);
	return rmdir(account) || rmdir(*state);
}

/* What SES may say of its account, and what the settings make of that. */
static void random_state(uint64_t *seed, struct site_options *options)
{
	random_account(seed, account);
	options->account_state = account;
	options->paused = (unsigned)check_below(seed, 3);
	options->suppressed = !check_below(seed, 6);
	options->sandbox_given = options->sandbox || !check_below(seed, 2);
	options->unknown_identity_given = options->unknown_identity || check_below(seed, 2);
}

/* What a site may say of itself, each now and then. */
static struct site_options random_site(uint64_t *seed)
{
	static const char *const set = "set", *const verified = "example.org", *const none = "";
	static struct map_entry sets = { "example.net", { &set, 1 } };
	static struct principal_option caller = {
		.arn = "arn:aws:iam::123456789012:user/smtp-relay", .policies = { &none, 0 },
	}, pinned = {
		.arn = "arn:aws:iam::123456789012:user/smtp-relay", .tenant = "t1",
	};
	struct site_options options = { .identities = { &verified, 1 }, .from_address = (unsigned)check_below(seed, 3) };

	options.unknown_identity = !check_below(seed, 12);
	options.ses_headers = !check_below(seed, 12);
	options.null_sender = !check_below(seed, 12);
	options.sandbox = !check_below(seed, 12);
	options.unqualified_headers = !check_below(seed, 2);
	if (!check_below(seed, 3)) {
		size_t count = check_below(seed, RANDOM_ADDRESSES + 1),
		       first = count ? check_below(seed, RANDOM_ADDRESSES + 1 - count) : 0;
		options.connection = CONNECTION_RELAY;
		options.egress = count ? (struct string_list){ random_addresses + first, count }
				       : (struct string_list){ &endpoint, 1 };
	}
	if (check_below(seed, 2))
		options.configuration_sets = (struct map){ &sets, 1 };
	if (!check_below(seed, 3))
		options.principals = (struct principal_options){ &caller, 1 };
	else if (!check_below(seed, 12))
		options.principals = (struct principal_options){ &pinned, 1 };
	if (!check_below(seed, 4))
		random_limits(seed, &options);
	if (!check_below(seed, 3))
		random_state(seed, &options);
	return options;
}

struct generation *random_generation(uint64_t *seed, bool of_client)
{
	struct site_options options = random_site(seed);
	if (of_client) {
		options.connection = CONNECTION_CLIENT;
		options.egress = (struct string_list){ NULL, 0 };
	}
	char policy[8192];
	const char *text = policy;
	struct faults faults;
	size_t used, count = 1 + check_below(seed, 4);

	used = (size_t)sprintf(policy,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\","
		"\"Action\":\"ses:SendEmail\",\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\"}");
	for (size_t i = 0; i < count; i++) {
		used += (size_t)sprintf(policy + used, ",");
		used += random_statement(seed, policy + used, !options.principals.count || options.principals.at->tenant);
	}
	sprintf(policy + used, "]}");
	faults_init(&faults);
	struct generation *generation = generation_of(&text, 1, &options, &faults);
	assert_non_null(generation);
	/* There may be notes. */
	faults_free(&faults);
	return generation;
}
