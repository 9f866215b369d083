/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * holder: nobody ever meets a generation that has been freed, old ones go when
 * their last message is over, and the one in force stays.
 */
#include "unit/check.h"

#include "holder.h"

#include <pthread.h>
#include <stdlib.h>

#define LIVE 0x600d
#define DEAD 0xdead

static atomic_int freed;
static struct policy_set *no_policies;

/* Stands in for the policy library; file_count marks what is alive. */
void generation_free(struct generation *generation)
{
	assert_int_equal(generation->file_count, LIVE);
	generation->file_count = DEAD;
	free(generation);
	atomic_fetch_add(&freed, 1);
}

static struct generation *make(void)
{
	struct generation *generation = calloc(1, sizeof *generation);

	assert_non_null(generation);
	generation->file_count = LIVE;
	generation->set = no_policies;
	return generation;
}

static unsigned long put(struct generation *generation)
{
	return holder_put(&(struct loaded){ .generation = generation });
}

static void old_generations_go_with_their_messages(void **state)
{
	(void)state;
	assert_null(holder_take());
	assert_int_equal(put(make()), 1);
	struct hold *first = holder_take();
	struct hold *again = holder_take();
	assert_ptr_equal(first, again);
	assert_int_equal(put(make()), 2);
	assert_int_equal(put(make()), 3);
	/* The second was never held, the third is in force. */
	assert_int_equal(holder_reap(), 1);
	assert_int_equal(freed, 1);
	assert_int_equal(first->generation->file_count, LIVE);
	struct hold *third = holder_take();
	assert_int_equal(third->number, 3);
	holder_give_back(third);
	holder_give_back(first);
	assert_int_equal(holder_reap(), 1);
	holder_give_back(again);
	assert_int_equal(holder_reap(), 0);
	assert_int_equal(freed, 2);
	holder_give_back(NULL);
}

static atomic_bool over;
static atomic_ulong messages;

static void *carry_messages(void *unused)
{
	size_t wrong = 0;
	unsigned long last = 0;

	(void)unused;
	while (!atomic_load(&over)) {
		struct hold *hold = holder_take();
		if (hold->generation->file_count != LIVE || hold->number < last)
			wrong++;
		last = hold->number;
		holder_give_back(hold);
		atomic_fetch_add(&messages, 1);
	}
	return (void *)wrong;
}

static void messages_and_reloads_at_once(void **state)
{
	pthread_t threads[3];
	void *wrong;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, carry_messages, NULL), 0);
	unsigned long number = 0;
	for (int i = 0; i < 2000 || atomic_load(&messages) < 20000; i++) {
		number = put(make());
		holder_reap();
	}
	atomic_store(&over, true);
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	assert_int_equal(holder_reap(), 0);
	assert_int_equal(freed, number - 1);
	assert_int_equal(holder_take()->generation->file_count, LIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_generations_go_with_their_messages),
		cmocka_unit_test(messages_and_reloads_at_once),
	};

	no_policies = policy_set_new();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
