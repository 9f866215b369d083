/* SPDX-License-Identifier: BSD-2-Clause */
#include "standard_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FLAGS (O_APPEND | O_NONBLOCK)

/* Linux, Documentation/admin-guide/devices.txt */
#define NULL_MAJOR 1
#define NULL_MINOR 3

/* What it was opened with, of FLAGS; -1: it has not been changed. */
static atomic_int flags_before = -1;

/* The user that serves may not be allowed to open it again, and a socket cannot be. */
static int share(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	int untouched = -1;

	if (flags < 0 || fcntl(STDOUT_FILENO, F_SETFL, flags | FLAGS) < 0)
		return -1;
	atomic_compare_exchange_strong(&flags_before, &untouched, flags & FLAGS);
	return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

int standard_output_open(struct faults *faults)
{
	struct stat status;
	int fd = open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_NOCTTY | FLAGS);

	if (fd < 0)
		fd = share();
	if (fd < 0)
		fault_system(faults, errno, "give the daemon one that can be written", "records: standard output");
	else if (fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(NULL_MAJOR, NULL_MINOR))
		fault_note(faults, "records: standard output is /dev/null, where nobody reads them");
	return fd;
}

void standard_output_restore(void)
{
	int before = atomic_exchange(&flags_before, -1), flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (before >= 0 && flags >= 0)
		(void)!fcntl(STDOUT_FILENO, F_SETFL, (flags & ~FLAGS) | before);
}
