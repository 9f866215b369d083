/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

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
	/* On Linux the priority is a thread's. Without it nothing is wrong, only less smooth. */
	(void)!setpriority(PRIO_PROCESS, (id_t)gettid(), 10);
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
