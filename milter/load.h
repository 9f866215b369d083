/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load: settings and policies as the daemon serves from them. Start, --check
 * and reload all call this one function: what --check takes, the daemon takes.
 */
#ifndef MILTER_LOAD_H
#define MILTER_LOAD_H

#include "ses/generation.h"
#include "options.h"

/* NULL: `faults` says what is wrong, all of it. `settings` is the caller's to free in either case. */
struct generation *load(struct settings *settings, const struct options *options, struct faults *faults);

/* "3 files, 3 policies, 3 statements", into `out` of LOAD_SUMMARY_SIZE bytes; returns out. */
#define LOAD_SUMMARY_SIZE 96
const char *load_summary(const struct generation *generation, char out[LOAD_SUMMARY_SIZE]);

#endif
