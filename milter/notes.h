/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notes: what was loaded and is perhaps not what was meant (fault.h), told on standard error, or in the log.
 */
#ifndef MILTER_NOTES_H
#define MILTER_NOTES_H

#include "base/fault.h"

/* To standard error, a line each. */
void notes_print(const struct faults *faults);

/* To the log, a warning each; `before` stands in front of each line. */
void notes_log(const char *before, const struct faults *faults);

#endif
