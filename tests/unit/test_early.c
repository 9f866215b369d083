/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Early answers: while keys of a request are still to come, the evaluator may
 * answer only what the complete request will be answered, whatever comes.
 * Held against complete answers of the naive evaluator, over generated policies
 * and requests; settings as for test_differential, of whose pairs it takes one
 * in twenty.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "naive/generate.h"
#include "naive/subject.h"
#include "iam/plan.h"

enum { REQUESTS_PER_SET = 50, MOST_KEYS = 40, LATTICE_KEYS = 6 };

struct trial {
	uint64_t seed;
	json_t *policies, *asked, *context;
	enum naive_decision outcome; /* of the complete request */
	struct naive_subject *subject;
	struct request request;
	size_t keys;
};

static struct {
	uint64_t walks, early; /* walks with an answer before the last key */
	uint64_t lattices;     /* requests of which every order was tried */
	uint64_t given_up;     /* answers that took more work than there was */
} seen;

/* May this answer be followed by that one? A certain refusal may turn out to be explicit. */
static bool may_follow(enum decision before, enum decision after)
{
	return before == DECISION_PENDING || before == after ||
		(before == DECISION_IMPLICIT_DENY && after == DECISION_EXPLICIT_DENY);
}

static bool may_end_as(enum decision early, enum naive_decision outcome)
{
	if (early == DECISION_IMPLICIT_DENY)
		return outcome != NAIVE_ALLOWED;
	return early == DECISION_PENDING || subject_agrees(early, outcome);
}

/* Every subset of the keys known, and so every order in which they can arrive. */
static void try_all_orders(struct trial *t)
{
	enum decision answer[1 << LATTICE_KEYS];

	if (t->keys > LATTICE_KEYS)
		return;
	seen.lattices++;
	for (unsigned int known = 0; known < 1u << t->keys; known++) {
		subject_ask(t->subject, &t->request, t->asked);
		for (size_t slot = 0; slot < t->keys; slot++) {
			if (known >> slot & 1)
				subject_fill(&t->request, slot, t->context);
			else
				request_state(&t->request, (int)slot, SLOT_PENDING);
		}
		answer[known] = subject_decide(&t->request, t->seed, t->policies, t->asked).decision;
		if (!may_end_as(answer[known], t->outcome))
			subject_fail("a wrong early answer", t->seed, t->policies, t->asked, answer[known], t->outcome);
		for (size_t slot = 0; slot < t->keys; slot++)
			if (known >> slot & 1 && !may_follow(answer[known & ~(1u << slot)], answer[known]))
				subject_fail("an answer that changes", t->seed, t->policies, t->asked, answer[known], t->outcome);
	}
}

/* Another request in agreement with all that is known of this one. */
static json_t *complete_otherwise(struct generator *g, const struct trial *t)
{
	json_t *other = generate_request(g), *asked = json_copy(t->asked);
	json_t *theirs = json_object_get(other, "context"), *context = json_object();

	for (size_t slot = 0; slot < t->keys; slot++) {
		char name[200];
		json_t *mine = subject_values(&t->request, slot, t->context);
		json_t *values = subject_values(&t->request, slot, theirs);
		const struct slot *known = &t->request.slots[slot];

		snprintf(name, sizeof name, "%.*s", TEXT_ARGS(policy_set_key_name(t->subject->set, slot)));
		if (known->state == SLOT_OPEN) {
			json_t *grown = json_array();

			for (size_t i = 0; i < known->count; i++)
				json_array_append(grown, json_array_get(mine, i));
			if (json_is_array(values))
				json_array_extend(grown, values);
			if (json_array_size(grown) == 0)
				json_array_append(grown, json_array_get(mine, 0));
			json_object_set_new(context, name, grown);
		} else if (known->state == SLOT_PENDING && values) {
			json_object_set(context, name, values);
		} else if (known->state == SLOT_PRESENT) {
			json_object_set(context, name, mine);
		}
	}
	json_object_set_new(asked, "context", context);
	json_decref(other);
	return asked;
}

static void try_other_endings(struct generator *g, const struct trial *t, enum decision early)
{
	for (int i = 0; i < 2; i++) {
		json_t *asked = complete_otherwise(g, t);
		enum naive_decision outcome = subject_reference(t->subject, t->policies, asked);

		if (!may_end_as(early, outcome))
			subject_fail("an early answer that another ending belies", t->seed, t->policies, asked, early, outcome);
		json_decref(asked);
	}
}

/* Not so the app: keys, which may hold a list or not: only a complete one tells. */
static bool is_list_by_nature(const struct trial *t, size_t slot)
{
	return !text_starts_with_fold(policy_set_key_name(t->subject->set, slot), TEXT("app:"));
}

/* One more piece of one key: it opens, it grows, it is known in full. True when it is. */
static bool reveal(struct generator *g, struct trial *t, size_t slot)
{
	json_t *values = subject_values(&t->request, slot, t->context);
	size_t count = subject_value_count(values);
	struct slot *s = &t->request.slots[slot];

	if (s->state == SLOT_OPEN) {
		if (s->count < count) {
			subject_add(&t->request, slot, values, s->count);
			return false;
		}
		request_state(&t->request, (int)slot, SLOT_PRESENT);
		return true;
	}
	if (is_list_by_nature(t, slot) && json_is_array(values) && count > 0 && generator_chance(g, 70)) {
		request_state(&t->request, (int)slot, SLOT_OPEN);
		return false;
	}
	subject_fill(&t->request, slot, t->context);
	return true;
}

/* From a random part of the keys, the rest piece by piece in random order. */
static void walk(struct generator *g, struct trial *t)
{
	size_t waiting[MOST_KEYS], left = 0;
	enum decision before = DECISION_PENDING, now;
	bool early = false;

	subject_ask(t->subject, &t->request, t->asked);
	for (size_t slot = 0; slot < t->keys; slot++) {
		if (generator_chance(g, 40)) {
			subject_fill(&t->request, slot, t->context);
		} else {
			request_state(&t->request, (int)slot, SLOT_PENDING);
			waiting[left++] = slot;
		}
	}
	for (;;) {
		now = subject_decide(&t->request, t->seed, t->policies, t->asked).decision;
		if (!may_follow(before, now))
			subject_fail("an answer that changes", t->seed, t->policies, t->asked, now, t->outcome);
		if (!may_end_as(now, t->outcome))
			subject_fail("a wrong early answer", t->seed, t->policies, t->asked, now, t->outcome);
		if (left == 0)
			break;
		if (now != DECISION_PENDING && !early) {
			early = true;
			try_other_endings(g, t, now);
		}
		before = now;
		size_t chosen = generator_below(g, (unsigned int)left);
		if (reveal(g, t, waiting[chosen]))
			waiting[chosen] = waiting[--left];
	}
	if (!subject_agrees(now, t->outcome))
		subject_fail("a different answer at the end", t->seed, t->policies, t->asked, now, t->outcome);
	seen.walks++;
	seen.early += early;
}

/*
 * With less work than the answer takes there is none, or one that the complete
 * request has, too.
 */
static void try_with_little_work(struct generator *g, struct trial *t)
{
	subject_ask(t->subject, &t->request, t->asked);
	for (size_t slot = 0; slot < t->keys; slot++)
		subject_fill(&t->request, slot, t->context);
	for (int i = 0; i < 4; i++) {
		struct work work = { .left = 1 + generator_below(g, 1u << (2 + generator_below(g, 12))) };

		t->request.work = &work;
		enum decision decision = evaluate(&t->request).decision;
		if (!may_end_as(decision, t->outcome))
			subject_fail("an answer for want of work", t->seed, t->policies, t->asked, decision, t->outcome);
		seen.given_up += decision == DECISION_PENDING;
		/* What has been prepared with too little work is no plan. */
		if (i == 1)
			assert_true(plan_prepare(&t->request));
		if (i == 1 && work_is_over(&work))
			assert_null(t->request.plan);
	}
	t->request.work = NULL;
}

static void try_sets(uint64_t pairs, json_t *(*generate)(struct generator *), bool folds)
{
	uint64_t seed = subject_setting("DIFFERENTIAL_SEED", 1);

	memset(&seen, 0, sizeof seen);
	for (uint64_t done = 0; done < pairs; done += REQUESTS_PER_SET, seed++) {
		struct generator g = { .capitals = folds };
		struct naive_subject subject = { .folds = folds };
		struct trial t = { .seed = seed, .subject = &subject };

		generator_seed(&g, seed);
		t.policies = generate(&g);
		subject_load(&subject, t.policies, seed);
		t.keys = policy_set_key_count(subject.set);
		assert_in_range(t.keys, 0, MOST_KEYS);
		for (int i = 0; i < REQUESTS_PER_SET; i++) {
			t.asked = generate_request(&g);
			t.context = json_object_get(t.asked, "context");
			t.outcome = subject_reference(t.subject, t.policies, t.asked);
			try_all_orders(&t);
			try_with_little_work(&g, &t);
			walk(&g, &t);
			walk(&g, &t);
			json_decref(t.asked);
		}
		subject_free(&subject);
		json_decref(t.policies);
	}
	print_message("%llu walks, %llu with an early answer; %llu requests in every order\n", (unsigned long long)seen.walks,
		(unsigned long long)seen.early, (unsigned long long)seen.lattices);
	assert_true(seen.given_up > seen.walks / 10 && seen.given_up < 2 * seen.walks);
	/* An evaluator that always waits is right, and of no use. */
	assert_true(seen.early > seen.walks / 4);
}

static void test_early_answers(void **state)
{
	uint64_t pairs = subject_pairs(1000000) / 20;

	(void)state;
	try_sets(pairs, generate_policies, false);
	assert_true(seen.lattices > pairs / 10);
}

/* Sets as large as those that statements are looked up in, by resource and by value. */
static void test_early_answers_of_many(void **state)
{
	(void)state;
	try_sets(subject_pairs(1000000) / 500, generate_many_policies, false);
}

/* Domains have no case, and policies have capitals in them. */
static void test_early_answers_with_capitals(void **state)
{
	(void)state;
	try_sets(subject_pairs(1000000) / 40, generate_policies, true);
	try_sets(subject_pairs(1000000) / 1000, generate_many_policies, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_early_answers),
		cmocka_unit_test(test_early_answers_of_many),
		cmocka_unit_test(test_early_answers_with_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
