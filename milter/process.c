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

#define COUNT(list) (sizeof(list) / sizeof *(list))

#define NICE_LOADING 19
#define TURN_LOADING 100000 /* nanoseconds */

static bool open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

/* What the daemon waits for, on threads of its own and of libmilter. */
static const int awaited[] = { SIGHUP, SIGUSR1, SIGTERM, SIGINT };

/*
 * Sent by mistake, they would end it without a word. SIGQUIT and SIGABRT ask for a core on purpose, SIGXCPU is a limit that somebody set, SIGPROF a profiler's.
 * SIGCHLD: the first process of a container inherits children that it never made. If it ignores the signal, they leave no zombies (wait(2), NOTES).
 */
static const int meaningless[] = { SIGCHLD, SIGPIPE, SIGXFSZ, SIGALRM, SIGVTALRM, SIGUSR2, SIGIO, SIGPWR };

static bool set_all(const int *signals, size_t count, void (*handler)(int))
{
	const struct sigaction action = { .sa_handler = handler };

	for (size_t i = 0; i < count; i++)
		if (sigaction(signals[i], &action, NULL) != 0)
			return false;
	return true;
}

static bool mask_awaited(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(awaited); i++)
		sigaddset(&set, awaited[i]);
	errno = pthread_sigmask(how, &set, NULL);
	return errno == 0;
}

bool process_prepare(void)
{
	/* First of all; and nohup(1) and shells' background jobs pass ignored signals on, which then never come. */
	return mask_awaited(SIG_BLOCK) && set_all(awaited, COUNT(awaited), SIG_DFL) &&
		set_all(meaningless, COUNT(meaningless), SIG_IGN) && open_standard();
}

void process_unblock(void)
{
	mask_awaited(SIG_UNBLOCK);
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
	 * Short turns as well: a thread that wakes up on this processor waits until the turn ends, usually some milliseconds.
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
