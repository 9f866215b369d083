/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE_LOADING 19
#define TURN_LOADING 100000 /* nanoseconds */

static bool open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

bool process_prepare(void)
{
	static const int blocked[] = { SIGHUP, SIGUSR1, SIGTERM, SIGINT };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t set;

	if (!open_standard() || sigaction(SIGPIPE, &ignore, NULL) != 0 || sigaction(SIGXFSZ, &ignore, NULL) != 0)
		return false;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++) {
		/* nohup(1) and shells' background jobs pass ignored signals on, which then never come. */
		if (sigaction(blocked[i], &usual, NULL) != 0)
			return false;
		sigaddset(&set, blocked[i]);
	}
	errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
	return errno == 0;
}

void process_give_memory_back(void)
{
#ifdef __GLIBC__
	/* The default to begin with; setting it keeps glibc from raising it. */
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

void process_step_back(void)
{
#ifdef SYS_sched_setattr
	/* sched_setattr(2); glibc has none of it yet, and <linux/sched/types.h> does not go with <sched.h>. */
	const struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} back = { .size = sizeof back, .policy = SCHED_OTHER, .nice = NICE_LOADING, .runtime = TURN_LOADING };
	/*
	 * With short turns, too: whoever wakes up on this processor waits for the end of one, usually of milliseconds.
	 * Kernels before 6.12 take no notice of the length.
	 */
	if (syscall(SYS_sched_setattr, 0, &back, 0) == 0)
		return;
#endif
	/* On Linux the priority is a thread's. Without it nothing is wrong, only less smooth. */
	(void)!setpriority(PRIO_PROCESS, (id_t)gettid(), NICE_LOADING);
}

unsigned long process_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t before = limit.rlim_cur;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			limit.rlim_cur = before;
	}
	return (unsigned long)limit.rlim_cur;
}
