/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report: results of tests on standard output, as TAP (testanything.org, version 13) or as JUnit's XML, with the
 * attributes that its readers want (Jenkins, GitLab: tests, failures, errors, time, classname, file, line).
 */
#ifndef TOOL_TEST_REPORT_H
#define TOOL_TEST_REPORT_H

#include "base/fault.h"
#include "base/text_stream.h"

#include <stdbool.h>
#include <stddef.h>

struct test_report {
	bool junit;
	bool failed;      /* JUnit: memory was short */
	const char *file; /* whose results come now; NULL: none yet */
	double began;     /* seconds: when the test that comes next did */
	size_t count, passed, broken;
	/* JUnit tells the sums of a file in front of its results. */
	struct text_stream suite;
	size_t suite_count, suite_failures, suite_errors;
	double suite_seconds;
};

void test_report_begin(struct test_report *report, bool junit);
void test_report_file(struct test_report *report, const char *path);
/* A test of the file, with the line where it stands. `why` NULL: passed. */
void test_report_result(struct test_report *report, const char *name, unsigned line, const char *why);
/* The file could not be run, or not to its end: `faults` say why, and have been told. */
void test_report_broken(struct test_report *report, const char *path, const struct faults *faults);
/* The name of the file is not needed any more. */
void test_report_close(struct test_report *report);
/* The sum. False: not all of it was told, since memory was short. */
bool test_report_end(struct test_report *report);

#endif
