/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_name: a file in a folder of policies that is called *.test.json. It is a file of tests (ses-policy test), and no
 * policy, if its root has `tests` and no member of a policy. Anything else is a fault: a Deny must not drop out of force
 * for its name.
 */
#ifndef SES_TEST_NAME_H
#define SES_TEST_NAME_H

#include "base/fault.h"

/* False: told. `shown` is the file's name, for people. */
bool test_name_check(const char *shown, struct text content, struct faults *faults);

#endif
