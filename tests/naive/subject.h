/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real evaluator, fed with the same jansson values as the naive one.
 * Everything fails the running cmocka test when it cannot be done.
 */
#ifndef TESTS_NAIVE_SUBJECT_H
#define TESTS_NAIVE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "iam/evaluate.h"
#include "naive/naive.h"

struct naive_subject {
	struct policy_set *set;
	struct arena arena;
	struct caller_policies policies; /* as they were loaded; asked about as far as they are the caller's */
	struct caller_policies asked;
	unsigned own, levels[8];
	bool folds; /* domains have no case; to be said before loading */
};

/* The seed is for messages; zeroed but for `folds`. */
void subject_load(struct naive_subject *subject, json_t *policies, uint64_t seed);
void subject_free(struct naive_subject *subject);

/* Caller, action and resource; all keys absent. Holds until the next call. */
void subject_ask(struct naive_subject *subject, struct request *request, json_t *asked);

/* Sets one slot to what the context holds for its key: a value, a list, or nothing. */
void subject_fill(struct request *request, size_t slot, json_t *context);

/* The value or list of a slot's key in the context; NULL if there is none. */
json_t *subject_values(const struct request *request, size_t slot, json_t *context);
size_t subject_value_count(json_t *values);
void subject_add(struct request *request, size_t slot, json_t *values, size_t index);

/*
 * The verdict as far as the request is known; it must be the one that asking
 * each statement in turn has, statement included, prepared or not. The first
 * time it may prepare the request, for good.
 */
struct verdict subject_decide(struct request *request, uint64_t seed, json_t *policies, json_t *asked);

/* What the naive evaluator says, in both readings if domains have no case there. */
enum naive_decision subject_reference(const struct naive_subject *subject, json_t *policies, json_t *asked);

/* Are these the same answer? A pending one is like none. */
bool subject_agrees(enum decision decision, enum naive_decision naive);

/* Fails the test, telling all that is needed to see the difference again. */
void subject_fail(const char *what, uint64_t seed, json_t *policies, json_t *asked, enum decision decision,
	enum naive_decision naive);

/* A number from the environment, or the default. */
uint64_t subject_setting(const char *name, uint64_t fallback);

/* How many pairs a test compares: `pairs`, a 25th of that under sanitizers. */
uint64_t subject_pairs(uint64_t pairs);

#endif
