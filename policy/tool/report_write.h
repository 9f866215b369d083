/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_write: a file for its owner alone, which is there as a whole or not at all.
 */
#ifndef TOOL_REPORT_WRITE_H
#define TOOL_REPORT_WRITE_H

#include "base/fault.h"

#include <stdio.h>

/*
 * Write the file by `put`, of mode 0600, in place of what bears its name: under another name first, beside it. `put` returns false for want of
 * memory; what the stream says is looked at here. False: a fault says why, and what was there before is still there.
 */
bool report_write(const char *path, bool (*put)(FILE *out, const void *with), const void *with, struct faults *faults);

#endif
