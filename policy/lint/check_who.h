/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_who: conditions that say who asks.
 */
#ifndef LINT_CHECK_WHO_H
#define LINT_CHECK_WHO_H

#include "lint/subject.h"

/* Someone whom no policy has heard of. */
#define CHECK_STRANGER "arn:aws:iam::999999999999:user/stranger"

/* Has the statement a condition that only some callers satisfy? One that takes strangers, too, is none. */
bool check_says_who(const struct subject_statement *s);

#endif
