/* SPDX-License-Identifier: BSD-2-Clause */
/* sigwait: which signals a thread that waits is given, which stay for the reload, and who hears of the end first. */
#include "unit/check.h"

#include "sigwait.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static int refuses; /* what the next sigwaitinfo comes to; 0: to a signal */
static int told;

int __real_sigwaitinfo(const sigset_t *set, siginfo_t *info);
int __wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info);

int __wrap_sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	if (!refuses)
		return __real_sigwaitinfo(set, info);
	errno = refuses;
	refuses = 0;
	return -1;
}

static void stopping(void)
{
	told++;
}

/* What libmilter waits for. */
static const int awaited[] = { SIGHUP, SIGUSR1, SIGTERM, SIGINT, SIGUSR2 };

static sigset_t all(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT_OF(awaited); i++)
		sigaddset(&set, awaited[i]);
	return set;
}

static const struct {
	const char *name;
	int sent[2];
	int first; /* what sigwaitinfo comes to before */
	bool tells;
	int want, told, left; /* 0: nothing waits any more */
} cases[] = {
	{ "the end", { SIGTERM }, 0, true, SIGTERM, 1, 0 },
	{ "the end from a terminal", { SIGINT }, 0, true, SIGINT, 1, 0 },
	{ "nobody is to be told", { SIGTERM }, 0, false, SIGTERM, 0, 0 },
	{ "another one", { SIGUSR2 }, 0, true, SIGUSR2, 0, 0 },
	{ "the reload keeps its signal", { SIGHUP, SIGTERM }, 0, true, SIGTERM, 1, SIGHUP },
	{ "and its other one", { SIGUSR1, SIGINT }, 0, true, SIGINT, 1, SIGUSR1 },
	{ "something else interrupts", { SIGTERM }, EINTR, true, SIGTERM, 1, 0 },
};

static void signals_go_where_they_belong(void **state)
{
	const sigset_t set = all();
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct timespec at_once = { 0 };
		sigset_t pending;
		int got = 0;

		sigwait_on_stop(cases[i].tells ? stopping : NULL);
		told = 0;
		for (size_t j = 0; j < COUNT_OF(cases[i].sent) && cases[i].sent[j]; j++)
			assert_int_equal(pthread_kill(pthread_self(), cases[i].sent[j]), 0);
		refuses = cases[i].first;
		CHECK_CASE(failures, cases[i].name, sigwait(&set, &got) == 0 && got == cases[i].want);
		CHECK_CASE(failures, cases[i].name, told == cases[i].told);
		assert_int_equal(sigpending(&pending), 0);
		for (size_t j = 0; j < COUNT_OF(awaited); j++)
			CHECK_CASE(failures, cases[i].name, sigismember(&pending, awaited[j]) == (awaited[j] == cases[i].left));
		while (sigtimedwait(&set, NULL, &at_once) > 0)
			;
	}
	assert_int_equal(failures, 0);
}

static void what_cannot_be_waited_for_is_an_error(void **state)
{
	const sigset_t set = all();
	int got = 0;

	(void)state;
	sigwait_on_stop(stopping);
	told = 0;
	refuses = EINVAL;
	assert_int_equal(sigwait(&set, &got), EINVAL);
	assert_int_equal(got, 0);
	assert_int_equal(told, 0);
}

/* Of a program that exports it, libraries call this one. */
static void it_is_ours(void **state)
{
	(void)state;
	assert_true(sigwait_is_ours());
}

static int block(void **state)
{
	const sigset_t set = all();

	(void)state;
	return pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_go_where_they_belong),
		cmocka_unit_test(what_cannot_be_waited_for_is_an_error),
		cmocka_unit_test(it_is_ours),
	};

	return cmocka_run_group_tests_name("sigwait", tests, block, NULL);
}
