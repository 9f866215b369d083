/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/condition_fold.h"

#include "value/domain.h"
#include "value/glob.h"

/* Does an address stand on one side of the comparison? */
static bool has_address(const struct compile *c, const struct condition *condition, const struct template *template)
{
	const struct key *keys = c->keys->keys;
	bool address = keys[condition->slot].addresses;

	for (size_t i = 0; template && i < template->count && !address; i++)
		address = template->pieces[i].slot >= 0 && keys[template->pieces[i].slot].addresses;
	return address;
}

/*
 * A pattern without an at sign may also match in front of it, where values have capitals: not if all but a star in
 * front of it must match behind it.
 */
static bool may_start_local(struct text pattern)
{
	return glob_has_wildcard(pattern) && text_find(pattern, '@', 0) == pattern.length &&
		(pattern.at[0] != '*' || glob_has_wildcard(text_from(pattern, 1)));
}

/* Sort the values that have capitals in their domain. False: memory is short. */
static bool values_fold(struct compile *c, enum comparison comparison, const struct text *fixed, size_t count, size_t capitals,
	struct condition_fold *fold)
{
	fold->values = arena_array(c->arena, capitals, sizeof *fold->values);
	fold->bare = arena_array(c->arena, capitals, sizeof *fold->bare);
	if (!fold->values || !fold->bare)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!domain_has_capitals(fixed[i]))
			continue;
		if (comparison == COMPARE_GLOB && may_start_local(fixed[i])) {
			fold->bare[fold->bare_count++] = fixed[i];
			continue;
		}
		struct text lowered = domain_lowered(c->arena, fixed[i]);
		if (!lowered.at)
			return false;
		fold->values[fold->count++] = lowered;
	}
	return true;
}

static size_t count_capitals(const struct text *fixed, size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += domain_has_capitals(fixed[i]);
	return found;
}

bool condition_fold_compile(struct compile *c, struct condition *condition, const struct text *fixed, size_t count)
{
	const struct operator_info *op = condition->how.op;
	bool text = op->type == TYPE_STRING && op->comparison != COMPARE_EQUAL_IGNORE_CASE;

	if (c->fold != DOMAIN_FOLD_ALL || (!text && op->type != TYPE_ARN))
		return true;
	for (size_t i = 0; i < condition->template_count; i++) {
		struct template *template = &condition->templates[i];
		if (!has_address(c, condition, template))
			continue;
		/* Of another key than those of addresses it is the value that may have capitals. */
		if (!has_address(c, condition, NULL))
			template->letters = GLOB_LETTERS_FOLD;
		else if (template_may_fold(template))
			template->letters = GLOB_LETTERS_CAPITALS;
	}
	size_t capitals = text && has_address(c, condition, NULL) ? count_capitals(fixed, count) : 0;
	if (!capitals)
		return true;
	struct condition_fold *fold = arena_array(c->arena, 1, sizeof *fold);
	if (!fold || !values_fold(c, op->comparison, fixed, count, capitals, fold))
		return false;
	fold->strings = string_set_new(c->arena, condition_string_kind(condition), fold->values, fold->count);
	if (fold->strings)
		condition->fold = fold;
	return fold->strings;
}

bool condition_fold_holds(const struct condition_fold *fold, struct text value, struct work *work)
{
	bool holds = string_set_holds(fold->strings, value, work);

	for (size_t i = 0; i < fold->bare_count && !holds; i++)
		holds = glob_match_domain(fold->bare[i], value, work);
	return holds;
}
