/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/readable.h"

#include "iam/arn.h"
#include "iam/compile.h"
#include "iam/document.h"
#include "iam/key.h"
#include "iam/policy_set.h"
#include "lint/checks.h"
#include "lint/load_fix.h"
#include "value/glob.h"

#include <stdio.h>
#include <string.h>

/* What stands where something cannot be read: of its form, and about nobody and nothing. */
#define NOBODY "arn:aws:iam::111122223333:user/unreadable"
#define NOTHING "arn:aws:ses:us-east-1:111122223333:identity/unreadable.invalid"
#define NO_ACTION "unreadable:None"

/* What stands for the first placeholder of an account; a second is another account. */
static const char *const accounts[] = { "123456789012", "444455556666" };

/* What is known while one statement is read. */
struct readable_copy {
	bool identity;
	const json_t *version;   /* NULL: there is none, or it cannot be read */
	const json_t *statement; /* the copy */
	char placeholders[2][64];
	bool *out_of_memory;
};

/* What has been made; NULL for want of memory, which must not count as "cannot be read". */
static json_t *made(const struct readable_copy *reading, json_t *json)
{
	if (!json)
		*reading->out_of_memory = true;
	return json;
}

static bool put(const struct readable_copy *reading, json_t *object, const char *member, json_t *value)
{
	bool good = object && value && !json_object_set(object, member, value);

	if (!good)
		*reading->out_of_memory = true;
	return good;
}

static bool document_loads(const struct readable_copy *reading, const json_t *statements)
{
	struct json_source source = { .file = "" };
	struct policy_set *set = policy_set_new();
	json_t *document = made(reading, json_pack("{s:O}", "Statement", statements));
	struct faults faults;

	faults_init(&faults);
	bool good = set && document && (!reading->version || put(reading, document, "Version", (json_t *)reading->version));
	if (good)
		policy_set_add_document(set, reading->identity ? IDENTITY_GROUP : POLICY_GROUP_RESOURCE, &source, NULL,
			(struct text){ 0 }, document, &faults);
	*reading->out_of_memory |= !set || faults.out_of_memory;
	good = good && !faults.count;
	faults_free(&faults);
	json_decref(document);
	policy_set_free(set);
	return good;
}

static bool loads(const struct readable_copy *reading, const json_t *statement)
{
	json_t *list = made(reading, json_pack("[O]", statement));
	bool good = list && document_loads(reading, list);

	json_decref(list);
	return good;
}

static json_t *neutral(const struct readable_copy *reading)
{
	return made(reading,
		reading->identity ? json_pack("{s:s, s:s, s:s}", "Effect", "Deny", "Action", NO_ACTION, "Resource", NOTHING)
				  : json_pack("{s:s, s:{s:s}, s:s, s:s}", "Effect", "Deny", "Principal", "AWS", NOBODY, "Action",
					    NO_ACTION, "Resource", NOTHING));
}

/* Does a statement that can be read load with this in it? */
static bool fits(const struct readable_copy *reading, const char *member, const json_t *value)
{
	json_t *statement = neutral(reading);
	const char *opposite = !strcmp(member, "NotPrincipal") ? "Principal"
		: !strcmp(member, "NotAction")                 ? "Action"
		: !strcmp(member, "NotResource")               ? "Resource"
							       : NULL;
	bool good = statement && (!opposite || !json_object_del(statement, opposite)) &&
		put(reading, statement, member, (json_t *)value);

	good = good && loads(reading, statement);
	json_decref(statement);
	return good;
}

/* The account that a placeholder stands for: the same for the same. */
static const char *account_for(struct readable_copy *reading, struct text placeholder)
{
	char name[sizeof reading->placeholders[0]];

	snprintf(name, sizeof name, "%.*s", TEXT_ARGS(placeholder));
	for (size_t i = 0; i < 2; i++) {
		if (!reading->placeholders[i][0])
			snprintf(reading->placeholders[i], sizeof name, "%s", name[0] ? name : "?");
		if (!strcmp(reading->placeholders[i], name[0] ? name : "?"))
			return accounts[i];
	}
	return accounts[1];
}

/* Is the field fit for an ARN up to the account: lower case letters, digits, hyphens, wildcards? */
static bool is_word(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-*?", t.at[i]))
			return false;
	return true;
}

/* An ARN with something of its form in each field that cannot be read; NULL: it is none. */
static json_t *arn_filled(struct readable_copy *reading, struct text t)
{
	struct arn arn;

	if (!arn_split(t, &arn))
		return NULL;
	struct text *f = arn.field, partition = f[ARN_PARTITION], region = f[ARN_REGION];
	const char *account = NULL;
	bool wildcards = text_equals(f[ARN_SERVICE], TEXT("ses")) && glob_has_wildcard(f[ARN_ACCOUNT]);

	if (f[ARN_ACCOUNT].length && !arn_is_account(f[ARN_ACCOUNT]) && !(wildcards && is_word(f[ARN_ACCOUNT])))
		account = account_for(reading, f[ARN_ACCOUNT]);
	return made(reading,
		json_sprintf("arn:%.*s:%.*s:%.*s:%.*s:%.*s",
			TEXT_ARGS((arn_is_partition(partition) || text_equals(partition, TEXT("*")) ? partition : TEXT("aws"))),
			TEXT_ARGS((is_word(f[ARN_SERVICE]) ? f[ARN_SERVICE] : TEXT("ses"))),
			TEXT_ARGS((is_word(region) ? region : TEXT("us-east-1"))),
			TEXT_ARGS((account ? text_of(account) : f[ARN_ACCOUNT])), TEXT_ARGS(f[ARN_RESOURCE])));
}

static json_t *resource_for(struct readable_copy *reading, struct text t)
{
	json_t *filled = arn_filled(reading, t);

	return filled ? filled : json_string(NOTHING);
}

static json_t *principal_for(struct readable_copy *reading, struct text t)
{
	json_t *filled = arn_filled(reading, t);

	if (filled)
		return filled;
	/* A bare account, or what stands for one: no blank, no at sign, no path. */
	for (size_t i = 0; i < t.length; i++)
		if (strchr(" @/:*?", t.at[i]))
			return json_string(NOBODY);
	return json_string(account_for(reading, t));
}

static json_t *action_for(struct readable_copy *reading, struct text t)
{
	(void)reading;
	if (text_equals(t, TEXT(" @")))
		return json_string(NO_ACTION);
	if (memmem(t.at, t.length, "SendRaw", 7))
		return json_string("ses:SendRawEmail");
	if (memmem(t.at, t.length, "Send", 4))
		return json_string("ses:SendEmail");
	return json_string(NO_ACTION);
}

/* One entry, or another in its place. */
static json_t *entry_read(struct readable_copy *reading, const char *member, const char *kind, json_t *entry,
	json_t *(*instead)(struct readable_copy *reading, struct text t))
{
	const char *text = json_string_value(entry);
	json_t *whole = kind ? made(reading, json_pack("{s:O}", kind, entry)) : json_incref(entry);
	json_t *out = NULL;

	if (whole && fits(reading, member, whole)) {
		json_decref(whole);
		return json_incref(entry);
	}
	json_decref(whole);
	if (text)
		out = made(reading, instead(reading, text_of(text)));
	if (!out)
		return made(reading, instead(reading, TEXT(" @")));
	whole = made(reading, kind ? json_pack("{s:O}", kind, out) : json_incref(out));
	if (whole && fits(reading, member, whole)) {
		json_decref(whole);
		return out;
	}
	json_decref(whole);
	json_decref(out);
	return made(reading, instead(reading, TEXT(" @")));
}

/* All entries of an element that is a text or a list; NULL: it is neither, or memory ran short. */
static json_t *entries_read(struct readable_copy *reading, const char *member, const char *kind, json_t *value,
	json_t *(*instead)(struct readable_copy *reading, struct text t))
{
	if (!json_is_array(value))
		return json_is_string(value) ? entry_read(reading, member, kind, value, instead) : NULL;
	json_t *list = made(reading, json_array()), *entry;
	size_t i;
	json_array_foreach(value, i, entry)
		json_array_append_new(list, entry_read(reading, member, kind, entry, instead));
	if (json_array_size(list) == json_array_size(value) && json_array_size(list))
		return list;
	json_decref(list);
	return NULL;
}

static json_t *principals_read(struct readable_copy *reading, const char *member, json_t *value)
{
	if (fits(reading, member, value))
		return json_incref(value);
	/* An ARN or an account without {"AWS": ...} around it. */
	if (json_is_string(value)) {
		json_t *one = entry_read(reading, member, "AWS", value, principal_for);
		json_t *whole = one ? made(reading, json_pack("{s:O}", "AWS", one)) : NULL;
		json_decref(one);
		return whole;
	}
	if (!json_is_object(value))
		return NULL;
	json_t *copy = made(reading, json_object()), *entries;
	const char *kind;
	json_object_foreach(value, kind, entries) {
		json_t *read = strcmp(kind, "AWS") ? NULL : entries_read(reading, member, kind, entries, principal_for);
		json_t *alone = made(reading, json_pack("{s:O}", kind, entries));
		if (!read && alone && fits(reading, member, alone))
			read = json_incref(entries);
		if (read)
			put(reading, copy, kind, read);
		json_decref(read);
		json_decref(alone);
	}
	if (json_object_size(copy))
		return copy;
	json_decref(copy);
	return NULL;
}

/* Does the key say who asks? An Allow that lost it would seem to be for everyone. */
static bool key_says_who(const char *name)
{
	const struct key_info *key = key_find(text_of(name));

	return !key ? !strncasecmp(name, "aws:", 4) : key->caller != CALLER_ANY && key->caller != CALLER_PERSON;
}

/* The conditions that can be read; false: without the others the statement would say something else. */
static bool conditions_read(struct readable_copy *reading, bool allow, json_t *conditions, json_t **out)
{
	const char *name, *key;
	json_t *block, *values;
	bool good = json_is_object(conditions);

	*out = made(reading, json_object());
	json_object_foreach(conditions, name, block) {
		json_t *rest = made(reading, json_object());
		good = good && rest && json_is_object(block);
		json_object_foreach(block, key, values) {
			json_t *alone = made(reading, json_pack("{s:{s:O}}", name, key, values));
			if (alone && fits(reading, "Condition", alone))
				put(reading, rest, key, values);
			else
				good = good && !(allow && key_says_who(key));
			json_decref(alone);
		}
		if (json_object_size(rest))
			put(reading, *out, name, rest);
		json_decref(rest);
	}
	return good;
}

/* One member of the statement; NULL with *good: it is left out. */
static json_t *member_read(struct readable_copy *reading, const char *member, json_t *value, bool *good)
{
	const char *effect = json_string_value(json_object_get(reading->statement, "Effect"));
	bool allow = !effect || strcmp(effect, "Deny");
	json_t *out = NULL;

	if (!strcmp(member, "Sid"))
		return fits(reading, member, value) ? json_incref(value) : NULL;
	if (!strcmp(member, "Effect"))
		return json_incref(value);
	if (!strcmp(member, "Principal") || !strcmp(member, "NotPrincipal")) {
		/* The policy of a user names none: it says no more than that it is not one. */
		if (reading->identity)
			return NULL;
		out = principals_read(reading, member, value);
	} else if (!strcmp(member, "Action") || !strcmp(member, "NotAction")) {
		out = entries_read(reading, member, NULL, value, action_for);
	} else if (!strcmp(member, "Resource") || !strcmp(member, "NotResource")) {
		out = entries_read(reading, member, NULL, value, resource_for);
	} else if (!strcmp(member, "Condition")) {
		*good = *good && conditions_read(reading, allow, value, &out);
		return out;
	} else {
		/* An element that there is not: a Deny is one of more without it, an Allow not to be understood. */
		*good = *good && !allow;
		return NULL;
	}
	*good = *good && out;
	return out;
}

/* The object with the same members; jansson's copy leaves out those for which memory is short. */
static json_t *copied(const struct readable_copy *reading, const json_t *object)
{
	json_t *copy = made(reading, json_copy((json_t *)object));

	if (copy && json_object_size(copy) == json_object_size(object))
		return copy;
	*reading->out_of_memory = true;
	json_decref(copy);
	return NULL;
}

/* "deny" for "Deny": a copy that has it in the right letters; NULL: it is right, or nothing like one, or memory ran short. */
static json_t *effect_read(const struct readable_copy *reading, const json_t *statement)
{
	const char *right = load_fix_effect(json_string_value(json_object_get(statement, "Effect")));
	json_t *copy = right ? copied(reading, statement) : NULL;
	json_t *effect = copy ? made(reading, json_string(right)) : NULL;

	if (!effect || !put(reading, copy, "Effect", effect)) {
		json_decref(copy);
		copy = NULL;
	}
	json_decref(effect);
	return copy;
}

static json_t *in_part(struct readable_copy *reading, const json_t *statement)
{
	json_t *effect_fixed = effect_read(reading, statement), *copy = made(reading, json_object()), *value;
	const char *member;
	bool good = copy;

	reading->statement = effect_fixed ? effect_fixed : statement;
	json_object_foreach((json_t *)reading->statement, member, value) {
		json_t *read = member_read(reading, member, value, &good);
		if (read)
			good = put(reading, copy, member, read) && good;
		json_decref(read);
	}
	good = good && loads(reading, copy);
	json_decref(effect_fixed);
	reading->statement = NULL;
	if (good)
		return copy;
	json_decref(copy);
	return NULL;
}

static json_t *statement_read(struct readable_copy *reading, const json_t *statement, enum readable *how)
{
	json_t *copy = NULL;

	*how = READABLE_WHOLE;
	if (loads(reading, statement))
		return json_incref((json_t *)statement);
	*how = READABLE_IN_PART;
	if (json_is_object(statement))
		copy = in_part(reading, statement);
	if (copy)
		return copy;
	*how = READABLE_NOT;
	return neutral(reading);
}

/* Sids that a policy of a user has twice. */
static void sids_drop(const struct readable_copy *reading, json_t *list)
{
	json_t *statement;
	size_t i;

	json_array_foreach(list, i, statement) {
		json_t *copy = json_object_get(statement, "Sid") ? copied(reading, statement) : NULL;
		if (copy && !json_object_del(copy, "Sid"))
			json_array_set(list, i, copy);
		json_decref(copy);
	}
}

json_t *readable_copy(const json_t *document, bool identity, enum readable *how, size_t room, bool *out_of_memory)
{
	struct readable_copy reading = {
		.identity = identity,
		.version = json_object_get(document, "Version"),
		.out_of_memory = out_of_memory,
	};
	const char *version = json_string_value(reading.version);
	const json_t *old = json_object_get(document, "Statement");
	json_t *list = made(&reading, json_array()), *copy = NULL;
	size_t count = old ? compile_count(old) : 0;

	if (!version || (strcmp(version, "2012-10-17") && strcmp(version, "2008-10-17")))
		reading.version = NULL;
	for (size_t i = 0; i < count && i < room; i++)
		json_array_append_new(list, statement_read(&reading, json_is_array(old) ? json_array_get(old, i) : old, &how[i]));
	bool good = json_array_size(list);
	if (good && !document_loads(&reading, list)) {
		sids_drop(&reading, list);
		good = document_loads(&reading, list);
	}
	if (good)
		copy = made(&reading, json_pack("{s:O}", "Statement", json_is_array(old) ? list : json_array_get(list, 0)));
	if (copy && reading.version)
		put(&reading, copy, "Version", (json_t *)reading.version);
	json_decref(list);
	return copy;
}
