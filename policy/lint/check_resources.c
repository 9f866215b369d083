/* SPDX-License-Identifier: BSD-2-Clause */
/* ARNs: what sending is about, and what this site has. (Service Authorization Reference, "Amazon SES", resource types.) */
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/placeholder.h"
#include "lint/check_common.h"

#include "value/glob.h"
#include "iam/policy_set.h"

#include <string.h>

static const char *const types[] = { "identity", "configuration-set", "template", "custom-verification-email-template",
	"dedicated-ip-pool", "deliverability-test-report", "contact-list", "export-job", "import-job", "multi-region-endpoint",
	"reputation-policy", "tenant", "addon-instance", "addon-subscription", "mailmanager-address-list", "mailmanager-archive",
	"mailmanager-ingress-point", "mailmanager-rule-set", "mailmanager-smtp-relay", "mailmanager-traffic-policy" };

#define TYPES (sizeof types / sizeof *types)

struct resource_entry {
	const struct subject_statement *s;
	const struct resource_pattern *pattern;
	const struct json_path *path;
	size_t index;
	struct text type, name; /* type/name */
};

static bool is_literal(struct text t)
{
	return t.length && !glob_has_wildcard(t);
}

/* One field replaced in the ARN of an entry that names nothing as it stands. */
static json_t *fix_field(const struct resource_entry *e, enum arn_field field, const char *value)
{
	struct text f[ARN_FIELDS];

	memcpy(f, e->pattern->arn.field, sizeof f);
	f[field] = text_of(value);
	return fix_kept(e->s, reach_of(e->s->statement->not_resource, REACH_MORE),
		fix_entry(e->s, subject_resource_member(e->s->statement), e->index,
			text_of(subject_say(e->s->subject, "arn:%.*s:%.*s:%.*s:%.*s:%.*s", TEXT_ARGS(f[ARN_PARTITION]),
				TEXT_ARGS(f[ARN_SERVICE]), TEXT_ARGS(f[ARN_REGION]), TEXT_ARGS(f[ARN_ACCOUNT]),
				TEXT_ARGS(f[ARN_RESOURCE])))));
}

static const char *consequence(const struct resource_entry *e)
{
	const struct statement *statement = e->s->statement;

	if (statement->not_resource)
		return "the entry exempts nothing";
	if (statement->resource_count > 1)
		return "the entry matches no message";
	return statement->effect == EFFECT_DENY ? "the Deny refuses no message" : "the Allow allows no message";
}

static void told(const struct resource_entry *e, enum kind_number kind, const char *message, json_t *fix)
{
	subject_report_statement(e->s, kind, e->path, message, consequence(e), fix);
}

static bool is_type(struct text pattern)
{
	for (size_t i = 0; i < TYPES; i++)
		if (glob_match(pattern, text_of(types[i])))
			return true;
	return false;
}

static void type_check(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	struct text resource = e->pattern->arn.field[ARN_RESOURCE];
	bool bare = !e->name.at;

	if (is_type(e->type))
		return;
	/* A pattern without a slash may take one in. */
	if (bare && glob_has_wildcard(resource))
		return;
	const char *near = check_nearest(e->type, types, TYPES, e->type.length / 4);
	const char *right = bare ? subject_say(subject, "identity/%.*s", TEXT_ARGS(resource))
				 : subject_say(subject, "%s/%.*s", near ? near : "identity", TEXT_ARGS(e->name));
	told(e, KIND_RESOURCE_TYPE,
		subject_say(subject, "SES has no resource \"%s\"; did you mean \"%s\"?", subject_show(subject, resource), right),
		fix_field(e, ARN_RESOURCE, right));
}

/* Which partition has the Regions that begin so; the rest is in aws. */
static void partition_check(const struct resource_entry *e)
{
	static const struct {
		const char *prefix, *partition;
	} partitions[] = { { "cn-", "aws-cn" }, { "us-gov-", "aws-us-gov" } };
	const struct subject *subject = e->s->subject;
	struct text region = e->pattern->arn.field[ARN_REGION], partition = e->pattern->arn.field[ARN_PARTITION];
	const char *right = "aws";

	for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++)
		if (text_starts_with(region, text_of(partitions[i].prefix)))
			right = partitions[i].partition;
	/* Partitions of their own kind (aws-iso, aws-eusc) have Regions of their own. */
	bool known = text_equals(partition, TEXT("aws")) || text_equals(partition, TEXT("aws-cn")) ||
		text_equals(partition, TEXT("aws-us-gov"));
	if (known && is_literal(region) && check_is_region(region) && !text_equals(partition, text_of(right)) &&
		!text_starts_with(region, TEXT("eusc-")) && !memmem(region.at, region.length, "-iso", 4))
		told(e, KIND_RESOURCE_PARTITION,
			subject_say(subject, "Region %s is in partition %s, not %s", subject_show(subject, region), right,
				subject_show(subject, partition)),
			fix_field(e, ARN_PARTITION, right));
}

/* Identities of the site have their domain in lower case, unless they are addresses that it compares as written. */
static void upper_domain(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	const struct statement *statement = e->s->statement;
	struct text lowered = domain_lowered(&subject->findings->arena, e->name);
	bool as_written = subject->site->address_case == MAILBOX_CASE_PRESERVE && text_find(e->name, '@', 0) < e->name.length;
	const char *mail = consequence(e);

	if (as_written)
		mail = "only the identity that is spelled so is matched";
	else if ((statement->effect == EFFECT_DENY) != statement->not_resource)
		mail = "the filter also reads it in lower case, and refuses; SES may not";
	subject_report_statement(e->s, KIND_RESOURCE_CASE, e->path,
		subject_say(subject,
			"the domain of \"%s\" has capitals, and SES compares letters "
			"as they stand; write \"%s\"%s",
			subject_show(subject, e->name), subject_show(subject, lowered),
			text_find(e->name, '@', 0) < e->name.length && !as_written
				? ", or if the address was verified so, set address_case to preserve"
				: ""),
		mail, NULL);
}

/* Is the name, or does it fit, an identity of the list? Domains have no case. */
static bool list_has(const struct string_list *list, struct text name)
{
	struct glob_piece pieces[2] = { { .text = name } };
	bool address;
	size_t count = glob_fold_domain(pieces, 1, GLOB_LETTERS_FOLD, &address);

	for (size_t i = 0; i < list->count; i++)
		if (glob_match_pieces(pieces, count, text_of(list->at[i]), NULL))
			return true;
	return false;
}

/* Is it an address that the site has verified so, and compares as written? */
static bool is_own_as_written(const struct resource_entry *e)
{
	const struct lint_site *site = e->s->subject->site;

	for (size_t i = 0; i < site->identities.count; i++)
		if (site->address_case == MAILBOX_CASE_PRESERVE && text_find(e->name, '@', 0) < e->name.length &&
			text_equals(e->name, text_of(site->identities.at[i])))
			return true;
	return false;
}

static void identity_check(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	const struct arn *arn = &e->pattern->arn;
	struct text domain = domain_of(e->name);

	if (!arn->field[ARN_REGION].length)
		told(e, KIND_RESOURCE_REGION_MISSING,
			"the ARN of an identity has a Region: arn:aws:ses:REGION:ACCOUNT:identity/NAME", NULL);
	else if (is_literal(arn->field[ARN_REGION]) && !check_is_region(arn->field[ARN_REGION]))
		told(e, KIND_RESOURCE_REGION_INVALID,
			subject_say(subject, "there is no Region \"%s\"; they are written as us-east-1",
				subject_show(subject, arn->field[ARN_REGION])),
			NULL);
	partition_check(e);
	if (!arn->field[ARN_ACCOUNT].length)
		told(e, KIND_RESOURCE_ACCOUNT_MISSING,
			"the ARN of an identity has an account: arn:aws:ses:REGION:ACCOUNT:identity/NAME", NULL);
	if (!e->name.length || e->name.at[0] == '@' || text_find(e->name, ' ', 0) < e->name.length ||
		text_find(e->name, '/', 0) < e->name.length || text_ends_with(e->name, TEXT(".")))
		told(e, KIND_RESOURCE_TYPE,
			subject_say(subject, "\"%s\" is no identity; a domain or an address is one",
				subject_show(subject, e->name)),
			e->name.length > 1 && e->name.at[0] == '@'
				? fix_field(e, ARN_RESOURCE,
					  subject_say(subject, "identity/%.*s", (int)(e->name.length - 1), e->name.at + 1))
				: NULL);
	if (!e->pattern->template && check_has_upper(domain) && !is_own_as_written(e) &&
		placeholder_find(e->name) == PLACEHOLDER_NONE)
		upper_domain(e);
	if (!e->pattern->template && e->name.length > 2 && !list_has(&subject->site->identities, e->name) &&
		text_starts_with(e->name, TEXT("*@")) && !glob_has_wildcard(domain))
		subject_report_statement(e->s, KIND_ADDRESS_PATTERN, e->path,
			subject_say(subject,
				"\"identity/%s\" does not cover every address of the domain: mail of a verified domain is asked for as "
				"\"identity/%s\"",
				subject_show(subject, e->name), subject_show(subject, domain)),
			subject_say(subject, "only addresses at %s that are verified by themselves are matched",
				subject_show(subject, domain)),
			NULL);
}

/* The identity of the site that an address or domain is below; empty: there is none. */
static struct text site_covers(const struct lint_site *site, struct text name)
{
	struct text domain = domain_of(name), best = TEXT("");

	for (size_t i = 0; i < site->identities.count; i++) {
		struct text own = text_of(site->identities.at[i]);
		if (own.length > best.length &&
			(text_equals_fold(domain, own) ||
				(domain.length > own.length && domain.at[domain.length - own.length - 1] == '.' &&
					text_equals_fold(text_from(domain, domain.length - own.length), own))))
			best = own;
	}
	return best;
}

static bool is_anything(struct text name)
{
	for (size_t i = 0; i < name.length; i++)
		if (!strchr("*?", name.at[i]))
			return false;
	return true;
}

/*
 * An identity that the site does not have. A resource policy hangs on the identity that it names, so that is one if
 * the site has it or what is above it; the policy of a user verifies nothing.
 */
static void site_identity(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	const struct lint_site *site = subject->site;
	struct text above = site_covers(site, e->name);

	bool known = site->identities.count || (subject->identity && site->complete);

	if (!known || e->pattern->template || is_anything(e->name) || list_has(&site->identities, e->name))
		return;
	if (subject->identity ? list_has(subject->hung, e->name) : above.length || !is_literal(e->name))
		return;
	if (!is_literal(e->name))
		told(e, KIND_SITE_IDENTITY,
			subject_say(subject, "no identity of this site fits \"%s\"", subject_show(subject, e->name)), NULL);
	else if (above.length)
		told(e, KIND_SITE_IDENTITY,
			subject_say(subject, "this site has no identity \"%s\"; what it sends is asked for as \"%s\"",
				subject_show(subject, e->name), subject_show(subject, above)),
			NULL);
	else
		told(e, KIND_SITE_IDENTITY,
			subject_say(subject, "this site has no identity \"%s\"", subject_show(subject, e->name)), NULL);
}

/* Allows the document something to somebody of the site's own account? Then another's identity is one that it delegates. */
static bool delegates(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	const char *account = subject->site->account;

	for (size_t n = 0; n < subject->policy->count; n++) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + n);
		for (size_t i = 0; i < statement->principals.count && statement->effect == EFFECT_ALLOW; i++) {
			struct text text = statement->principals.entries[i].text;
			if (memmem(text.at, text.length, account, strlen(account)))
				return true;
		}
	}
	return false;
}

static void site_check(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	const struct lint_site *site = subject->site;
	const struct arn *arn = &e->pattern->arn;

	struct text account = arn->field[ARN_ACCOUNT];
	bool other = site->account && is_literal(account) && arn_is_account(account) &&
		!text_equals(account, text_of(site->account));
	if (other && (subject->identity || delegates(e))) {
		/* Of another account's identities and Regions the site knows nothing. */
		subject_report_statement(e->s, KIND_DELEGATED, e->path,
			subject_say(subject,
				"account %s is not this site's, which is %s: right for mail that names the identity in X-SES-SOURCE-ARN",
				subject_show(subject, account), site->account),
			"no other mail of this site is about that identity", NULL);
		return;
	}
	if (other)
		told(e, KIND_SITE_ACCOUNT,
			subject_say(subject, "account %s is not this site's, which is %s", subject_show(subject, account),
				site->account),
			NULL);
	if (site->region && is_literal(arn->field[ARN_REGION]) && !text_equals(arn->field[ARN_REGION], text_of(site->region)))
		told(e, KIND_SITE_REGION,
			subject_say(subject, "Region %s is not this site's, which is %s",
				subject_show(subject, arn->field[ARN_REGION]), site->region),
			NULL);
	site_identity(e);
}

static void arn_check(const struct resource_entry *e)
{
	const struct subject *subject = e->s->subject;
	bool identity_type = glob_match(e->type, TEXT("identity"));

	if (!glob_match(e->pattern->arn.field[ARN_SERVICE], TEXT("ses"))) {
		if (check_about_ses(e->s->statement))
			told(e, KIND_RESOURCE_OTHER_SERVICE,
				subject_say(subject, "\"%s\" is no resource of SES", subject_show(subject, e->pattern->text)),
				NULL);
		return;
	}
	struct arn whole;
	if (!arn_split(e->pattern->text, &whole)) {
		subject_report_statement(e->s, KIND_SHORT_ARN, e->path,
			subject_say(subject, "\"%s\" lacks fields; write them as *: arn:aws:ses:*:*:*",
				subject_show(subject, e->pattern->text)),
			NULL, NULL);
		return;
	}
	type_check(e);
	if (identity_type && e->name.at) {
		identity_check(e);
		site_check(e);
	}
	if (subject->identity)
		return;
	if (e->name.at && is_literal(e->type) && !identity_type && !text_equals(e->type, TEXT("configuration-set")) &&
		is_type(e->type))
		told(e, KIND_RESOURCE_OTHER_SERVICE,
			subject_say(subject, "\"%s\" is no identity, and the policy belongs to one",
				subject_show(subject, e->pattern->text)),
			NULL);
	if (text_equals(e->type, TEXT("configuration-set")))
		told(e, KIND_RESOURCE_CONFIGURATION_SET,
			"a policy of a sending identity covers that identity; allow the configuration "
			"set in the policy of the user",
			NULL);
	if (glob_has_wildcard(e->pattern->arn.field[ARN_RESOURCE]))
		subject_report_statement(e->s, KIND_RESOURCE_ANY, e->path,
			subject_say(subject,
				"\"%s\" has a wildcard; SES wants the ARN of the identity "
				"that the policy hangs on",
				subject_show(subject, e->pattern->text)),
			"here it covers every identity that fits", NULL);
}

/* Another identity than the first statement's. */
static void differs(const struct subject_statement *s, const struct json_path *path)
{
	const struct subject *subject = s->subject;
	const struct statement *first = policy_set_statement(subject->set, subject->policy->first), *statement = s->statement;

	if (subject->identity || statement == first || statement->resource_count != 1 || first->resource_count != 1 ||
		statement->resources[0].any || first->resources[0].any || glob_has_wildcard(first->resources[0].text) ||
		glob_has_wildcard(statement->resources[0].text) ||
		text_equals(first->resources[0].text, statement->resources[0].text))
		return;
	subject_report_statement(s, KIND_RESOURCE_DIFFERS, path,
		subject_say(subject, "the first statement is about \"%s\"", subject_show(subject, first->resources[0].text)), NULL,
		NULL);
}

void check_resources(const struct subject_statement *s)
{
	const struct subject *subject = s->subject;
	const struct statement *statement = s->statement;
	const char *member = subject_resource_member(statement);
	struct place place;

	for (size_t i = 0; i < statement->resource_count; i++) {
		const struct resource_pattern *pattern = &statement->resources[i];
		struct resource_entry e = { .s = s, .pattern = pattern, .index = i, .path = place_entry(&place, s, member, i) };
		if (pattern->any) {
			if (!subject->identity)
				subject_report_statement(s, KIND_RESOURCE_ANY, e.path,
					"SES wants the ARN of the identity that the policy hangs on",
					"here it covers every identity", NULL);
			continue;
		}
		struct text resource = pattern->arn.field[ARN_RESOURCE];
		size_t slash = text_find(resource, '/', 0);
		e.type = text_first(resource, slash);
		if (slash < resource.length)
			e.name = text_from(resource, slash + 1);
		arn_check(&e);
	}
	if (statement->resource_count)
		differs(s, place_entry(&place, s, member, 0));
	if (!subject->identity && statement->resource_count > 1)
		subject_report_statement(s, KIND_RESOURCE_MANY, place_entry(&place, s, member, 1),
			"SES wants one resource, the ARN of the identity that the policy hangs on", NULL, NULL);
	if (statement->not_resource && statement->effect == EFFECT_ALLOW && (check_about_ses(statement) || !subject->identity))
		subject_report_statement(s, KIND_ALLOW_NOT_RESOURCE, place_element(&place, s, member),
			"NotResource allows sending as every identity but those named; name the ones that are allowed", NULL, NULL);
}
