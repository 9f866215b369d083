/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_secret.h"

#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unreadable(const char *path, int error, struct faults *faults)
{
	char shown[300];

	fault_system(faults, error, system_error_read_remedy(error), "quotas.store_password_file: %s",
		text_escape(text_of(path), shown, sizeof shown));
	return false;
}

static bool may_be_used(int fd, const char *path, struct faults *faults)
{
	struct stat status;
	char shown[300];

	if (fstat(fd, &status) != 0)
		return unreadable(path, errno, faults);
	text_escape(text_of(path), shown, sizeof shown);
	if (!S_ISREG(status.st_mode)) {
		fault_add(faults, "quotas.store_password_file: %s is no file; name one whose first line is the password", shown);
		return false;
	}
	if (status.st_mode & (S_IROTH | S_IWOTH)) {
		fault_add(faults,
			"quotas.store_password_file: everybody may read or change %s (mode %04o); make it `chmod 0640`, and let the "
			"daemon's group own it",
			shown, (unsigned)status.st_mode & 07777);
		return false;
	}
	return true;
}

/* Up to the end of the line, without it. */
static bool first_line(const char *bytes, size_t size, const char *path, char secret[QUOTA_REDIS_SECRET_SIZE],
	struct faults *faults)
{
	struct text line = text_first((struct text){ bytes, size }, text_find((struct text){ bytes, size }, '\n', 0));
	char shown[300];

	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	if (line.length == 0 || line.length >= QUOTA_REDIS_SECRET_SIZE || text_find(line, '\0', 0) < line.length) {
		fault_add(faults, "quotas.store_password_file: the first line of %s is no password; write one of 1 to %d bytes",
			text_escape(text_of(path), shown, sizeof shown), QUOTA_REDIS_SECRET_SIZE - 1);
		return false;
	}
	memcpy(secret, line.at, line.length);
	secret[line.length] = '\0';
	return true;
}

bool quota_redis_secret_read(const char *path, char secret[QUOTA_REDIS_SECRET_SIZE], struct faults *faults)
{
	char bytes[QUOTA_REDIS_SECRET_SIZE + 2];
	/* A pipe that nobody writes to must not hold the start. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t size = 0;
	ssize_t n = 0;

	if (fd < 0)
		return unreadable(path, errno, faults);
	bool good = may_be_used(fd, path, faults);
	if (good) {
		do {
			n = read(fd, bytes + size, sizeof bytes - size);
			size += n > 0 ? (size_t)n : 0;
		} while ((n > 0 && size < sizeof bytes) || (n < 0 && errno == EINTR));
		good = n >= 0 ? first_line(bytes, size, path, secret, faults) : unreadable(path, errno, faults);
	}
	close(fd);
	explicit_bzero(bytes, sizeof bytes);
	return good;
}
