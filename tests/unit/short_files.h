/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short_files: let the n-th call that looks at a file or folder (open, read, fstat, stat, lstat, opendir, readdir) fail
 * with an errno. Programs that use it are linked with SHORT_FILES_WRAPS.
 */
#ifndef UNIT_SHORT_FILES_H
#define UNIT_SHORT_FILES_H

#include <stddef.h>

/* The n-th call from now on fails, and with `on` all after it too; 0: none does. */
void short_files(size_t n, int error, int on);

/* Calls made since then. */
size_t short_files_count(void);

#endif
