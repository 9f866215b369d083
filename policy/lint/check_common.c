/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/check_common.h"

#include "value/glob.h"
#include "iam/key.h"

#include "lint/fix.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Longer names are not compared by distance. */
#define NAME_MAX_LENGTH 64

bool check_about_ses(const struct statement *statement)
{
	bool all = statement->action_count;

	if (statement->not_action)
		return false;
	for (size_t i = 0; all && i < statement->action_count; i++)
		all = text_starts_with_fold(statement->actions[i], TEXT("ses:"));
	return all;
}

bool check_about_others(const struct statement *statement)
{
	bool ours = statement->not_action;

	for (size_t i = 0; !ours && i < statement->action_count; i++) {
		struct text service = text_first(statement->actions[i], text_find(statement->actions[i], ':', 0));
		ours = glob_match_fold(service, TEXT("ses"));
	}
	return !ours;
}

bool check_fit_passes(const struct statement *statement, const struct condition *c)
{
	return (statement->effect == EFFECT_ALLOW) != c->how.op->negated;
}

bool check_is_text(const struct condition *c)
{
	return c->how.op->type == TYPE_STRING;
}

bool check_is_glob(const struct condition *c)
{
	return check_is_text(c) && c->how.op->comparison == COMPARE_GLOB;
}

bool check_is_fixed(const struct condition *c, size_t i)
{
	return !memmem(c->values[i].at, c->values[i].length, "${", 2);
}

static size_t last_at(struct text t)
{
	size_t at = t.length;
	while (at && t.at[at - 1] != '@')
		at--;
	return at;
}

struct text check_local_of(struct text address)
{
	size_t at = last_at(address);
	return text_first(address, at ? at - 1 : 0);
}

bool check_has_upper(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (t.at[i] >= 'A' && t.at[i] <= 'Z')
			return true;
	return false;
}

bool check_is_region(struct text t)
{
	static const char *const directions[] = {
		"north",
		"south",
		"east",
		"west",
		"central",
		"northeast",
		"northwest",
		"southeast",
		"southwest",
	};
	size_t end = t.length;

	while (end && isdigit((unsigned char)t.at[end - 1]))
		end--;
	if (end == t.length || !end || t.at[end - 1] != '-')
		return false;
	size_t start = --end;
	while (start && t.at[start - 1] != '-')
		start--;
	struct text word = text_first(text_from(t, start), end - start);
	for (size_t i = 0; start > 2 && i < sizeof directions / sizeof *directions; i++)
		if (text_equals(word, text_of(directions[i])))
			return true;
	return false;
}

/* Distance by letters added, left out, changed, or swapped with the next (optimal string alignment). */
static size_t distance(struct text a, struct text b)
{
	size_t rows[3][NAME_MAX_LENGTH + 1];

	for (size_t j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b.length; j++) {
			bool same = text_lower(a.at[i - 1]) == text_lower(b.at[j - 1]);
			size_t least = above[j - 1] + !same;
			if (above[j] + 1 < least)
				least = above[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			if (i > 1 && j > 1 && text_lower(a.at[i - 1]) == text_lower(b.at[j - 2]) &&
				text_lower(a.at[i - 2]) == text_lower(b.at[j - 1]) && before[j - 2] + 1 < least)
				least = before[j - 2] + 1;
			row[j] = least;
		}
	}
	return rows[a.length % 3][b.length];
}

const char *check_nearest(struct text name, const char *const *names, size_t count, size_t most)
{
	const char *best = NULL;

	if (name.length > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct text known = text_of(names[i]);
		if (known.length > NAME_MAX_LENGTH)
			continue;
		size_t d = distance(name, known);
		if (d <= most) {
			best = names[i];
			if (!d)
				break;
			most = d - 1;
		}
	}
	return best;
}

/* Keys of the right meaning by the wrong name, or behind the wrong prefix. */
static const char *key_meant(struct text name)
{
	static const char *const others[][2] = { { "From", "ses:FromAddress" }, { "Sender", "ses:FromAddress" },
		{ "SenderAddress", "ses:FromAddress" }, { "Source", "ses:FromAddress" }, { "SourceAddress", "ses:FromAddress" },
		{ "FromEmail", "ses:FromAddress" }, { "FromEmailAddress", "ses:FromAddress" }, { "To", "ses:Recipients" },
		{ "ToAddress", "ses:Recipients" }, { "ToAddresses", "ses:Recipients" }, { "Destination", "ses:Recipients" },
		{ "Destinations", "ses:Recipients" }, { "RecipientAddress", "ses:Recipients" },
		{ "RecipientAddresses", "ses:Recipients" }, { "ReturnPath", "ses:FeedbackAddress" },
		{ "ReturnPathAddress", "ses:FeedbackAddress" }, { "MailFrom", "ses:FeedbackAddress" },
		{ "BounceAddress", "ses:FeedbackAddress" }, { "DisplayName", "ses:FromDisplayName" },
		{ "FromName", "ses:FromDisplayName" } };
	struct text rest = text_from(name, 4);

	if (!text_starts_with_fold(name, TEXT("ses:")) && !text_starts_with_fold(name, TEXT("aws:")))
		return NULL;
	for (size_t i = 0; text_starts_with_fold(name, TEXT("ses:")) && i < sizeof others / sizeof *others; i++)
		if (text_equals_fold(rest, text_of(others[i][0])))
			return others[i][1];
	for (size_t i = 0; i < KEY_ROWS; i++)
		if (text_equals_fold(rest, text_from(text_of(key_rows[i].name), 4)))
			return key_rows[i].name;
	return NULL;
}

const char *check_nearest_key(struct text name)
{
	const char *names[KEY_ROWS], *meant = key_meant(name);

	if (meant)
		return meant;

	for (size_t i = 0; i < KEY_ROWS; i++)
		names[i] = key_rows[i].name;
	/* "ses:Recipient", "aws:SourceIP4"; a key of another service may well have such a name. */
	size_t colon = text_find(name, ':', 0);
	if (text_starts_with_fold(name, TEXT("ses:")) || text_starts_with_fold(name, TEXT("aws:")))
		return check_nearest(name, names, KEY_ROWS, name.length / 6 + 1);
	/* "FromAddress", "sse:FromAddress" */
	for (size_t i = 0; i < KEY_ROWS; i++)
		if ((colon == name.length && text_equals_fold(name, text_from(text_of(names[i]), 4))) ||
			(text_starts_with(text_of(names[i]), TEXT("ses:")) &&
				text_equals_fold(text_from(name, colon), text_from(text_of(names[i]), 3))))
			return names[i];
	return NULL;
}

bool check_site_has_key(const struct lint_site *site, struct text key)
{
	for (size_t i = 0; i < site->context.count; i++)
		if (text_equals_fold(key, text_of(site->context.at[i])))
			return true;
	return false;
}

/* An operator without what stands in front of it and behind. */
static const char *base_nearest(struct text base)
{
	static const char *const names[] = { "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
		"StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan",
		"NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals",
		"DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals",
		"IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null" };
	/* What people write who know other languages. */
	static const char *const others[][2] = { { "StringContains", "StringLike" }, { "StringStartsWith", "StringLike" },
		{ "StringEndsWith", "StringLike" }, { "StringMatches", "StringLike" }, { "StringMatch", "StringLike" },
		{ "StringRegex", "StringLike" }, { "Like", "StringLike" }, { "NotLike", "StringNotLike" },
		{ "StringIn", "StringEquals" }, { "Equals", "StringEquals" }, { "NotEquals", "StringNotEquals" },
		{ "NotStringEquals", "StringNotEquals" }, { "NotStringLike", "StringNotLike" },
		{ "StringNotIn", "StringNotEquals" }, { "IpAddressNot", "NotIpAddress" }, { "IpNotAddress", "NotIpAddress" },
		{ "Boolean", "Bool" }, { "IpAddressEquals", "IpAddress" }, { "IpAddressNotEquals", "NotIpAddress" },
		{ "DateBefore", "DateLessThan" }, { "DateAfter", "DateGreaterThan" }, { "Exists", "Null" } };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (text_equals_fold(base, text_of(others[i][0])))
			return others[i][1];
	return check_nearest(base, names, sizeof names / sizeof *names, base.length / 5 + 1);
}

bool check_nearest_operator(struct text name, char *out)
{
	static const char *const prefixes[] = { "ForAllValues", "ForAnyValue" };
	const struct text exists = TEXT("IfExists");
	size_t colon = text_find(name, ':', 0);
	bool prefixed = colon < name.length;
	const char *prefix = prefixed ? check_nearest(text_first(name, colon), prefixes, 2, 3) : "";
	struct text base = prefixed ? text_from(name, colon + 1) : name;
	bool if_exists = base.length > exists.length && text_equals_fold(text_from(base, base.length - exists.length), exists);

	if (if_exists)
		base = text_first(base, base.length - exists.length);
	const char *near = base_nearest(base);
	if (!near || !prefix)
		return false;
	snprintf(out, OPERATOR_SIZE, "%s%s%s%s", prefix, prefixed ? ":" : "", near,
		if_exists && strcmp(near, "Null") ? "IfExists" : "");
	return true;
}

/* Networks that no address on the Internet is in. (RFC 1918, 6598, 3927, 4193, 4291, 1122.) */
static const char *const private_networks[] = {
	"10.0.0.0/8",
	"172.16.0.0/12",
	"192.168.0.0/16",
	"100.64.0.0/10",
	"169.254.0.0/16",
	"127.0.0.0/8",
	"fc00::/7",
	"fe80::/10",
	"::1/128",
};

bool check_is_private(const struct subject *subject, const struct ip_network *network)
{
	for (size_t i = 0; i < sizeof private_networks / sizeof *private_networks; i++) {
		struct ip_network whole;
		if (subject_network(subject, text_of(private_networks[i]), &whole) && whole.first.family == network->first.family &&
			whole.prefix <= network->prefix && ip_network_holds(&whole, &network->first))
			return true;
	}
	return false;
}
