/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_quotas.h"

#include "quota/quota.h"

#include <string.h>

/* As many as SES lets nobody send. */
#define RECIPIENTS_MOST QUOTA_RECIPIENTS_MAX

const struct setting_number setting_per_day = { .scale = 1, .least = 0, .most = RECIPIENTS_MOST };
const struct setting_number setting_per_second = {
	.scale = 1000,
	.least = 1,
	.most = INT64_C(1000000) * 1000,
	.least_words = "no rate; write a number from 0.001 to 1000000, or \"per_day\": 0 where nothing may be sent",
};
const struct setting_number setting_burst = { .scale = 1, .least = 1, .most = RECIPIENTS_MOST };

static const struct setting_number milliseconds = { .scale = 1, .least = 10, .most = 10000 };

static const char *const unavailable_words[] = { "refuse", "accept", NULL };
static const char *const limit_mode_words[] = { "enforce", "monitor", NULL };

#define OF_ACCOUNT(member) offsetof(struct account_limit_option, limit.member)
#define OF_NAMED(member) offsetof(struct quota_option, limit.member)
#define OF_QUOTAS(member) offsetof(struct quotas_option, member)

const char *setting_limit_wrong(const struct limit_option *limit)
{
	return limit->burst.given && !limit->per_second.given ? "\"burst\" without \"per_second\"; add that, or take the burst out"
							      : NULL;
}

/* One that is there for its limit alone. */
static const char *limit_missing(const struct limit_option *limit)
{
	const char *wrong = setting_limit_wrong(limit);

	if (wrong || limit->per_day.given || limit->per_second.given)
		return wrong;
	return "limits nothing; add \"per_day\" or \"per_second\", or take it out";
}

static const char *account_wrong(const void *element)
{
	return limit_missing(&((const struct account_limit_option *)element)->limit);
}

static const char *named_wrong(const void *element)
{
	return limit_missing(&((const struct quota_option *)element)->limit);
}

#define MODE_ROW(at_limit) \
	{ \
		.name = "mode", .type = SETTING_WORD, .offset = at_limit(monitor), .words = limit_mode_words \
	}

static const struct setting account_rows[] = { SETTING_LIMIT_ROWS(OF_ACCOUNT), MODE_ROW(OF_ACCOUNT) };

static const struct setting_group account = {
	.rows = account_rows,
	.count = sizeof account_rows / sizeof *account_rows,
	.size = sizeof(struct account_limit_option),
	.whole = account_wrong,
	.example = "{\"per_day\": 50000, \"per_second\": 14}",
};

#define NAME_ROW(name_, check_) \
	{ \
		.name = name_, .type = SETTING_TEXT, .offset = offsetof(struct quota_option, name), .check = check_, \
		.required = true \
	}

static const struct setting identity_rows[] = { NAME_ROW("identity", setting_check_identity), SETTING_LIMIT_ROWS(OF_NAMED),
	MODE_ROW(OF_NAMED) };
static const struct setting sender_rows[] = { NAME_ROW("sender", setting_check_quota_sender), SETTING_LIMIT_ROWS(OF_NAMED),
	MODE_ROW(OF_NAMED) };
static const struct setting principal_rows[] = { NAME_ROW("arn", setting_check_quota_arn), SETTING_LIMIT_ROWS(OF_NAMED),
	MODE_ROW(OF_NAMED) };

#define NAMED_GROUP(rows_, example_) \
	{ \
		.rows = rows_, .count = sizeof rows_ / sizeof *rows_, .size = sizeof(struct quota_option), .whole = named_wrong, \
		.example = example_ \
	}

static const struct setting_group identities = NAMED_GROUP(identity_rows, "{\"identity\": \"example.net\", \"per_day\": 20000}");
static const struct setting_group senders = NAMED_GROUP(sender_rows, "{\"sender\": \"*@example.net\", \"per_day\": 500}");
static const struct setting_group principals = NAMED_GROUP(principal_rows,
	"{\"arn\": \"arn:aws:iam::123456789012:user/billing\", \"per_day\": 2000}");

static const struct setting quota_rows[] = {
	{ .name = "store",
		.type = SETTING_TEXT,
		.offset = OF_QUOTAS(store),
		.fallback = QUOTA_STORE_DEFAULT,
		.check = setting_check_store },
	{ .name = "store_user", .type = SETTING_TEXT, .offset = OF_QUOTAS(store_user), .check = setting_check_store_user },
	{ .name = "store_password_file",
		.type = SETTING_TEXT,
		.offset = OF_QUOTAS(store_password_file),
		.check = setting_check_path },
	{ .name = "store_sentinel_user",
		.type = SETTING_TEXT,
		.offset = OF_QUOTAS(store_sentinel_user),
		.check = setting_check_store_user },
	{ .name = "store_sentinel_password_file",
		.type = SETTING_TEXT,
		.offset = OF_QUOTAS(store_sentinel_password_file),
		.check = setting_check_path },
	{ .name = "store_ca_file", .type = SETTING_TEXT, .offset = OF_QUOTAS(store_ca_file), .check = setting_check_path },
	{ .name = "store_timeout_ms",
		.type = SETTING_NUMBER,
		.offset = OF_QUOTAS(store_timeout_ms),
		.fallback = "250",
		.number = &milliseconds },
	{ .name = "unavailable", .type = SETTING_WORD, .offset = OF_QUOTAS(unavailable), .words = unavailable_words },
	{ .name = "account",
		.type = SETTING_OBJECT,
		.offset = OF_QUOTAS(account),
		.instead = ACCOUNT_LIMIT_SES_WORD,
		.group = &account },
	{ .name = "identities", .type = SETTING_OBJECTS, .offset = OF_QUOTAS(identities), .group = &identities },
	{ .name = "senders", .type = SETTING_OBJECTS, .offset = OF_QUOTAS(senders), .group = &senders },
	{ .name = "principals", .type = SETTING_OBJECTS, .offset = OF_QUOTAS(principals), .group = &principals },
};

const struct setting_group setting_quotas = {
	.rows = quota_rows,
	.count = sizeof quota_rows / sizeof *quota_rows,
	.size = sizeof(struct quotas_option),
	.example = "{\"account\": {\"per_day\": 50000, \"per_second\": 14}}",
};

void setting_quotas_check(const char *file, const struct site_options *site, struct faults *faults)
{
	const struct quotas_option *quotas = &site->quotas;

	_Static_assert(ACCOUNT_LIMIT_SETTINGS == 1 && ACCOUNT_LIMIT_SES == 2, "what an object of settings begins with");
	for (size_t i = 0; !quotas->given && i < site->principals.count; i++)
		if (site->principals.at[i].limit.per_day.given || site->principals.at[i].limit.per_second.given)
			fault_add(faults,
				"%s: principals[%zu]: a limit without \"quotas\", which counts; add \"quotas\": {}, or take the limit out",
				file, i);
	if (quotas->account.from == ACCOUNT_LIMIT_SES && !site->account_state)
		fault_add(faults,
			"%s: quotas.account: \"" ACCOUNT_LIMIT_SES_WORD
			"\" without \"account_state\", which says what SES allows; add that, or write "
			"{\"per_day\": NUMBER, \"per_second\": NUMBER}",
			file);
}

static bool texts_differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

void setting_quotas_compare(const struct quotas_option *before, const struct quotas_option *after, void (*say)(const char *name))
{
#define COMPARE(member) \
	if (texts_differ(before->member, after->member)) \
	say("quotas." #member)
	COMPARE(store);
	COMPARE(store_user);
	COMPARE(store_password_file);
	COMPARE(store_sentinel_user);
	COMPARE(store_sentinel_password_file);
	COMPARE(store_ca_file);
#undef COMPARE
	if (before->store_timeout_ms.value != after->store_timeout_ms.value)
		say("quotas.store_timeout_ms");
}
