/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_tests: the tests that stand beside the policies (*.test.json in their folders), run, and which statements they tell of.
 */
#ifndef TOOL_REPORT_TESTS_H
#define TOOL_REPORT_TESTS_H

#include "ses/generation.h"
#include "ses/site_options.h"

#include <jansson.h>

/*
 * {"files": [{"file", "passed", "failed", "failures": [{"test", "line", "why"}], "broken": [TEXT]}], "statements": [WORD]}: of
 * each statement of the set, in its order, "both", "matches", "does not match" or "never": what tests made of it. A statement
 * of the tests is one of the site if its file is (by what the path leads to), and its policy and number are. NULL when memory is short, or
 * a fault says what could not be looked at.
 */
json_t *report_tests(const struct generation *generation, const struct site_options *options, struct faults *faults);

#endif
