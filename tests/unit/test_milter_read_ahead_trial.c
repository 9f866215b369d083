/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_ahead_trial: which ways of a libmilter to take connections, to wait and to read are found fit for reading ahead.
 * Here this program is the filter: it polls, reads and closes as libmilter does, or otherwise.
 */
#include "unit/check.h"

#include "log.h"
#include "read_ahead.h"
#include "read_ahead_trial.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum manner {
	AS_IT_OUGHT,
	BY_RECV,          /* reads by another function */
	WITHOUT_POLL,     /* waits by another function, always */
	POLL_THEN_SELECT, /* once a packet is done, waits for the next by another function */
	BY_ACCEPT4,       /* takes connections by another function */
	DUPLICATE,        /* serves another descriptor than that which it was given */
	BY_SYSTEM_CALL,   /* ends them by another function */
	REFUSES,
	CLOSES,
	NO_THREAD, /* to try it with */
};

static const struct {
	enum manner manner;
	const char *want; /* in the log */
} cases[] = {
	{ AS_IT_OUGHT, "read_ahead: on" },
	{ BY_RECV, "read_ahead: off, libmilter reads by itself: libmilter does not read as expected" },
	{ WITHOUT_POLL, "read_ahead: off, libmilter reads by itself: libmilter does not read as expected" },
	{ POLL_THEN_SELECT, "read_ahead: off, libmilter reads by itself: no answer in time" },
	{ BY_ACCEPT4, "read_ahead: off, libmilter reads by itself: libmilter does not take connections as expected" },
	{ DUPLICATE, "read_ahead: off, libmilter reads by itself: libmilter does not read as expected" },
	{ BY_SYSTEM_CALL, "read_ahead: off, libmilter reads by itself: libmilter does not end connections as expected" },
	{ REFUSES, "read_ahead: off, libmilter reads by itself: no answer to the negotiation" },
	{ CLOSES, "read_ahead: off, libmilter reads by itself: no answer to the negotiation" },
	{ NO_THREAD, "read_ahead: off, libmilter reads by itself: Resource temporarily unavailable" },
	{ AS_IT_OUGHT, "read_ahead: on" },
};

static struct {
	enum manner manner;
	int door;
} filter;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t spoken = PTHREAD_COND_INITIALIZER;
static char said[512]; /* under the mutex */
static bool no_thread, used;

void __wrap_log_line(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));
void __wrap_read_ahead_use(bool use);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
void __real_read_ahead_use(bool use);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t size);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size);

void __wrap_log_line(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	pthread_mutex_lock(&mutex);
	va_start(arguments, format);
	vsnprintf(said, sizeof said, format, arguments);
	va_end(arguments);
	if (no_thread)
		pthread_cond_signal(&spoken);
	pthread_mutex_unlock(&mutex);
}

/* The last thing that the trial does. */
void __wrap_read_ahead_use(bool use)
{
	__real_read_ahead_use(use);
	pthread_mutex_lock(&mutex);
	used = use;
	pthread_cond_signal(&spoken);
	pthread_mutex_unlock(&mutex);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
	return no_thread ? EAGAIN : __real_pthread_create(thread, attributes, start, argument);
}

/* Nobody waits for half a minute here. */
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	static const struct timeval brief = { .tv_usec = 400 * 1000 };

	if (level == SOL_SOCKET && option == SO_RCVTIMEO && filter.manner == POLL_THEN_SELECT)
		value = &brief;
	return __real_setsockopt(fd, level, option, value, size);
}

/* As libmilter reads the head of a packet, or the rest. */
static bool take(int fd, unsigned char *bytes, size_t size, bool head)
{
	struct pollfd waiting = { .fd = fd, .events = POLLIN | POLLPRI };
	bool by_select = filter.manner == WITHOUT_POLL || (filter.manner == POLL_THEN_SELECT && head);
	fd_set set;

	for (size_t done = 0; done < size;) {
		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (by_select && select(fd + 1, &set, NULL, NULL, NULL) != 1)
			return false;
		if (filter.manner == POLL_THEN_SELECT || !by_select)
			poll(&waiting, 1, 20000);
		ssize_t got = filter.manner == BY_RECV ? recv(fd, bytes + done, size - done, 0)
						       : read(fd, bytes + done, size - done);
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static void *serve(void *unused)
{
	static const unsigned char yes[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0 }, no[] = { 0, 0, 0, 1, 'r' };
	unsigned char head[5], rest[64];
	int fd = filter.manner == BY_ACCEPT4 ? accept4(filter.door, NULL, NULL, 0) : accept(filter.door, NULL, NULL);

	(void)unused;
	if (filter.manner == DUPLICATE) {
		int other = dup(fd);
		close(fd);
		fd = other;
	}
	while (take(fd, head, sizeof head, true) && head[4] == 'O' && take(fd, rest, head[3] - 1, false) && filter.manner != CLOSES)
		send(fd, filter.manner == REFUSES ? no : yes, filter.manner == REFUSES ? sizeof no : sizeof yes, MSG_NOSIGNAL);
	if (filter.manner == BY_SYSTEM_CALL)
		syscall(SYS_close, fd);
	else
		close(fd);
	return NULL;
}

static void prepare(struct listener *listener, struct socket_spec *spec)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	*spec = (struct socket_spec){ .family = AF_UNIX };
	snprintf(spec->path, sizeof spec->path, "/tmp/test-read-ahead.%ld", (long)getpid());
	strcpy(un.sun_path, spec->path);
	unlink(spec->path);
	filter.door = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(filter.door, (struct sockaddr *)&un, sizeof un), 0);
	assert_int_equal(listen(filter.door, 1), 0);
	*listener = (struct listener){ .spec = spec, .fd = filter.door };
	said[0] = '\0';
	used = false;
}

static void ways_are_told_apart(void **state)
{
	struct listener listener;
	struct socket_spec spec;
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		pthread_t thread;
		filter.manner = cases[i].manner;
		prepare(&listener, &spec);
		no_thread = filter.manner == NO_THREAD;
		if (!no_thread)
			assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
		read_ahead_trial_start(&listener, true);
		pthread_mutex_lock(&mutex);
		while (!said[0] || (!no_thread && !used && strcmp(cases[i].want, "read_ahead: on") == 0))
			pthread_cond_wait(&spoken, &mutex);
		CHECK_CASE(failures, said, strcmp(said, cases[i].want) == 0);
		CHECK_CASE(failures, said, used == (strcmp(cases[i].want, "read_ahead: on") == 0));
		pthread_mutex_unlock(&mutex);
		if (!no_thread)
			pthread_join(thread, NULL);
		no_thread = false;
		close(filter.door);
		unlink(spec.path);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_are_told_apart),
	};

	return cmocka_run_group_tests_name("read_ahead_trial", tests, NULL, NULL);
}
