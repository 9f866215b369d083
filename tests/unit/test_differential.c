/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The evaluator against a second one written apart from it, over generated
 * policies and requests: not one different answer.
 *
 * DIFFERENTIAL_PAIRS sets how many pairs of policies and request (1,000,000),
 * DIFFERENTIAL_SEED where to begin (1). Each set of policies has a seed of its
 * own, told when there is a difference: DIFFERENTIAL_SEED=that
 * DIFFERENTIAL_PAIRS=100 asks it again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "naive/generate.h"
#include "naive/subject.h"

enum { REQUESTS_PER_SET = 100 };

static void compare_answers(struct naive_subject *subject, json_t *policies, json_t *asked, uint64_t seed, uint64_t count[3])
{
	enum naive_decision naive = subject_reference(subject, policies, asked);
	json_t *context = json_object_get(asked, "context");
	struct request request;
	struct verdict verdict;

	subject_ask(subject, &request, asked);
	for (size_t slot = 0; slot < policy_set_key_count(subject->set); slot++)
		subject_fill(&request, slot, context);
	verdict = subject_decide(&request, seed, policies, asked);
	if (!subject_agrees(verdict.decision, naive))
		subject_fail("a different answer", seed, policies, asked, verdict.decision, naive);
	if (verdict.decision == DECISION_EXPLICIT_DENY)
		assert_non_null(verdict.statement);
	if (verdict.decision == DECISION_IMPLICIT_DENY)
		assert_null(verdict.statement);
	count[naive]++;
}

/* Conditions on which the two once differed: neither may hold. */
static void test_settled(void **state)
{
	static const struct {
		const char *op, *key, *wanted, *value;
	} cases[] = {
		/* A list of nothing but an empty text is no data set to ForAnyValue, negated or not. */
		{ "ForAnyValue:StringNotLike", "ses:Recipients", "*@example.com", "" },
		{ "ForAnyValue:StringEquals", "ses:Recipients", "", "" },
		{ "ForAnyValue:NotIpAddress", "aws:SourceIp", "0.0.0.0/0", "" },
		/* Neither true nor false, though equal. */
		{ "Bool", "app:flag", "${app:flag}", "1" },
		{ "BoolIfExists", "app:flag", "${app:flag, 'true'}", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof(cases[0]); i++) {
		uint64_t count[3] = { 0 };
		struct naive_subject subject = { 0 };
		json_t *policies = json_pack("[{s:s, s:{s:s, s:{s:s, s:s, s:s, s:{s:{s:s}}}}}]", "type", "identity", "document",
			"Version", "2012-10-17", "Statement", "Effect", "Deny", "Action", "*", "Resource", "*", "Condition",
			cases[i].op, cases[i].key, cases[i].wanted);
		json_t *asked = json_pack("{s:s, s:s, s:s, s:{s:s}}", "principal", "arn:aws:iam::111122223333:user/anna", "action",
			"ses:SendRawEmail", "resource", "arn:aws:ses:us-east-1:111122223333:identity/example.com", "context",
			cases[i].key, cases[i].value);

		assert_non_null(policies);
		assert_non_null(asked);
		subject_load(&subject, policies, i);
		compare_answers(&subject, policies, asked, i, count);
		assert_int_equal(count[NAIVE_IMPLICIT_DENY], 1);
		subject_free(&subject);
		json_decref(asked);
		json_decref(policies);
	}
}

static void compare_sets(uint64_t pairs, json_t *(*generate)(struct generator *), bool folds)
{
	uint64_t seed = subject_setting("DIFFERENTIAL_SEED", 1);
	uint64_t count[3] = { 0 };

	for (uint64_t done = 0; done < pairs; done += REQUESTS_PER_SET, seed++) {
		struct generator g = { .capitals = folds };
		struct naive_subject subject = { .folds = folds };
		json_t *policies;

		generator_seed(&g, seed);
		policies = generate(&g);
		subject_load(&subject, policies, seed);
		for (int i = 0; i < REQUESTS_PER_SET; i++) {
			json_t *asked = generate_request(&g);

			compare_answers(&subject, policies, asked, seed, count);
			json_decref(asked);
		}
		subject_free(&subject);
		json_decref(policies);
	}
	print_message("%llu allowed, %llu explicitly denied, %llu implicitly denied\n", (unsigned long long)count[NAIVE_ALLOWED],
		(unsigned long long)count[NAIVE_EXPLICIT_DENY], (unsigned long long)count[NAIVE_IMPLICIT_DENY]);
	for (int i = 0; i < 3; i++)
		assert_true(count[i] > pairs / 50);
}

static void test_same_answers(void **state)
{
	(void)state;
	compare_sets(subject_pairs(1000000), generate_policies, false);
}

/* Sets as large as those that statements are looked up in, by resource and by value. */
static void test_same_answers_of_many(void **state)
{
	(void)state;
	compare_sets(subject_pairs(1000000) / 25, generate_many_policies, false);
}

/* Domains have no case, and policies have capitals in them. */
static void test_same_answers_with_capitals(void **state)
{
	(void)state;
	compare_sets(subject_pairs(1000000) / 2, generate_policies, true);
	compare_sets(subject_pairs(1000000) / 25, generate_many_policies, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_same_answers),
		cmocka_unit_test(test_same_answers_of_many),
		cmocka_unit_test(test_same_answers_with_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
