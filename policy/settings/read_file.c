/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file may grow while it is read: the limit holds for what is read, not for what stat said. */
static char *read_all(int fd, size_t limit, size_t *size)
{
	char *bytes = malloc(limit + 1);
	ssize_t n = 1;

	*size = 0;
	while (bytes && n != 0) {
		n = read(fd, bytes + *size, limit + 1 - *size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0)
			*size += (size_t)n;
		if (n < 0 || *size > limit) {
			int reason = n < 0 ? errno : EFBIG;
			free(bytes);
			bytes = NULL;
			errno = reason;
		}
	}
	return bytes;
}

char *read_file(const char *path, size_t limit, size_t *size)
{
	/* O_NONBLOCK: a FIFO in place of the file must not hold up a reload. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	char *bytes = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) == 0) {
		if (S_ISREG(status.st_mode))
			bytes = read_all(fd, limit, size);
		else
			errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	}
	int reason = errno;
	close(fd);
	errno = reason;
	return bytes;
}
