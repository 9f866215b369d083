/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report: results of tests on standard output, as TAP (testanything.org,
 * version 13) or as JUnit's XML.
 */
#ifndef TOOL_TEST_REPORT_H
#define TOOL_TEST_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct test_report {
	bool junit, open; /* open: within the results of a file */
	const char *file; /* whose results come now */
	size_t count;
};

void test_report_begin(struct test_report *report, bool junit);
void test_report_file(struct test_report *report, const char *path, size_t count);
/* `why` NULL: passed. */
void test_report_result(struct test_report *report, const char *name, const char *why);
/* The file could not be run, or not to its end: errors have been told. */
void test_report_broken(struct test_report *report, const char *path);
void test_report_end(struct test_report *report);

#endif
