/* SPDX-License-Identifier: BSD-2-Clause */
/* probe: which filters count as there. */
#include "unit/check.h"

#include "milter_probe.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What the filter does with a connection. */
enum manner {
	ANSWERS, /* as it ought to */
	QUICK,   /* only what is there at once: the one that would wait for more is gone */
	REFUSES,
	SILENT,
	CLOSES,
};

static struct {
	enum manner manner;
	int door;
} filter;

static bool asked_within(int fd, int milliseconds)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, milliseconds) == 1;
}

static void *serve(void *unused)
{
	static const unsigned char yes[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0 }, no[] = { 0, 0, 0, 1, 'r' };
	unsigned char asked[17];
	int fd = accept(filter.door, NULL, NULL);
	bool comes = filter.manner == QUICK ? asked_within(fd, 10) : filter.manner != CLOSES && asked_within(fd, 10000);

	(void)unused;
	if (comes && filter.manner != SILENT && recv(fd, asked, sizeof asked, MSG_WAITALL) == (ssize_t)sizeof asked)
		send(fd, filter.manner == REFUSES ? no : yes, filter.manner == REFUSES ? sizeof no : sizeof yes, MSG_NOSIGNAL);
	/* Until the other side has gone. */
	while (filter.manner != CLOSES && recv(fd, asked, sizeof asked, 0) > 0)
		;
	close(fd);
	return NULL;
}

static const char *probe(enum manner manner, int milliseconds)
{
	static char path[64];
	struct socket_spec spec = { .family = AF_UNIX };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	pthread_t thread;

	snprintf(path, sizeof path, "/tmp/test-probe.%ld", (long)getpid());
	strcpy(spec.path, path);
	strcpy(un.sun_path, path);
	unlink(path);
	filter.manner = manner;
	filter.door = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(filter.door, (struct sockaddr *)&un, sizeof un), 0);
	assert_int_equal(listen(filter.door, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	const char *wrong = milter_probe(&spec, milliseconds);
	pthread_join(thread, NULL);
	close(filter.door);
	unlink(path);
	return wrong;
}

static void filters_are_told_apart(void **state)
{
	(void)state;
	assert_null(probe(ANSWERS, 20000));
	assert_string_equal(probe(QUICK, 500), "no answer in time");
	assert_string_equal(probe(SILENT, 500), "no answer in time");
	assert_string_equal(probe(REFUSES, 20000), "the negotiation was refused");
	assert_non_null(probe(CLOSES, 20000));
}

static void nobody_is_there(void **state)
{
	struct socket_spec spec = { .family = AF_UNIX, .path = "/nonexistent/s" };

	(void)state;
	assert_string_equal(milter_probe(&spec, 500), "No such file or directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_are_told_apart),
		cmocka_unit_test(nobody_is_there),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
