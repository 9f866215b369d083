/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_secret: the password for Redis or for its Sentinels, the first line of a file that others may not read.
 */
#ifndef QUOTA_QUOTA_REDIS_SECRET_H
#define QUOTA_QUOTA_REDIS_SECRET_H

#include "base/fault.h"

#include <stdbool.h>

#define QUOTA_REDIS_SECRET_SIZE 1024

/* False and a fault that begins with the name of the setting; the password is then as it was. */
bool quota_redis_secret_read(const char *setting, const char *path, char secret[QUOTA_REDIS_SECRET_SIZE], struct faults *faults);

#endif
