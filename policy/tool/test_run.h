/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_run: the tests of one file, run one after the other.
 */
#ifndef TOOL_TEST_RUN_H
#define TOOL_TEST_RUN_H

#include "base/fault.h"
#include "tool/command_site.h"
#include "tool/coverage.h"
#include "tool/test_file.h"

struct test_run_taker {
	void *with;
	bool coverage; /* is noted */
	/* The file has loaded; its tests come. NULL: it need not be told. */
	void (*begin)(void *with, const char *path);
	/* A test has been run; `why` NULL: as expected. */
	void (*result)(void *with, const struct policy_test *test, const char *why);
	/* The file has been run to its end. Not called where it could not be; `coverage` NULL: it is not noted. */
	void (*end)(void *with, const struct command_site *site, const struct coverage *coverage);
};

enum test_run { TEST_RUN_PASSED, TEST_RUN_FAILED, TEST_RUN_BROKEN };

/* BROKEN: the file does not load, or not all of it could be run; `faults` say why. Strings that are handed over live as long as the call. */
enum test_run test_run_file(const char *path, const struct test_run_taker *taker, struct faults *faults);

#endif
