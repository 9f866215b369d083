/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system_error: which of the system's errors may pass by themselves, and what mends them.
 */
#ifndef BASE_SYSTEM_ERROR_H
#define BASE_SYSTEM_ERROR_H

/* What mends an error that may pass by itself; NULL: it stays until somebody changes a file, a setting or a right. */
const char *system_error_remedy(int error);

/* What mends one of the others at a file or folder that must be read. */
const char *system_error_read_remedy(int error);

#endif
