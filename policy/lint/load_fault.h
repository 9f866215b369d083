/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_fault: the faults for which a document does not load, as findings. Faults are finished lines (base/fault.h):
 * the place is read off them, and their words tell the kind.
 */
#ifndef LINT_LOAD_FAULT_H
#define LINT_LOAD_FAULT_H

#include "base/fault.h"
#include "lint/finding.h"

/* Add each fault; `policy` may be NULL. `file` is what the lines may begin with; a text inside it begins with FILE[NAME]. */
void load_faults_report(struct findings *findings, const char *file, const char *policy, const struct faults *faults);

#endif
