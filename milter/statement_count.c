/* SPDX-License-Identifier: BSD-2-Clause */
#include "statement_count.h"

#include "iam/statement.h"

#include <pthread.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between the loading thread and a thread that reads the counts. Counting itself does not need it. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *tree;

static int compare(const void *a, const void *b)
{
	const struct statement_count *x = a, *y = b;
	int order = strcmp(x->policy, y->policy);

	return order ? order : strcmp(x->statement, y->statement);
}

static void count_free(struct statement_count *count)
{
	free(count->policy);
	free(count->statement);
	free(count);
}

static struct statement_count *count_new(const struct statement *statement)
{
	struct statement_count *count = calloc(1, sizeof *count);
	char index[16];

	if (!count)
		return NULL;
	snprintf(index, sizeof index, "%u", statement->index);
	count->policy = strndup(statement->policy->name.at, statement->policy->name.length);
	count->statement = statement->sid.length ? strndup(statement->sid.at, statement->sid.length) : strdup(index);
	count->deny = statement->effect == EFFECT_DENY;
	if (count->policy && count->statement)
		return count;
	count_free(count);
	return NULL;
}

/* The one that is known by that name, or this one from now on. */
static struct statement_count *intern(struct statement_count *made)
{
	struct statement_count *const *found = tsearch(made, &tree, compare);
	struct statement_count *kept = found ? *found : NULL;

	if (kept != made)
		count_free(made);
	if (kept)
		kept->users++;
	return kept;
}

bool statement_counts_take(struct statement_counts *counts, const struct generation *generation)
{
	size_t count = policy_set_statement_count(generation->set);

	*counts = (struct statement_counts){ .generation = generation, .at = calloc(count + 1, sizeof *counts->at) };
	if (!counts->at)
		return false;
	pthread_mutex_lock(&mutex);
	while (counts->count < count) {
		struct statement_count *made = count_new(policy_set_statement(generation->set, counts->count));
		if (!made || !(counts->at[counts->count] = intern(made)))
			break;
		counts->count++;
	}
	pthread_mutex_unlock(&mutex);
	if (counts->count == count)
		return true;
	statement_counts_give_back(counts);
	return false;
}

void statement_counts_give_back(struct statement_counts *counts)
{
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; i < counts->count; i++) {
		struct statement_count *one = counts->at[i];
		if (--one->users == 0) {
			tdelete(one, &tree, compare);
			count_free(one);
		}
	}
	pthread_mutex_unlock(&mutex);
	free(counts->at);
	*counts = (struct statement_counts){ 0 };
}

void statement_counts_add(const struct statement_counts *counts, const struct outcome *outcome, bool would)
{
	const struct policy_set *set = outcome->statement >= 0 && counts->count ? counts->generation->set : NULL;
	size_t policies = set ? policy_set_count(set) : 0;

	for (size_t i = 0; i < policies; i++) {
		const struct policy *policy = policy_set_policy(set, i);
		/* The outcome's name is the policy's own. */
		if (policy->name.at != outcome->policy.at || (size_t)outcome->statement >= policy->count)
			continue;
		struct statement_count *count = counts->at[policy->first + (size_t)outcome->statement];
		atomic_fetch_add_explicit(would ? &count->would : &count->denied, 1, memory_order_relaxed);
		return;
	}
}

struct visiting {
	void (*visit)(const struct statement_count *count, void *argument);
	void *argument;
};

static void visit_node(const void *node, VISIT order, void *closure)
{
	const struct visiting *visiting = closure;

	if (order == postorder || order == leaf)
		visiting->visit(*(struct statement_count *const *)node, visiting->argument);
}

void statement_counts_visit(void (*visit)(const struct statement_count *count, void *argument), void *argument)
{
	struct visiting visiting = { visit, argument };

	pthread_mutex_lock(&mutex);
	twalk_r(tree, visit_node, &visiting);
	pthread_mutex_unlock(&mutex);
}
