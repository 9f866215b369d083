/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_read: a small file that a setting of the store names: a password, certificates.
 */
#ifndef QUOTA_QUOTA_REDIS_READ_H
#define QUOTA_QUOTA_REDIS_READ_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What others than owner and group may not do with it, or-ed of S_IROTH and S_IWOTH; and the remedy. */
struct quota_redis_read_rule {
	mode_t forbidden;
	const char *remedy;
};

/*
 * Up to `room` bytes from its beginning, and how many in *size. False and a fault that begins with the name of the setting.
 * A pipe that nobody writes to holds nobody.
 */
bool quota_redis_read(const char *setting, const char *path, const struct quota_redis_read_rule *rule, char *bytes, size_t room,
	size_t *size, struct faults *faults);

#endif
