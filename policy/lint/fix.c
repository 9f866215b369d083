/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/fix.h"

#include "iam/document.h"
#include "iam/policy_set.h"

#include <stdio.h>
#include <string.h>

enum reach reach_of(bool negated, enum reach values)
{
	if (!negated || (values != REACH_MORE && values != REACH_LESS))
		return values;
	return values == REACH_MORE ? REACH_LESS : REACH_MORE;
}

/* Alone in a document of the latest version: where it stands more may be wrong, but not by the fix. */
static bool loads(const struct subject *subject, const json_t *statement)
{
	struct policy_set *set = policy_set_new();
	json_t *document = json_pack("{s:s, s:[O]}", "Version", "2012-10-17", "Statement", statement);
	struct faults faults;

	faults_init(&faults);
	if (set && document)
		policy_set_add_document(set, subject->identity ? IDENTITY_GROUP : POLICY_GROUP_RESOURCE, subject->source, NULL,
			(struct text){ 0 }, document, &faults);
	bool good = set && document && !faults.count && !faults.out_of_memory;
	faults_free(&faults);
	json_decref(document);
	policy_set_free(set);
	return good;
}

json_t *fix_kept(const struct subject_statement *s, enum reach reach, json_t *fix)
{
	enum reach safe = s->statement->effect == EFFECT_ALLOW ? REACH_LESS : REACH_MORE;

	if (fix && (reach == REACH_SAME || reach == safe) && loads(s->subject, fix))
		return fix;
	json_decref(fix);
	return NULL;
}

const char *fix_print_operator(char out[OPERATOR_SIZE], enum quantifier quantifier, const char *name, bool if_exists)
{
	static const char *const prefixes[] = {
		[QUANTIFIER_NONE] = "",
		[QUANTIFIER_ALL] = "ForAllValues:",
		[QUANTIFIER_ANY] = "ForAnyValue:",
	};
	snprintf(out, OPERATOR_SIZE, "%s%s%s", prefixes[quantifier], name, if_exists ? "IfExists" : "");
	return out;
}

/* Two steps of a change; what cannot be done is no fix. */
static json_t *checked(json_t *statement, bool good)
{
	if (good)
		return statement;
	json_decref(statement);
	return NULL;
}

/* In a statement with more values nobody reads a copy of all. */
#define VALUES 500

static json_t *copied(const struct subject_statement *s)
{
	size_t values = s->statement->action_count + s->statement->resource_count;

	for (size_t i = 0; i < s->statement->condition_count; i++)
		values += s->statement->conditions[i].value_count;
	json_t *copy = values > VALUES ? NULL : json_deep_copy(s->json);

	/* For want of memory a copy may lack members, such as a condition. */
	return checked(copy, json_equal(copy, s->json));
}

/* Move the key's values from the condition's operator to another, under another name; in the place of the old, if that is free. */
static json_t *moved(const struct subject_statement *s, const struct condition *c, const char *operator_name, const char *key,
	json_t *borrowed)
{
	/* The fix outlives the document that the values stand in. */
	json_t *values = json_deep_copy(borrowed);
	values = checked(values, json_equal(values, borrowed));
	json_t *statement = copied(s), *blocks = statement ? json_object() : NULL;
	json_t *old = json_object_get(statement, "Condition");
	const char *member;
	json_t *block;
	bool done = false, good = statement && blocks && values && old;

	if (good) {
		json_object_foreach(old, member, block) {
			bool here = !strcmp(member, c->operator_text.at);
			if (!here) {
				good = good && !json_object_set(blocks, member, block);
				continue;
			}
			json_t *rest = json_object();
			const char *name;
			json_t *value;
			bool stays = !strcmp(operator_name, member);
			json_object_foreach(block, name, value) {
				if (strcmp(name, c->key_text.at))
					good = good && rest && !json_object_set(rest, name, value);
				else if (stays)
					good = good && rest && !json_object_set(rest, key, values);
			}
			done = stays;
			if (json_object_size(rest))
				good = good && !json_object_set(blocks, member, rest);
			json_decref(rest);
			if (!stays && !json_object_get(old, operator_name)) {
				json_t *fresh = json_pack("{s:O}", key, values);
				good = good && fresh && !json_object_set_new(blocks, operator_name, fresh);
				done = true;
			}
		}
		if (good && !done) {
			json_t *there = json_object_get(blocks, operator_name);
			good = there && !json_object_get(there, key) && !json_object_set(there, key, values);
		}
		good = good && !json_object_set(statement, "Condition", blocks);
	}
	json_decref(blocks);
	json_decref(values);
	return checked(statement, good);
}

static json_t *values_of(const struct subject_statement *s, const struct condition *c)
{
	return json_object_get(json_object_get(json_object_get(s->json, "Condition"), c->operator_text.at), c->key_text.at);
}

json_t *fix_operator(const struct subject_statement *s, const struct condition *c, enum quantifier quantifier,
	const char *operator_name)
{
	char name[OPERATOR_SIZE];

	return moved(s, c, fix_print_operator(name, quantifier, operator_name, c->how.if_exists), c->key_text.at, values_of(s, c));
}

json_t *fix_key(const struct subject_statement *s, const struct condition *c, const char *key)
{
	return moved(s, c, c->operator_text.at, key, values_of(s, c));
}

json_t *fix_value(const struct subject_statement *s, const struct condition *c, size_t i, struct text value, struct text second,
	const char *operator_name)
{
	char name[OPERATOR_SIZE];
	json_t *old = values_of(s, c), *values = json_array();
	size_t count = compile_count(old);
	bool good = values;

	for (size_t v = 0; good && v < count; v++) {
		json_t *element = json_is_array(old) ? json_array_get(old, v) : old;
		good = v == i ? !json_array_append_new(values, json_stringn(value.at, value.length))
			      : !json_array_append(values, element);
		if (v == i && second.length)
			good = good && !json_array_append_new(values, json_stringn(second.at, second.length));
	}
	json_t *whole = values;
	if (good && json_array_size(values) == 1 && !json_is_array(old))
		whole = json_array_get(values, 0);
	json_t *statement = good
		? moved(s, c,
			  operator_name ? fix_print_operator(name, c->how.quantifier, operator_name, c->how.if_exists)
					: c->operator_text.at,
			  c->key_text.at, whole)
		: NULL;
	json_decref(values);
	return statement;
}

json_t *fix_condition_add(const struct subject_statement *s, const char *operator_name, struct text key, const char *value)
{
	json_t *statement = copied(s);
	json_t *conditions = json_object_get(statement, "Condition");
	json_t *block = json_object_get(conditions, operator_name);
	bool good = conditions && !json_object_get(block, key.at);

	if (good && !block) {
		block = json_object();
		good = block && !json_object_set_new(conditions, operator_name, block);
	}
	return checked(statement, good && !json_object_set_new(block, key.at, json_string(value)));
}

json_t *fix_entry(const struct subject_statement *s, const char *member, size_t i, struct text value)
{
	json_t *statement = copied(s);
	json_t *old = json_object_get(statement, member), *entry = json_stringn(value.at, value.length);
	bool good = old && entry;

	if (good && json_is_array(old)) {
		good = i < json_array_size(old) ? !json_array_set(old, i, entry) : !json_array_append(old, entry);
	} else if (good && !i) {
		good = !json_object_set(statement, member, entry);
	} else if (good) {
		json_t *both = json_pack("[OO]", old, entry);
		good = both && !json_object_set_new(statement, member, both);
	}
	json_decref(entry);
	return checked(statement, good);
}
