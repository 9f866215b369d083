/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * outlet: lines come out in the order they went in; whoever puts one down does
 * not wait for the writing; what finds no room is lost, and nothing else.
 */
#include "unit/check.h"

#include "outlet.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>

static sem_t gate; /* the writer waits here for each line */
static char written[4096];

static _Atomic bool memory_short; /* read on both threads */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return memory_short ? NULL : __real_malloc(size);
}

static void write_line(int priority, const char *line, size_t length)
{
	sem_wait(&gate);
	assert_int_equal(strlen(line), length);
	snprintf(written + strlen(written), sizeof written - strlen(written), "%d%s ", priority, line);
}

static void open_gate(unsigned lines)
{
	while (lines--)
		sem_post(&gate);
}

static void unstarted_writes_itself(void **state)
{
	static struct outlet outlet = OUTLET(1000, write_line);

	(void)state;
	written[0] = '\0';
	open_gate(1);
	assert_true(outlet_put(&outlet, 3, "now", 3));
	assert_string_equal(written, "3now ");
}

static void nobody_waits_and_order_is_kept(void **state)
{
	static struct outlet outlet = OUTLET(400, write_line);
	unsigned taken = 0;
	char line[8], wanted[512] = "";

	(void)state;
	written[0] = '\0';
	assert_true(outlet_start(&outlet));
	/* The gate is shut: these calls return all the same. Too many for the room, whatever a line costs. */
	for (unsigned i = 0; i < 400; i++) {
		snprintf(line, sizeof line, "%u", i);
		if (!outlet_put(&outlet, 0, line, strlen(line)))
			continue;
		assert_int_equal(taken++, i);
		snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "0%u ", i);
	}
	assert_in_range(taken, 2, 100);
	/* A line that would never fit. */
	assert_false(outlet_put(&outlet, 0, written, 401));
	outlet_drain(&outlet, 20);
	assert_string_equal(written, "");
	open_gate(taken);
	outlet_drain(&outlet, 20000);
	assert_string_equal(written, wanted);
	/* There is room again. */
	assert_true(outlet_put(&outlet, 0, "again", 5));
	open_gate(1);
	outlet_drain(&outlet, 20000);
	assert_true(outlet_is_empty(&outlet));
	assert_string_equal(written + strlen(wanted), "0again ");
}

/* What tells of short memory needs none: so many lines, of so many bytes, and again when they are written. */
static void some_lines_need_no_memory(void **state)
{
	static struct outlet outlet = OUTLET(1 << 20, write_line);
	static char longest[OUTLET_SPARE_BYTES + 2];

	(void)state;
	memset(longest, 'x', OUTLET_SPARE_BYTES + 1);
	assert_true(outlet_start(&outlet));
	for (int round = 0; round < 2; round++) {
		written[0] = '\0';
		memory_short = true;
		bool too_long = outlet_put(&outlet, 0, longest, OUTLET_SPARE_BYTES + 1);
		unsigned taken = 0;
		while (taken <= OUTLET_SPARES && outlet_put(&outlet, 0, "a", 1))
			taken++;
		memory_short = false;
		assert_false(too_long);
		assert_int_equal(taken, OUTLET_SPARES);
		open_gate(taken);
		outlet_drain(&outlet, 20000);
		assert_int_equal(strlen(written), OUTLET_SPARES * strlen("0a "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unstarted_writes_itself),
		cmocka_unit_test(nobody_waits_and_order_is_kept),
		cmocka_unit_test(some_lines_need_no_memory),
	};

	if (sem_init(&gate, 0, 0) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
