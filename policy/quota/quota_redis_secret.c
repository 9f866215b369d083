/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_secret.h"

#include "quota/quota_redis_read.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Up to the end of the line, without it. */
static bool first_line(const char *setting, struct text bytes, const char *path, char secret[QUOTA_REDIS_SECRET_SIZE],
	struct faults *faults)
{
	struct text line = text_first(bytes, text_find(bytes, '\n', 0));
	char shown[300];

	if (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	if (line.length == 0 || line.length >= QUOTA_REDIS_SECRET_SIZE || text_find(line, '\0', 0) < line.length) {
		fault_add(faults, "%s: the first line of %s is no password; write one of 1 to %d bytes", setting,
			text_escape(text_of(path), shown, sizeof shown), QUOTA_REDIS_SECRET_SIZE - 1);
		return false;
	}
	memcpy(secret, line.at, line.length);
	secret[line.length] = '\0';
	return true;
}

bool quota_redis_secret_read(const char *setting, const char *path, char secret[QUOTA_REDIS_SECRET_SIZE], struct faults *faults)
{
	static const struct quota_redis_read_rule rule = { S_IROTH | S_IWOTH,
		"make it `chmod 0640`, and let the daemon's group own it" };
	char bytes[QUOTA_REDIS_SECRET_SIZE + 2];
	size_t size;

	bool good = quota_redis_read(setting, path, &rule, bytes, sizeof bytes, &size, faults) &&
		first_line(setting, (struct text){ bytes, size }, path, secret, faults);
	explicit_bzero(bytes, sizeof bytes);
	return good;
}
