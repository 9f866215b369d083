/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_policies: lint of all policies that a site loads, each as what it is: those of sending identities, and those of
 * its principals.
 */
#ifndef LINT_LINT_POLICIES_H
#define LINT_LINT_POLICIES_H

#include "base/fault.h"
#include "lint/lint.h"

/* Look at all that a path gives, a file or a folder, as a policy of that type. False: `faults` says what could not be read. */
bool lint_path(struct lint *lint, const char *path, enum lint_type type, struct faults *faults);

/*
 * Look at all policies of the site. `bytes` (NULL: as many as there are) is how many may be looked at; what is looked at is taken
 * off, and a file that has more is left out, with all behind it: it is 0 then. False: `faults` says what could not be read.
 */
bool lint_policies(struct lint *lint, const struct site_options *options, size_t *bytes, struct faults *faults);

#endif
