/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_fix: ses-policy lint --fix: the corrections that lint has, written into the files.
 */
#ifndef TOOL_LINT_FIX_H
#define TOOL_LINT_FIX_H

#include "lint/lint.h"

#include <stdio.h>

/*
 * Correct what can be in the policies of a file or folder, and write the files that change. A corrected statement is looked
 * at again, until nothing is left to correct. Each correction gets a line on `out`, with `prefix` before it. False: told in
 * `faults`; a file that could not be written is as it was, and the others are written all the same.
 */
bool lint_fix_path(const struct lint_options *options, const char *path, enum lint_type type, FILE *out, const char *prefix,
	struct faults *faults);

#endif
