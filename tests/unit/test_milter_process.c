/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process: from its first step on, no signal that means a reload or a stop, or that means
 * nothing, ends the program; what means something is there later.
 */
#include "unit/check.h"

#include "process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int number; /* of the signal that comes at each step */

static void strike(void)
{
	if (number)
		raise(number);
}

int __real_sigaction(int signal, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int signal, const struct sigaction *action, struct sigaction *before);
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);

int __wrap_sigaction(int signal, const struct sigaction *action, struct sigaction *before)
{
	strike();
	int result = __real_sigaction(signal, action, before);
	strike();
	return result;
}

/* F_GETFD. */
int __wrap_fcntl(int fd, int command, ...)
{
	strike();
	return __real_fcntl(fd, command);
}

/* In a process of its own, that starts with all signals as usual. Exit status, or -1: a signal has ended it. */
static int prepared(int what)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		sigset_t pending;
		/* A shell's background job ignores SIGINT and SIGQUIT. */
		signal(what, SIG_DFL);
		number = what;
		if (!process_prepare())
			_exit(1);
		raise(what);
		_exit(sigpending(&pending) == 0 && sigismember(&pending, what) ? 2 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_is_awaited_waits(void **state)
{
	static const int signals[] = { SIGHUP, SIGUSR1, SIGTERM, SIGINT };

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		assert_int_equal(prepared(signals[i]), 2);
}

static void a_core_can_be_asked_for(void **state)
{
	(void)state;
	assert_int_equal(prepared(SIGQUIT), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_awaited_waits),
		cmocka_unit_test(a_core_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
