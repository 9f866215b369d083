/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load: settings and policies as the daemon serves from them. Start, --check
 * and reload all call these functions: what --check takes, the daemon takes.
 */
#ifndef MILTER_LOAD_H
#define MILTER_LOAD_H

#include "holder.h"
#include "options.h"

/*
 * The policies of the settings, and those in their shadow. The shadow is loaded for the same site: what the settings do
 * not say of account, region and identities is what the policies in force say. False: `faults` says what is wrong, all of it.
 */
bool load_policies(const struct settings *settings, struct loaded *loaded, struct faults *faults);

/* The settings and their policies. `settings` is the caller's to free in either case. */
bool load_all(struct settings *settings, const struct options *options, struct loaded *loaded, struct faults *faults);

void load_free(struct loaded *loaded);

/* "3 files, 3 policies, 3 statements", and what is unusual, into `out` of LOAD_SUMMARY_SIZE bytes; returns out. */
#define LOAD_SUMMARY_SIZE 384
const char *load_summary(const struct loaded *loaded, char out[LOAD_SUMMARY_SIZE]);

#endif
