/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_ahead: one who polls and reads gets the same bytes as without it, in their order, and never waits for what is in
 * memory already; nobody else's descriptors are touched. Here this program is the one that accepts, polls, reads and
 * closes as libmilter does.
 */
#include "unit/check.h"

#include "read_ahead.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static bool no_memory;
static unsigned confirmed; /* calls for TCP_QUICKACK */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size);

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	confirmed += level == IPPROTO_TCP && option == TCP_QUICKACK && *(const int *)value == 1;
	return __real_setsockopt(fd, level, option, value, size);
}

/* A connection: the MTA's end, and the filter's. */
struct pair {
	int door, mta, filter;
};

static struct sockaddr_storage address;
static socklen_t address_length;

static int door_open(int family)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address;
	int fd = socket(family, SOCK_STREAM, 0);

	memset(&address, 0, sizeof address);
	address.ss_family = (sa_family_t)family;
	/* The kernel chooses a port, or an abstract name. */
	address_length = family == AF_INET ? sizeof *v4 : sizeof address.ss_family;
	v4->sin_addr.s_addr = family == AF_INET ? htonl(INADDR_LOOPBACK) : 0;
	assert_int_equal(bind(fd, (struct sockaddr *)&address, address_length), 0);
	assert_int_equal(listen(fd, 8), 0);
	address_length = sizeof address;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &address_length), 0);
	return fd;
}

static void pair_connect(struct pair *pair)
{
	pair->mta = socket(address.ss_family, SOCK_STREAM, 0);
	assert_int_equal(connect(pair->mta, (struct sockaddr *)&address, address_length), 0);
	pair->filter = accept(pair->door, NULL, NULL);
	assert_true(pair->filter >= 0);
}

/* `looked_after`: its door is the filter's. */
static struct pair pair_open(int family, bool looked_after)
{
	struct pair pair = { .door = door_open(family) };

	read_ahead_listen(pair.door);
	if (!looked_after) {
		int other = door_open(family);
		close(pair.door);
		pair.door = other;
	}
	pair_connect(&pair);
	return pair;
}

static void pair_close(const struct pair *pair)
{
	close(pair->mta);
	close(pair->filter);
	close(pair->door);
}

static bool is_readable(int fd, int milliseconds)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN | POLLPRI };

	return poll(&waiting, 1, milliseconds) == 1 && waiting.revents == POLLIN;
}

/* Bytes that the kernel still holds for the filter. */
static int unread(const struct pair *pair)
{
	int count = -1;

	assert_int_equal(ioctl(pair->filter, FIONREAD, &count), 0);
	return count;
}

static void put(const struct pair *pair, const char *bytes, size_t size)
{
	assert_int_equal(send(pair->mta, bytes, size, MSG_NOSIGNAL), size);
}

static void take(const struct pair *pair, const char *want)
{
	char got[64] = "";

	assert_true(is_readable(pair->filter, 20000));
	assert_int_equal(read(pair->filter, got, strlen(want)), strlen(want));
	assert_string_equal(got, want);
}

static const int families[] = { AF_UNIX, AF_INET };

static void all_that_is_there_is_taken_at_once(void **state)
{
	(void)state;
	read_ahead_use(true);
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		struct pair pair = pair_open(families[i], true);
		put(&pair, "abcdefghij", 10);
		take(&pair, "abc");
		assert_int_equal(unread(&pair), 0);
		take(&pair, "defg");
		/* Less than is asked for, as of a socket. */
		char rest[64];
		assert_true(is_readable(pair.filter, 20000));
		assert_int_equal(read(pair.filter, rest, sizeof rest), 3);
		assert_memory_equal(rest, "hij", 3);
		assert_false(is_readable(pair.filter, 0));
		pair_close(&pair);
	}
}

static void poll_knows_what_is_in_memory(void **state)
{
	int quiet[2];

	(void)state;
	read_ahead_use(true);
	assert_int_equal(pipe(quiet), 0);
	struct pair pair = pair_open(AF_UNIX, true);
	put(&pair, "abcdef", 6);
	take(&pair, "abc");
	assert_true(is_readable(pair.filter, -1));
	/* Among others, as the thread that waits for all sessions asks: no waiting, and others are not forgotten. */
	struct pollfd all[] = { { .fd = quiet[0], .events = POLLIN }, { .fd = -1, .events = POLLIN },
		{ .fd = pair.filter, .events = POLLIN | POLLPRI }, { .fd = quiet[1], .events = POLLOUT } };
	assert_int_equal(poll(all, COUNT_OF(all), -1), 2);
	assert_int_equal(all[0].revents, 0);
	assert_int_equal(all[2].revents, POLLIN);
	assert_int_equal(all[3].revents, POLLOUT);
	/* One who asks for room to write and for bytes hears of both, and one entry is one. */
	struct pollfd both = { .fd = pair.filter, .events = POLLIN | POLLOUT };
	assert_int_equal(poll(&both, 1, -1), 1);
	assert_int_equal(both.revents, POLLIN | POLLOUT);
	/* One who only writes is not disturbed. */
	struct pollfd writer = { .fd = pair.filter, .events = POLLOUT };
	assert_int_equal(poll(&writer, 1, -1), 1);
	assert_int_equal(writer.revents, POLLOUT);
	take(&pair, "def");
	assert_int_equal(poll(all, COUNT_OF(all) - 1, 0), 0);
	pair_close(&pair);
	close(quiet[0]);
	close(quiet[1]);
}

static void without_poll_nothing_is_read_ahead(void **state)
{
	char got[8];

	(void)state;
	read_ahead_use(true);
	struct pair pair = pair_open(AF_UNIX, true);
	put(&pair, "abcdef", 6);
	assert_int_equal(read(pair.filter, got, 2), 2);
	assert_int_equal(unread(&pair), 4);
	/* Nor does one who has polled once for two reads. */
	assert_true(is_readable(pair.filter, 20000));
	assert_int_equal(read(pair.filter, got, 0), 0);
	assert_int_equal(read(pair.filter, got, 2), 2);
	assert_int_equal(unread(&pair), 2);
	pair_close(&pair);
}

static void others_are_left_alone(void **state)
{
	int channel[2];
	char got;

	(void)state;
	read_ahead_use(true);
	struct pair pair = pair_open(AF_UNIX, false);
	put(&pair, "ab", 2);
	take(&pair, "a");
	assert_int_equal(unread(&pair), 1);
	pair_close(&pair);
	assert_int_equal(pipe(channel), 0);
	assert_int_equal(write(channel[1], "ab", 2), 2);
	assert_true(is_readable(channel[0], 20000));
	assert_int_equal(read(channel[0], &got, 1), 1);
	int left;
	assert_int_equal(ioctl(channel[0], FIONREAD, &left), 0);
	assert_int_equal(left, 1);
	assert_int_equal(close(channel[0]), 0);
	assert_int_equal(close(channel[1]), 0);
	assert_int_equal(close(channel[1]), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(read(channel[0], &got, 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(accept(0, NULL, NULL), -1);
}

static void off(void **state)
{
	(void)state;
	read_ahead_use(false);
	struct pair pair = pair_open(AF_UNIX, true);
	put(&pair, "ab", 2);
	take(&pair, "a");
	assert_int_equal(unread(&pair), 1);
	/* What was read ahead before is still handed over. */
	read_ahead_use(true);
	put(&pair, "cd", 2);
	take(&pair, "b");
	assert_int_equal(unread(&pair), 0);
	read_ahead_use(false);
	put(&pair, "ef", 2);
	take(&pair, "cd");
	take(&pair, "e");
	assert_int_equal(unread(&pair), 1);
	pair_close(&pair);
}

static void the_end(void **state)
{
	char got[4];

	(void)state;
	read_ahead_use(true);
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		/* The MTA's: first what it had said, then the end. */
		struct pair pair = pair_open(families[i], true);
		put(&pair, "abc", 3);
		take(&pair, "a");
		shutdown(pair.mta, SHUT_RDWR);
		take(&pair, "bc");
		struct pollfd waiting = { .fd = pair.filter, .events = POLLIN };
		assert_int_equal(poll(&waiting, 1, 20000), 1);
		assert_int_equal(read(pair.filter, got, 1), 0);
		pair_close(&pair);
		/* Ours: bytes that nobody asked for are not those of the next one with the number. */
		pair = pair_open(families[i], true);
		put(&pair, "abc", 3);
		take(&pair, "a");
		int number = pair.filter, channel[2];
		close(pair.filter);
		close(pair.mta);
		pair_connect(&pair);
		if (pair.filter != number) {
			assert_int_equal(dup2(pair.filter, number), number);
			close(pair.filter);
			pair.filter = number;
		}
		assert_false(is_readable(pair.filter, 0));
		put(&pair, "x", 1);
		take(&pair, "x");
		pair_close(&pair);
		assert_int_equal(pipe(channel), 0);
		assert_int_equal(dup2(channel[0], number), number);
		assert_false(is_readable(number, 0));
		assert_int_equal(write(channel[1], "yz", 2), 2);
		assert_int_equal(read(number, got, 1), 1);
		assert_int_equal(got[0], 'y');
		close(number);
		close(channel[0]);
		close(channel[1]);
	}
}

static void memory_is_short(void **state)
{
	struct pair pairs[64];

	(void)state;
	read_ahead_use(true);
	/* All spare blocks are in use by then. */
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		pairs[i] = pair_open(AF_UNIX, true);
		put(&pairs[i], "abcdef", 6);
		no_memory = i == COUNT_OF(pairs) - 1;
		take(&pairs[i], "abc");
		no_memory = false;
		assert_int_equal(unread(&pairs[i]), i == COUNT_OF(pairs) - 1 ? 3 : 0);
		close(pairs[i].door);
	}
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		take(&pairs[i], "def");
		close(pairs[i].mta);
		close(pairs[i].filter);
	}
}

static void what_was_read_is_confirmed_at_once(void **state)
{
	(void)state;
	for (int use = 0; use < 2; use++) {
		read_ahead_use(use);
		for (size_t i = 0; i < COUNT_OF(families); i++) {
			struct pair pair = pair_open(families[i], true);
			confirmed = 0;
			for (unsigned turn = 1; turn <= 4; turn++) {
				put(&pair, "ab", 2);
				take(&pair, "a");
				take(&pair, "b");
				/* After an answer the kernel waits again. */
				assert_int_equal(write(pair.filter, "ok", 2), 2);
				/* Once for each time that bytes came from the kernel. */
				assert_int_equal(confirmed, families[i] == AF_INET ? (use ? turn : 2 * turn) : 0);
			}
			pair_close(&pair);
		}
	}
}

/* The kernel is told in time: it does not wait (TCP_QUICKACK reads as 1) although each turn had its answer. */
static void the_kernel_does_not_wait(void **state)
{
	(void)state;
	read_ahead_use(true);
	for (int looked_after = 0; looked_after < 2; looked_after++) {
		struct pair pair = pair_open(AF_INET, looked_after);
		int quick = -1;
		for (int turn = 0; turn < 20; turn++) {
			put(&pair, "ab", 2);
			take(&pair, "ab");
			if (turn < 19)
				assert_int_equal(write(pair.filter, "ok", 2), 2);
		}
		socklen_t size = sizeof quick;
		assert_int_equal(getsockopt(pair.filter, IPPROTO_TCP, TCP_QUICKACK, &quick, &size), 0);
		assert_int_equal(quick, looked_after);
		pair_close(&pair);
	}
}

/* A stream in pieces of any size, read in pieces of any size. */
struct writing {
	const struct pair *pair;
	size_t length;
	uint64_t seed;
};

static unsigned char byte_at(size_t place)
{
	return (unsigned char)(place * 2654435761u >> 16);
}

static void *write_stream(void *argument)
{
	const struct writing *writing = argument;
	uint64_t seed = writing->seed;
	unsigned char piece[20000];

	for (size_t done = 0; done < writing->length;) {
		size_t size = 1 + check_below(&seed, check_below(&seed, 3) ? 200 : sizeof piece);
		size = size < writing->length - done ? size : writing->length - done;
		for (size_t i = 0; i < size; i++)
			piece[i] = byte_at(done + i);
		if (send(writing->pair->mta, piece, size, MSG_NOSIGNAL) != (ssize_t)size)
			break;
		done += size;
	}
	shutdown(writing->pair->mta, SHUT_WR);
	return NULL;
}

static void bytes_keep_their_order(void **state)
{
	static unsigned char got[30000];
	uint64_t seed = 11;
	int failures = 0;

	(void)state;
	for (size_t run = 0; run < 24; run++) {
		struct pair pair = pair_open(families[run % 2], true);
		struct writing writing = { &pair, 300000, run };
		pthread_t thread;
		size_t done = 0;
		bool right = true;
		assert_int_equal(pthread_create(&thread, NULL, write_stream, &writing), 0);
		for (;;) {
			/* Also switched while it is under way. */
			read_ahead_use(run % 3 ? true : check_below(&seed, 2));
			struct pollfd waiting = { .fd = pair.filter, .events = POLLIN };
			assert_int_equal(poll(&waiting, 1, 20000), 1);
			size_t size = 1 + check_below(&seed, check_below(&seed, 4) ? 300 : sizeof got);
			ssize_t count = read(pair.filter, got, size);
			if (count <= 0)
				break;
			for (ssize_t i = 0; i < count; i++)
				right = right && got[i] == byte_at(done + (size_t)i);
			done += (size_t)count;
		}
		pthread_join(thread, NULL);
		CHECK_CASE(failures, "order", right);
		CHECK_CASE(failures, "length", done == writing.length);
		pair_close(&pair);
	}
	assert_int_equal(failures, 0);
}

static void only_the_tried_one(void **state)
{
	(void)state;
	read_ahead_use(false);
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		struct pair pair = pair_open(families[i], true), one = pair, two = pair;
		struct sockaddr_storage own;
		socklen_t length = families[i] == AF_INET ? sizeof(struct sockaddr_in) : sizeof own.ss_family;
		memset(&own, 0, sizeof own);
		own.ss_family = (sa_family_t)families[i];
		if (families[i] == AF_INET)
			((struct sockaddr_in *)&own)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		one.mta = socket(families[i], SOCK_STREAM, 0);
		assert_int_equal(bind(one.mta, (struct sockaddr *)&own, length), 0);
		length = sizeof own;
		assert_int_equal(getsockname(one.mta, (struct sockaddr *)&own, &length), 0);
		read_ahead_try((struct sockaddr *)&own, length);
		pair_connect(&two);
		assert_int_equal(read_ahead_seen(), 0);
		assert_int_equal(connect(one.mta, (struct sockaddr *)&address, address_length), 0);
		one.filter = accept(one.door, NULL, NULL);
		assert_int_equal(read_ahead_seen(), READ_AHEAD_ACCEPTED);
		put(&one, "abcd", 4);
		put(&two, "abcd", 4);
		take(&one, "a");
		take(&two, "a");
		assert_int_equal(unread(&one), 0);
		assert_int_equal(unread(&two), 3);
		assert_int_equal(read_ahead_seen(), READ_AHEAD_ACCEPTED);
		take(&one, "bc");
		assert_int_equal(read_ahead_seen(), READ_AHEAD_ACCEPTED | READ_AHEAD_SERVED);
		if (i)
			take(&one, "d");
		close(one.filter);
		/* One who goes away from bytes that are there has not seen them. */
		assert_int_equal(read_ahead_seen(), READ_AHEAD_ACCEPTED | READ_AHEAD_SERVED | (i ? READ_AHEAD_CLOSED : 0));
		close(one.mta);
		close(two.mta);
		close(two.filter);
		pair_close(&pair);
	}
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room);
int __poll_chk(struct pollfd *waiting, nfds_t count, int milliseconds, size_t room);

/* A library that was built with more checks calls both forms in turn. */
static void checked_calls_are_the_same(void **state)
{
	char got[8] = "";

	(void)state;
	read_ahead_use(true);
	struct pair pair = pair_open(AF_UNIX, true);
	put(&pair, "abcdef", 6);
	struct pollfd waiting = { .fd = pair.filter, .events = POLLIN };
	assert_int_equal(__poll_chk(&waiting, 1, 20000, sizeof waiting), 1);
	assert_int_equal(__read_chk(pair.filter, got, 2, sizeof got), 2);
	assert_int_equal(unread(&pair), 0);
	take(&pair, "cd");
	assert_int_equal(__poll_chk(&waiting, 1, -1, sizeof waiting), 1);
	assert_int_equal(__read_chk(pair.filter, got, 2, sizeof got), 2);
	assert_string_equal(got, "ef");
	pair_close(&pair);
}

/* The end of one that may not go on. */
static void abort_seen(int number)
{
	(void)number;
	_exit(42);
}

/* Of a child that asks for more than there is room for. Is it stopped before anything is written behind the room? */
static bool is_stopped(bool polls)
{
	struct pollfd waiting[2] = { { .fd = -1 }, { .fd = -1 } };
	char got[8] = "";
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGABRT, abort_seen);
		if (polls)
			(void)__poll_chk(waiting, 2, 0, sizeof waiting - 1);
		else
			(void)__read_chk(-1, got, sizeof got, sizeof got - 1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 42;
}

static void more_than_there_is_room_for_ends_the_program(void **state)
{
	(void)state;
	assert_true(is_stopped(false));
	assert_true(is_stopped(true));
}

static void it_is_ours(void **state)
{
	(void)state;
	assert_true(read_ahead_is_ours());
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_ours),
		cmocka_unit_test(checked_calls_are_the_same),
		cmocka_unit_test(more_than_there_is_room_for_ends_the_program),
		cmocka_unit_test(all_that_is_there_is_taken_at_once),
		cmocka_unit_test(poll_knows_what_is_in_memory),
		cmocka_unit_test(without_poll_nothing_is_read_ahead),
		cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(off),
		cmocka_unit_test(the_end),
		cmocka_unit_test(memory_is_short),
		cmocka_unit_test(what_was_read_is_confirmed_at_once),
		cmocka_unit_test(the_kernel_does_not_wait),
		cmocka_unit_test(bytes_keep_their_order),
		cmocka_unit_test(only_the_tried_one),
	};

	return cmocka_run_group_tests_name("read_ahead", tests, NULL, NULL);
}
