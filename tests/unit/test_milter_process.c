/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process: from its first step on, no signal that means a reload or a stop, or that means
 * nothing, ends the program; what means something is there later. And what else it begins with.
 */
#include "unit/check.h"

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int number; /* of the signal that comes at each step */

/* What the system refuses. */
static struct {
	int action; /* the n-th; 0: none */
	bool get_limit, set_limit, calls;
} refused;

static void strike(void)
{
	if (number)
		raise(number);
}

int __real_sigaction(int signal, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int signal, const struct sigaction *action, struct sigaction *before);
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __real_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);
int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);
int __real_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit);
int __wrap_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit);
long __real_syscall(long call, ...);
long __wrap_syscall(long call, ...);

int __wrap_sigaction(int signal, const struct sigaction *action, struct sigaction *before)
{
	strike();
	int result = refused.action && --refused.action == 0 ? (errno = EINVAL, -1) : __real_sigaction(signal, action, before);
	strike();
	return result;
}

int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
	return refused.get_limit ? (errno = EPERM, -1) : __real_getrlimit(resource, limit);
}

int __wrap_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	return refused.set_limit ? (errno = EPERM, -1) : __real_setrlimit(resource, limit);
}

/* SYS_sched_setattr: process, attributes, flags. */
long __wrap_syscall(long call, ...)
{
	va_list arguments;

	if (refused.calls) {
		errno = ENOSYS;
		return -1;
	}
	va_start(arguments, call);
	int process = va_arg(arguments, int);
	void *attributes = va_arg(arguments, void *);
	unsigned flags = va_arg(arguments, unsigned);
	va_end(arguments);
	return __real_syscall(call, process, attributes, flags);
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

/* In a process of its own; what the function returns, a small number. */
static int apart(int (*what)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(what());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool is_null_device(int fd)
{
	struct stat status, null;

	return fstat(fd, &status) == 0 && stat("/dev/null", &null) == 0 && S_ISCHR(status.st_mode) &&
		status.st_rdev == null.st_rdev && fcntl(fd, F_GETFL) != -1;
}

/* Else a connection of the MTA gets such a number. */
static int closed_ones_are_opened(void)
{
	int kept[2];

	if (pipe(kept) != 0 || dup2(kept[1], STDOUT_FILENO) < 0)
		return 1;
	close(STDIN_FILENO);
	close(STDERR_FILENO);
	if (!process_prepare())
		return 2;
	return is_null_device(STDIN_FILENO) && !is_null_device(STDOUT_FILENO) && is_null_device(STDERR_FILENO) ? 0 : 3;
}

static int none_can_be_opened(void)
{
	struct rlimit limit, none;

	if (__real_getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1;
	none = limit;
	none.rlim_cur = 0;
	close(STDIN_FILENO);
	if (__real_setrlimit(RLIMIT_NOFILE, &none) != 0)
		return 2;
	bool refuses = !process_prepare() && errno == EMFILE;
	return __real_setrlimit(RLIMIT_NOFILE, &limit) == 0 && refuses ? 0 : 3;
}

static void standard_descriptors_are_there(void **state)
{
	(void)state;
	assert_int_equal(apart(closed_ones_are_opened), 0);
	assert_int_equal(apart(none_can_be_opened), 0);
}

/* The first of those that are awaited, and the first of those that are ignored. */
static int refused_actions(void)
{
	static const int nth[] = { 1, 5 };

	for (size_t i = 0; i < sizeof nth / sizeof *nth; i++) {
		refused.action = nth[i];
		if (process_prepare() || errno != EINVAL)
			return 1;
	}
	return process_prepare() ? 0 : 2;
}

static void what_the_system_refuses_is_told(void **state)
{
	(void)state;
	assert_int_equal(apart(refused_actions), 0);
}

static bool limit_is(rlim_t soft, rlim_t hard)
{
	struct rlimit limit;

	return __real_getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == soft && limit.rlim_max == hard;
}

static int files(void)
{
	const struct rlimit low = { 40, 50 };

	if (__real_setrlimit(RLIMIT_NOFILE, &low) != 0)
		return 1;
	refused.get_limit = true;
	if (process_raise_files() != 0 || !limit_is(40, 50))
		return 2;
	refused.get_limit = false;
	refused.set_limit = true;
	if (process_raise_files() != 40 || !limit_is(40, 50))
		return 3;
	refused.set_limit = false;
	if (process_raise_files() != 50 || !limit_is(50, 50))
		return 4;
	/* There is nothing to raise any more. */
	refused.set_limit = true;
	return process_raise_files() == 50 ? 0 : 5;
}

static void as_many_files_as_may_be(void **state)
{
	(void)state;
	assert_int_equal(apart(files), 0);
}

static int priority_now(void)
{
	process_step_back();
	return getpriority(PRIO_PROCESS, 0);
}

static int priority_of_old_kernels(void)
{
	refused.calls = true;
	int priority = priority_now();
	refused.calls = false;
	return priority;
}

static void loading_steps_back(void **state)
{
	(void)state;
	assert_int_equal(apart(priority_now), 19);
	assert_int_equal(apart(priority_of_old_kernels), 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_awaited_waits),
		cmocka_unit_test(a_core_can_be_asked_for),
		cmocka_unit_test(standard_descriptors_are_there),
		cmocka_unit_test(what_the_system_refuses_is_told),
		cmocka_unit_test(as_many_files_as_may_be),
		cmocka_unit_test(loading_steps_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
