/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots: a client that comes may stay; which one has to go for it, and when.
 */
#include "unit/check.h"

#include "slots.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

static struct slots slots;
static struct connection_slot *mine[SLOTS_ROOM + 1];
static int ends[SLOTS_ROOM + 1][2]; /* ours, the client's */

static void come(size_t number, const char *address, uint64_t now)
{
	struct sockaddr_storage peer = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&peer;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&peer;

	if (address && inet_pton(AF_INET, address, &in->sin_addr) == 1)
		peer.ss_family = AF_INET;
	else if (address && inet_pton(AF_INET6, address, &in6->sin6_addr) == 1)
		peer.ss_family = AF_INET6;
	else
		peer.ss_family = AF_UNIX;
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends[number]), 0);
	mine[number] = slots_enter(&slots, ends[number][0], (struct sockaddr *)&peer, now);
}

/* The client's end says whether it was sent away. */
static bool is_away(size_t number)
{
	char byte;

	return recv(ends[number][1], &byte, 1, 0) == 0;
}

static size_t count_away(size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += is_away(i);
	return count;
}

static int empty(void **state)
{
	(void)state;
	for (size_t i = 0; i <= SLOTS_ROOM; i++)
		if (mine[i]) {
			close(ends[i][0]);
			close(ends[i][1]);
			mine[i] = NULL;
		}
	memset(&slots, 0, sizeof slots);
	return 0;
}

static void the_oldest_goes(void **state)
{
	(void)state;
	for (size_t i = 0; i < SLOTS_STAY; i++)
		come(i, "127.0.0.1", 1000 + i);
	assert_int_equal(count_away(0, SLOTS_STAY), 0);
	come(SLOTS_STAY, "127.0.0.1", 2000);
	come(SLOTS_STAY + 1, "127.0.0.1", 2000);
	assert_true(is_away(0));
	assert_true(is_away(1));
	assert_int_equal(count_away(2, SLOTS_STAY + 2), 0);
}

/* One that has left makes room, and nobody has to go. */
static void whoever_leaves_makes_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < SLOTS_STAY; i++)
		come(i, NULL, 1000);
	slots_leave(mine[7]);
	come(SLOTS_STAY, NULL, 1000);
	assert_int_equal(count_away(0, SLOTS_STAY + 1), 0);
	come(SLOTS_STAY + 1, NULL, 1000);
	assert_int_equal(count_away(0, SLOTS_STAY + 2), 1);
}

/* A peer with many sends away its own, however old others are. IPv6: from a whole /64, where addresses cost nothing. */
static void those_of_the_greediest_go(void **state)
{
	static const struct {
		const char *name, *lonely, *greedy, *also;
	} rows[] = {
		{ "IPv4", "192.0.2.1", "192.0.2.2", "192.0.2.2" },
		{ "IPv4 mapped", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.2" },
		{ "IPv6", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:2:ffff::9" },
		{ "IPv6 against IPv4", "192.0.2.1", "2001:db8::1", "2001:db8::2" },
	};
	size_t failures = 0;

	for (size_t row = 0; row < COUNT_OF(rows); row++) {
		empty(state);
		come(0, rows[row].lonely, 1);
		for (size_t i = 1; i < SLOTS_STAY; i++)
			come(i, i % 2 ? rows[row].greedy : rows[row].also, 1000 + i);
		come(SLOTS_STAY, rows[row].greedy, 5000);
		CHECK_CASE(failures, rows[row].name, !is_away(0) && is_away(1) && count_away(2, SLOTS_STAY + 1) == 0);
	}
	assert_int_equal(failures, 0);
}

static void time_is_over(void **state)
{
	(void)state;
	assert_int_equal(slots_clear(&slots, 1), -1);
	come(0, "127.0.0.1", 1000);
	come(1, "127.0.0.1", 4000);
	assert_int_equal(slots_clear(&slots, 1000), SLOTS_MILLISECONDS);
	assert_int_equal(slots_clear(&slots, 1000 + SLOTS_MILLISECONDS - 1), 1);
	assert_int_equal(count_away(0, 2), 0);
	assert_int_equal(slots_clear(&slots, 1000 + SLOTS_MILLISECONDS), 3000);
	assert_true(is_away(0) && !is_away(1));
	assert_int_equal(slots_clear(&slots, 90000), -1);
	assert_true(is_away(1));
}

/* Those that have been sent away and are still there take room too. */
static void room_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < SLOTS_ROOM; i++)
		come(i, "127.0.0.1", 1000 + i);
	assert_int_equal(count_away(0, SLOTS_ROOM), SLOTS_ROOM - SLOTS_STAY);
	come(SLOTS_ROOM, "127.0.0.1", 2000);
	assert_null(mine[SLOTS_ROOM]);
	assert_int_equal(count_away(0, SLOTS_ROOM), SLOTS_ROOM - SLOTS_STAY);
	close(ends[SLOTS_ROOM][0]);
	close(ends[SLOTS_ROOM][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_oldest_goes, empty, empty),
		cmocka_unit_test_setup_teardown(whoever_leaves_makes_room, empty, empty),
		cmocka_unit_test_setup_teardown(those_of_the_greediest_go, empty, empty),
		cmocka_unit_test_setup_teardown(time_is_over, empty, empty),
		cmocka_unit_test_setup_teardown(room_is_bounded, empty, empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
