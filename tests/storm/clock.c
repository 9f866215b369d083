/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock: put in front of the C library (LD_PRELOAD), it sets the wall clock of one program while it runs: forward or back by
 * the seconds in the file that the variable STORM_CLOCK names, which a test maps too. Behind them are the seconds for which the machine
 * has slept: the wall clock and CLOCK_BOOTTIME have gone on, the others have not.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct clock_page {
	_Atomic int64_t ahead, slept;
} unmapped, *page = &unmapped;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("STORM_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	void *mapped = mmap(NULL, sizeof *page, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		abort();
	page = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int status = (int)syscall(SYS_clock_gettime, clock, now);

	if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		now->tv_sec += page->ahead + page->slept;
	if (status == 0 && clock == CLOCK_BOOTTIME)
		now->tv_sec += page->slept;
	return status;
}

time_t time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec precise;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &precise);
	now->tv_sec = precise.tv_sec;
	now->tv_usec = precise.tv_nsec / 1000;
	return 0;
}
