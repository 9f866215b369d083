/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sigwait.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

static void (*on_stop)(void);

/* Exported also from builds that hide symbols: libmilter has to find it. */
int sigwait(const sigset_t *restrict set, int *restrict sig) __attribute__((visibility("default"), used));

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
	sigset_t ours = *set;
	int number;

	sigdelset(&ours, SIGHUP);
	sigdelset(&ours, SIGUSR1);
	/* sigwait(3) is not interrupted by handlers of other signals, sigwaitinfo(2) is. */
	do
		number = sigwaitinfo(&ours, NULL);
	while (number < 0 && errno == EINTR);
	if (number < 0)
		return errno;
	if (on_stop && (number == SIGTERM || number == SIGINT))
		on_stop();
	*sig = number;
	return 0;
}

bool sigwait_is_ours(void)
{
	return dlsym(RTLD_DEFAULT, "sigwait") == (void *)sigwait;
}

void sigwait_on_stop(void (*stopping)(void))
{
	on_stop = stopping;
}
