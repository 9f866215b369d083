/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_file: a whole regular file in memory, never more than a limit.
 */
#ifndef SETTINGS_READ_FILE_H
#define SETTINGS_READ_FILE_H

#include <stddef.h>

/* The bytes, to be freed, and their number. NULL, a number of 0, and errno; EFBIG: more than `limit` bytes, EINVAL: not a regular file. */
char *read_file(const char *path, size_t limit, size_t *size);

#endif
