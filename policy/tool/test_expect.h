/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_expect: what a test expects, beside what became of its message.
 */
#ifndef TOOL_TEST_EXPECT_H
#define TOOL_TEST_EXPECT_H

#include "tool/test_file.h"

/* What is not as expected, in words; NULL: nothing. */
const char *test_expect_differs(struct arena *arena, const struct policy_test *test, const struct decided *decided);

#endif
