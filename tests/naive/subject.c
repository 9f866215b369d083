/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive/subject.h"

#include "naive/plain.h"
#include "iam/document.h"
#include "iam/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* The group of a document by its type; levels are numbered from 0 without gaps. */
static unsigned group_of(struct naive_subject *subject, json_t *policy)
{
	const char *type = json_string_value(json_object_get(policy, "type"));
	size_t level = (size_t)json_integer_value(json_object_get(policy, "level"));
	unsigned *group = strcmp(type, "boundary") == 0 ? &subject->policies.boundary : &subject->own;
	enum policy_layer layer = strcmp(type, "boundary") == 0 ? LAYER_BOUNDARY : LAYER_IDENTITY;

	if (strcmp(type, "resource") == 0)
		return POLICY_GROUP_RESOURCE;
	if (strcmp(type, "scp") == 0) {
		assert_true(level < sizeof(subject->levels) / sizeof(subject->levels[0]));
		group = &subject->levels[level];
		layer = LAYER_SCP;
		if (level >= subject->policies.level_count)
			subject->policies.level_count = level + 1;
	}
	if (*group == POLICY_GROUP_RESOURCE)
		*group = policy_set_group(subject->set, layer);
	assert_true(*group != POLICY_GROUP_RESOURCE);
	return *group;
}

void subject_load(struct naive_subject *subject, json_t *policies, uint64_t seed)
{
	struct faults faults;
	json_t *policy;
	size_t i;

	faults_init(&faults);
	subject->set = policy_set_new();
	assert_non_null(subject->set);
	policy_set_fold(subject->set, subject->folds ? DOMAIN_FOLD_ALL : DOMAIN_FOLD_NONE);
	json_array_foreach(policies, i, policy) {
		policy_set_add_json(subject->set, group_of(subject, policy), "generated", TEXT("generated"),
			json_object_get(policy, "document"), &faults);
	}
	policy_set_seal(subject->set, &faults);
	if (faults.count > 0) {
		for (const struct fault *fault = faults.first; fault; fault = fault->next)
			print_error("%s\n", fault->text);
		json_dumpf(policies, stderr, 0);
		fail_msg("seed %llu: the policies do not load", (unsigned long long)seed);
	}
	faults_free(&faults);
	arena_init(&subject->arena);
}

void subject_free(struct naive_subject *subject)
{
	policy_set_free(subject->set);
	arena_free(&subject->arena);
}

void subject_ask(struct naive_subject *subject, struct request *request, json_t *asked)
{
	const char *principal = json_string_value(json_object_get(asked, "principal"));
	struct text owner;

	arena_reset(&subject->arena);
	assert_true(request_init(request, subject->set, &subject->arena));
	assert_true(request_caller(request, text_of(principal)));
	request->action = text_of(json_string_value(json_object_get(asked, "action")));
	assert_true(request_resource(request, text_of(json_string_value(json_object_get(asked, "resource")))));
	owner = request->resource.field[ARN_ACCOUNT];
	subject->asked = subject->policies;
	subject->asked.own = &subject->own;
	subject->asked.own_count = subject->own != POLICY_GROUP_RESOURCE;
	subject->asked.levels = subject->levels;
	/* A boundary is a principal's; and other accounts have organizations of their own. */
	if (request->caller.account.length == 0)
		subject->asked.boundary = POLICY_GROUP_RESOURCE;
	if (request->caller.account.length == 0 || (owner.length != 0 && !text_equals(owner, request->caller.account)))
		subject->asked.level_count = 0;
	request->policies = &subject->asked;
}

json_t *subject_values(const struct request *request, size_t slot, json_t *context)
{
	struct text name = policy_set_key_name(request->set, slot);
	const char *key;
	json_t *values;

	json_object_foreach(context, key, values)
		if (text_equals_fold(text_of(key), name))
			return values;
	return NULL;
}

size_t subject_value_count(json_t *values)
{
	return !values ? 0 : json_is_array(values) ? json_array_size(values) : 1;
}

void subject_add(struct request *request, size_t slot, json_t *values, size_t index)
{
	json_t *value = json_is_array(values) ? json_array_get(values, index) : values;

	assert_true(request_value(request, (int)slot, text_of(json_string_value(value))));
}

void subject_fill(struct request *request, size_t slot, json_t *context)
{
	json_t *values = subject_values(request, slot, context);
	size_t count = subject_value_count(values);

	request_state(request, (int)slot, SLOT_ABSENT);
	for (size_t i = 0; i < count; i++)
		subject_add(request, slot, values, i);
}

static void print_pair(json_t *policies, json_t *asked)
{
	/* Longer than what cmocka prints. */
	fprintf(stderr, "{\"policies\":");
	json_dumpf(policies, stderr, 0);
	fprintf(stderr, ",\n\"request\":");
	json_dumpf(asked, stderr, 0);
	fprintf(stderr, "}\n");
}

struct verdict subject_decide(struct request *request, uint64_t seed, json_t *policies, json_t *asked)
{
	struct verdict plain = plain_evaluate(request);

	for (int prepared = 0; prepared < 2; prepared++) {
		struct verdict verdict = evaluate(request);

		if (verdict.decision != plain.decision || verdict.statement != plain.statement || verdict.folded != plain.folded ||
			verdict.layer != plain.layer || verdict.level != plain.level) {
			print_pair(policies, asked);
			fail_msg("seed %llu, %s: %s by one way, %s by the other, or another statement, layer or reading",
				(unsigned long long)seed, request->plan != NULL ? "prepared" : "not prepared",
				decision_name(verdict.decision), decision_name(plain.decision));
		}
		if (!request->plan)
			assert_true(plan_prepare(request));
	}
	return plain;
}

enum naive_decision subject_reference(const struct naive_subject *subject, json_t *policies, json_t *asked)
{
	enum naive_decision written = naive_evaluate(policies, asked), folded;

	if (!subject->folds)
		return written;
	folded = naive_evaluate_folded(policies, asked);
	if (written == NAIVE_EXPLICIT_DENY || folded == NAIVE_EXPLICIT_DENY)
		return NAIVE_EXPLICIT_DENY;
	return written == NAIVE_ALLOWED ? folded : written;
}

bool subject_agrees(enum decision decision, enum naive_decision naive)
{
	switch (decision) {
	case DECISION_ALLOWED:
		return naive == NAIVE_ALLOWED;
	case DECISION_EXPLICIT_DENY:
		return naive == NAIVE_EXPLICIT_DENY;
	case DECISION_IMPLICIT_DENY:
		return naive == NAIVE_IMPLICIT_DENY;
	default:
		return false;
	}
}

void subject_fail(const char *what, uint64_t seed, json_t *policies, json_t *asked, enum decision decision,
	enum naive_decision naive)
{
	print_pair(policies, asked);
	fail_msg("%s, seed %llu: the evaluator says %s, the reference %s", what, (unsigned long long)seed, decision_name(decision),
		naive_decision_name(naive));
}

uint64_t subject_setting(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return !text || *text == '\0' ? fallback : strtoull(text, NULL, 10);
}

uint64_t subject_pairs(uint64_t pairs)
{
	return subject_setting("DIFFERENTIAL_PAIRS", SANITIZED ? pairs / 25 : pairs);
}
