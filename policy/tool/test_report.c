/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/test_report.h"

#include "base/fault.h"

#include <stdio.h>
#include <string.h>

/* For XML and for TAP: printable, on one line. */
static const char *line_of(const char *text)
{
	static char shown[1024];

	return text_escape(text_of(text), shown, sizeof shown);
}

static void put_xml(const char *text)
{
	static const struct {
		char byte;
		const char *entity;
	} entities[] = {
		{ '&', "&amp;" },
		{ '<', "&lt;" },
		{ '>', "&gt;" },
		{ '"', "&quot;" },
	};

	for (text = line_of(text); *text; text++) {
		const char *entity = NULL;
		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
			if (*text == entities[i].byte)
				entity = entities[i].entity;
		if (entity)
			fputs(entity, stdout);
		else
			putchar(*text);
	}
}

/* A `#` in a name would begin a directive. */
static void put_name(const char *name)
{
	for (name = line_of(name); *name; name++) {
		if (*name == '#')
			putchar('\\');
		putchar(*name);
	}
}

void test_report_begin(struct test_report *report, bool junit)
{
	*report = (struct test_report){ .junit = junit };
	puts(junit ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>" : "TAP version 13");
}

static void close_file(struct test_report *report)
{
	if (report->open && report->junit)
		puts("  </testsuite>");
	report->open = false;
}

void test_report_file(struct test_report *report, const char *path, size_t count)
{
	close_file(report);
	report->open = true;
	report->file = path;
	if (report->junit) {
		fputs("  <testsuite name=\"", stdout);
		put_xml(path);
		printf("\" tests=\"%zu\">\n", count);
	} else {
		printf("# %s\n", line_of(path));
	}
}

void test_report_result(struct test_report *report, const char *name, const char *why)
{
	report->count++;
	if (!report->junit) {
		printf("%s %zu - ", why ? "not ok" : "ok", report->count);
		put_name(name);
		putchar('\n');
		if (why)
			printf("# %s\n", line_of(why));
		return;
	}
	fputs("    <testcase name=\"", stdout);
	put_xml(name);
	fputs(why ? "\"><failure message=\"" : "\"/>\n", stdout);
	if (why) {
		put_xml(why);
		fputs("\"/></testcase>\n", stdout);
	}
}

void test_report_broken(struct test_report *report, const char *path)
{
	if (report->file != path)
		test_report_file(report, path, 1);
	test_report_result(report, "loads", "does not load, or could not be run to its end");
}

void test_report_end(struct test_report *report)
{
	close_file(report);
	if (report->junit)
		puts("</testsuites>");
	else
		printf("1..%zu\n", report->count);
}
