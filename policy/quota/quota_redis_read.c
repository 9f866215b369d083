/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_read.h"

#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool unreadable(const char *setting, const char *path, int error, struct faults *faults)
{
	char shown[300];

	fault_system(faults, error, system_error_read_remedy(error), "%s: %s", setting,
		text_escape(text_of(path), shown, sizeof shown));
	return false;
}

static bool may_be_used(int fd, const char *setting, const char *path, const struct quota_redis_read_rule *rule,
	struct faults *faults)
{
	struct stat status;
	char shown[300];

	if (fstat(fd, &status) != 0)
		return unreadable(setting, path, errno, faults);
	text_escape(text_of(path), shown, sizeof shown);
	if (!S_ISREG(status.st_mode)) {
		fault_add(faults, "%s: %s is no file; name a file", setting, shown);
		return false;
	}
	if (status.st_mode & rule->forbidden) {
		fault_add(faults, "%s: everybody may %s %s (mode %04o); %s", setting,
			rule->forbidden & S_IROTH ? "read or change" : "change", shown, (unsigned)status.st_mode & 07777,
			rule->remedy);
		return false;
	}
	return true;
}

bool quota_redis_read(const char *setting, const char *path, const struct quota_redis_read_rule *rule, char *bytes, size_t room,
	size_t *size, struct faults *faults)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = 0;

	*size = 0;
	if (fd < 0)
		return unreadable(setting, path, errno, faults);
	bool good = may_be_used(fd, setting, path, rule, faults);
	if (good) {
		do {
			n = read(fd, bytes + *size, room - *size);
			*size += n > 0 ? (size_t)n : 0;
		} while ((n > 0 && *size < room) || (n < 0 && errno == EINTR));
		good = n >= 0 || unreadable(setting, path, errno, faults);
	}
	close(fd);
	return good;
}
