/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_bytes: a command as Redis reads it (RESP, "Redis serialization protocol specification": an array of bulk strings).
 *
 * hiredis can make it, too, by a printf for each word: that took half of the time of a question.
 */
#ifndef QUOTA_QUOTA_REDIS_BYTES_H
#define QUOTA_QUOTA_REDIS_BYTES_H

#include "base/text.h"

#include <stddef.h>

/* How many bytes it has at most. */
size_t quota_redis_bytes_most(const struct text *words, size_t count);

/* Write it where there is room for so many; how many it has. */
size_t quota_redis_bytes_write(const struct text *words, size_t count, char *out);

#endif
