/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_clock.h"

#include <time.h>

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t quota_clock_elapsed(void *unused)
{
	(void)unused;
	return read_clock(CLOCK_BOOTTIME);
}

int64_t quota_clock_awake(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t quota_clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}
