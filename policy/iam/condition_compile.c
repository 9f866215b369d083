/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/condition_compile.h"

#include "value/base64.h"
#include "iam/condition_fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a compiler of one type gets: the values that hold no variables. */
struct condition_values {
	struct compile *c;
	const struct json_path *path;
	const json_t *json;
	struct condition *condition;
	struct text *fixed; /* the condition's own list, where none of it holds a variable */
	size_t count;
};

static bool is_template(const struct condition_values *v, struct text t)
{
	return v->condition->how.op->variables && template_needed(v->c, t);
}

/* Which element of the list fixed value i is. None of them is an object, a list or null: those were told, and no values are compiled then. */
static size_t value_index(const struct condition_values *v, size_t i)
{
	for (size_t at = 0;; at++) {
		const json_t *element = json_is_array(v->json) ? json_array_get(v->json, at) : v->json;
		struct text t = { json_string_value(element), json_string_length(element) };
		if (t.at && is_template(v, t))
			continue;
		if (!i--)
			return at;
	}
}

/* Tell a fault of fixed value i; always false. */
static bool value_fault(const struct condition_values *v, size_t i, const char *what)
{
	struct json_path step;
	const struct json_path *at = v->path;
	char shown[80];

	/* Past the faults that are kept nobody reads the place. */
	if (v->c->faults->count < FAULTS_KEPT)
		compile_element(v->json, value_index(v, i), &at, &step);
	compile_fault(v->c, at, "\"%s\" is %s", text_escape(v->fixed[i], shown, sizeof shown), what);
	return false;
}

static bool out_of_memory(const struct condition_values *v)
{
	fault_memory(v->c->faults);
	return false;
}

static bool strings_compile(struct condition_values *v)
{
	v->condition->set.strings = string_set_new(v->c->arena, condition_string_kind(v->condition), v->fixed, v->count);
	return v->condition->set.strings || out_of_memory(v);
}

static int number_order(const void *a, const void *b)
{
	return number_compare(a, b);
}

static int instant_order(const void *a, const void *b)
{
	return instant_compare(a, b);
}

/*
 * Of sorted bounds joined by "or", the weakest decides: of "less than 3" or "less than 5" the latter. Its
 * index; equality needs them all.
 */
static size_t weakest(enum comparison comparison, size_t count)
{
	return comparison == COMPARE_LESS || comparison == COMPARE_LESS_EQUAL ? count - 1 : 0;
}

static bool numbers_compile(struct condition_values *v)
{
	struct condition *condition = v->condition;
	bool good = true;

	condition->set.numbers = arena_array(v->c->arena, v->count, sizeof *condition->set.numbers);
	if (!condition->set.numbers)
		return out_of_memory(v);
	for (size_t i = 0; i < v->count; i++)
		if (!number_parse(v->fixed[i], &condition->set.numbers[i]))
			good = value_fault(v, i, "not a number; write digits, optionally with a decimal point");
	if (good && v->count)
		qsort(condition->set.numbers, v->count, sizeof *condition->set.numbers, number_order);
	condition->set_count = v->count;
	if (good && v->count && condition->how.op->comparison != COMPARE_EQUAL) {
		condition->set.numbers += weakest(condition->how.op->comparison, v->count);
		condition->set_count = 1;
	}
	return good;
}

static bool instants_compile(struct condition_values *v)
{
	struct condition *condition = v->condition;
	bool good = true;

	condition->set.instants = arena_array(v->c->arena, v->count, sizeof *condition->set.instants);
	if (!condition->set.instants)
		return out_of_memory(v);
	for (size_t i = 0; i < v->count; i++)
		if (!instant_parse(v->fixed[i], &condition->set.instants[i]))
			good = value_fault(v, i, "not a date; write 2026-12-31T23:59:59Z, 2026-12-31 or epoch seconds");
	if (good && v->count)
		qsort(condition->set.instants, v->count, sizeof *condition->set.instants, instant_order);
	condition->set_count = v->count;
	if (good && v->count && condition->how.op->comparison != COMPARE_EQUAL) {
		condition->set.instants += weakest(condition->how.op->comparison, v->count);
		condition->set_count = 1;
	}
	return good;
}

static bool truths_compile(struct condition_values *v)
{
	bool good = true;
	for (size_t i = 0; i < v->count; i++) {
		if (text_equals_fold(v->fixed[i], TEXT("true")))
			v->condition->set.truths.on_true = true;
		else if (text_equals_fold(v->fixed[i], TEXT("false")))
			v->condition->set.truths.on_false = true;
		else
			good = value_fault(v, i, "neither true nor false; write one of the two");
	}
	return good;
}

static bool binaries_compile(struct condition_values *v)
{
	bool good = true;
	for (size_t i = 0; i < v->count; i++)
		if (!base64_check(v->fixed[i]))
			good = value_fault(v, i, "not base64 (RFC 4648, with padding); write base64");
	v->condition->set.binaries = v->fixed;
	v->condition->set_count = v->count;
	return good;
}

static bool networks_compile(struct condition_values *v)
{
	bool good = true;
	struct ip_network *networks = calloc(v->count ? v->count : 1, sizeof *networks);

	if (!networks)
		return out_of_memory(v);
	for (size_t i = 0; i < v->count; i++) {
		const char *wrong;
		switch (ip_network_parse(v->fixed[i], &networks[i], &wrong)) {
		case IP_NETWORK_GOOD:
			break;
		case IP_NETWORK_MEMORY:
			good = out_of_memory(v);
			break;
		case IP_NETWORK_INVALID:
			good = value_fault(v, i, wrong);
		}
	}
	if (good) {
		v->condition->set.networks = ip_set_new(v->c->arena, networks, v->count);
		good = v->condition->set.networks || out_of_memory(v);
	}
	free(networks);
	return good;
}

static bool arns_compile(struct condition_values *v)
{
	bool good = true;

	v->condition->set.arns = arena_array(v->c->arena, v->count, sizeof *v->condition->set.arns);
	if (!v->condition->set.arns)
		return out_of_memory(v);
	for (size_t i = 0; i < v->count; i++)
		if (!arn_split(v->fixed[i], &v->condition->set.arns[i]))
			good = value_fault(v, i,
				"not an ARN of six fields; write arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, with * where anything goes");
	v->condition->set_count = v->count;
	return good;
}

static bool (*const compilers[])(struct condition_values *) = {
	[TYPE_STRING] = strings_compile,
	[TYPE_NUMBER] = numbers_compile,
	[TYPE_DATE] = instants_compile,
	[TYPE_BOOL] = truths_compile,
	[TYPE_BINARY] = binaries_compile,
	[TYPE_IP] = networks_compile,
	[TYPE_ARN] = arns_compile,
	[TYPE_NULL] = truths_compile,
};

/* From here on the values without variables need a list of their own. */
static bool fixed_part(struct condition_values *v, size_t count)
{
	struct text *fixed = arena_array(v->c->arena, count, sizeof *fixed);

	v->condition->templates = arena_array(v->c->arena, count, sizeof *v->condition->templates);
	if (!fixed || !v->condition->templates)
		return out_of_memory(v);
	memcpy(fixed, v->fixed, v->count * sizeof *fixed);
	v->fixed = fixed;
	return true;
}

/* All values as text, those with variables set aside as templates. */
static bool values_collect(struct condition_values *v)
{
	struct condition *condition = v->condition;
	size_t count = compile_count(v->json);
	bool good = true;

	condition->values = arena_array(v->c->arena, count, sizeof *condition->values);
	if (!condition->values)
		return out_of_memory(v);
	v->fixed = condition->values;
	for (size_t i = 0; i < count; i++) {
		struct json_path step;
		const struct json_path *at = v->path;
		const json_t *element = compile_element(v->json, i, &at, &step);
		struct text t = compile_text(v->c, at, element);
		if (!t.at) {
			good = false;
			continue;
		}
		condition->values[condition->value_count++] = t;
		if (!is_template(v, t)) {
			v->fixed[v->count++] = t;
			continue;
		}
		if (!condition->templates && !fixed_part(v, count))
			return false;
		good &= template_compile(v->c, at, t, &condition->templates[condition->template_count++]);
	}
	return good;
}

bool condition_compile(struct compile *c, const struct json_path *path, const struct operator_name *how, struct text operator_text,
	struct text key, const json_t *json, bool deny, struct condition *out)
{
	struct condition_values v = { .c = c, .path = path, .json = json, .condition = out };
	char shown[JSON_SHOW_SIZE];

	*out = (struct condition){ .how = *how, .operator_text = operator_text, .key_text = key, .deny = deny };
	out->slot = key_table_add(c->keys, key);
	if (out->slot < 0) {
		fault_memory(c->faults);
		return false;
	}
	struct key *known = &c->keys->keys[out->slot];
	known->types |= how->op->type;
	out->plural = known->info && known->info->plural;
	if (known->info && !(known->info->operators & how->op->type)) {
		compile_fault(c, path,
			"%.*s cannot be compared with %s; see the type of the key in the Service Authorization Reference",
			TEXT_ARGS(text_of(known->info->name)), how->op->name);
		return false;
	}
	if (json_is_object(json) || json_is_null(json)) {
		compile_fault(c, path, "%s is not a value; write a string, or a list of strings", json_show(json, shown));
		return false;
	}
	out->empty = !compile_count(json);
	if (out->empty && how->quantifier == QUANTIFIER_NONE && !how->if_exists) {
		compile_fault(c, path, "empty list of values; name at least one value, or leave the condition out");
		return false;
	}
	if (!values_collect(&v) || !compilers[how->op->type](&v))
		return false;
	if (!condition_fold_compile(c, out, v.fixed, v.count)) {
		fault_memory(c->faults);
		return false;
	}
	out->look_up = (how->op->type == TYPE_STRING || how->op->type == TYPE_IP) && !out->template_count && !out->fold;
	out->look_up_one = out->look_up && !out->empty && (how->quantifier != QUANTIFIER_NONE || !out->plural);
	out->negated = how->op->negated;
	return true;
}
