/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/load_fix.h"

#include "lint/check_common.h"
#include "lint/ses_actions.h"

#include "iam/statement_compile.h"

#include <string.h>
#include <strings.h>

static const char *const principal_kinds[] = { "AWS", "Service", "Federated", "CanonicalUser" };
static const char *const effects[] = { "Allow", "Deny" };

/* The one of `names` that the author probably meant, at most `most` letters off. NULL: it is written right, or none is near. */
static const char *meant(const char *text, const char *const *names, size_t count, size_t most)
{
	const char *near = check_nearest(text_of(text), names, count, most);

	return near && strcmp(near, text) ? near : NULL;
}

#define MEANT(text, names, most) meant(text, names, sizeof(names) / sizeof *(names), most)

/* A copy of the object, in which members are called what they are meant to be; NULL: nothing changes. */
static json_t *renamed(const json_t *object, const char *const *names, size_t count, size_t most)
{
	json_t *copy = json_object(), *value;
	const char *member;
	bool changed = false, good = copy;

	json_object_foreach((json_t *)object, member, value) {
		const char *right = meant(member, names, count, most);
		if (right && json_object_get(object, right))
			right = NULL;
		changed |= right != NULL;
		good = good && !json_object_set_new(copy, right ? right : member, json_deep_copy(value));
	}
	if (good && changed)
		return copy;
	json_decref(copy);
	return NULL;
}

const char *load_fix_effect(const char *effect)
{
	return effect ? MEANT(effect, effects, 1) : NULL;
}

static json_t *fix_effect(const json_t *statement)
{
	const char *right = load_fix_effect(json_string_value(json_object_get(statement, "Effect")));
	json_t *copy = right ? json_deep_copy(statement) : NULL;

	if (!copy || !json_object_set_new(copy, "Effect", json_string(right)))
		return copy;
	json_decref(copy);
	return NULL;
}

static json_t *fix_element(const json_t *statement)
{
	return renamed(statement, statement_elements, STATEMENT_ELEMENTS, 2);
}

static json_t *fix_principal(const json_t *statement)
{
	const char *member = json_object_get(statement, "Principal") ? "Principal" : "NotPrincipal";
	json_t *principal = renamed(json_object_get(statement, member), principal_kinds,
		sizeof principal_kinds / sizeof *principal_kinds, 1);
	json_t *copy = principal ? json_deep_copy(statement) : NULL;

	bool good = copy && !json_object_set(copy, member, principal);
	json_decref(principal);
	if (good)
		return copy;
	json_decref(copy);
	return NULL;
}

/* "ses:SendRawEmail" for "SendRawEmail"; NULL: it has a service, or SES has no such action. */
static json_t *with_service(const json_t *action)
{
	const char *text = json_string_value(action);

	for (size_t i = 0; text && i < ses_action_count; i++)
		if (!strcasecmp(text, ses_actions[i]))
			return json_sprintf("ses:%s", ses_actions[i]);
	return NULL;
}

static json_t *fix_action(const json_t *statement)
{
	const char *member = json_object_get(statement, "Action") ? "Action" : "NotAction";
	json_t *copy = json_deep_copy(statement), *list = json_object_get(copy, member), *right = NULL;
	bool changed = false;

	for (size_t i = 0; i < json_array_size(list); i++) {
		right = with_service(json_array_get(list, i));
		changed |= right && !json_array_set_new(list, i, right);
	}
	if (json_is_string(list) && (right = with_service(list)))
		changed = !json_object_set_new(copy, member, right);
	if (changed)
		return copy;
	json_decref(copy);
	return NULL;
}

/* Of two lists, or members of two objects: is something the same in both, so that the old one says something, too? */
static bool shares(const json_t *old, const json_t *fresh)
{
	const char *member;
	json_t *value;

	for (size_t i = 0; i < json_array_size(old); i++)
		if (json_equal(json_array_get(old, i), json_array_get(fresh, i)))
			return true;
	json_object_foreach((json_t *)old, member, value)
		if (json_equal(value, json_object_get(fresh, member)))
			return true;
	return false;
}

/*
 * No correction widens who may send. As long as it cannot be read, an Allow allows nothing; of a Deny the part that
 * cannot be read drops out. So a Deny alone is corrected, and there what names it, or one more entry of a list beside
 * others: a condition that comes back would make the Deny one of less.
 */
static bool widens(const json_t *statement, const json_t *fix)
{
	static const char *const lists[] = { "Principal", "Action", "Resource" };
	const char *member, *effect = json_string_value(json_object_get(fix, "Effect"));
	json_t *value;

	if (!effect || strcmp(effect, "Deny"))
		return true;
	json_object_foreach((json_t *)fix, member, value) {
		const json_t *old = json_object_get(statement, member);
		bool list = false;
		if (!strcmp(member, "Effect") || !strcmp(member, "Sid") || json_equal(old, value))
			continue;
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
			list = list || !strcmp(member, lists[i]);
		if (!list || !shares(old, value))
			return true;
	}
	return false;
}

json_t *load_fix(const json_t *statement, enum kind_number kind)
{
	static const struct {
		enum kind_number kind;
		json_t *(*fix)(const json_t *statement);
	} fixes[] = {
		{ KIND_INVALID_EFFECT, fix_effect },
		{ KIND_INVALID_ELEMENT, fix_element },
		{ KIND_INVALID_PRINCIPAL_KEY, fix_principal },
		{ KIND_INVALID_ACTION_FORMAT, fix_action },
	};
	json_t *fix = NULL;

	for (size_t i = 0; i < sizeof fixes / sizeof *fixes; i++)
		if (fixes[i].kind == kind && json_is_object(statement))
			fix = fixes[i].fix(statement);
	/* A copy that lacks a member for want of memory is none. */
	if (!fix || (json_object_size(fix) == json_object_size(statement) && !widens(statement, fix)))
		return fix;
	json_decref(fix);
	return NULL;
}
