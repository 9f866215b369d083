/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file may not know its size (/proc). */
#define ROOM_LEAST ((size_t)4095)

/* What is being read: `room` bytes, the first `used` of them read. */
struct file_reading {
	char *bytes;
	size_t used, room;
};

/* False: memory is short. */
static bool reading_grow(struct file_reading *r, size_t room)
{
	char *grown = realloc(r->bytes, room);

	if (!grown)
		return false;
	r->bytes = grown;
	r->room = room;
	return true;
}

/*
 * The file may grow while it is read: the limit holds for what is read, not for what stat said, which only tells how
 * much memory to begin with: a byte more than is expected shows that there is more. 0, or errno.
 */
static int read_all(struct file_reading *r, int fd, size_t expected, size_t limit)
{
	ssize_t n = 1;

	if (expected > limit)
		return EFBIG;
	if (!reading_grow(r, (expected > ROOM_LEAST ? expected : ROOM_LEAST) + 1))
		return ENOMEM;
	while (n != 0) {
		if (r->used == r->room && !reading_grow(r, r->room < limit / 2 ? 2 * r->room : limit + 1))
			return ENOMEM;
		n = read(fd, r->bytes + r->used, r->room - r->used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		r->used += (size_t)n;
		if (r->used > limit)
			return EFBIG;
	}
	return 0;
}

char *read_file(const char *path, size_t limit, size_t *size)
{
	/* O_NONBLOCK: a FIFO in place of the file must not hold up a reload. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct file_reading reading = { 0 };
	struct stat status;
	int reason;

	*size = 0;
	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) != 0)
		reason = errno;
	else if (!S_ISREG(status.st_mode))
		reason = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	else
		reason = read_all(&reading, fd, (size_t)status.st_size, limit);
	close(fd);
	if (reason == 0) {
		*size = reading.used;
		return reading.bytes;
	}
	free(reading.bytes);
	errno = reason;
	return NULL;
}
