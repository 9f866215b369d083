/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/test_report.h"

#include "tool/colour.h"

#include <stdlib.h>
#include <time.h>

/* For XML and for TAP: printable, on one line. */
static const char *line_of(const char *text)
{
	static char shown[1024];

	return text_escape(text_of(text), shown, sizeof shown);
}

static void put_xml(const char *text, FILE *out)
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
			fputs(entity, out);
		else
			putc(*text, out);
	}
}

static void put_attribute(const char *name, const char *text, FILE *out)
{
	fprintf(out, " %s=\"", name);
	put_xml(text, out);
	putc('"', out);
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

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void test_report_begin(struct test_report *report, bool junit)
{
	*report = (struct test_report){ .junit = junit };
	puts(junit ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>" : "TAP version 13");
}

void test_report_close(struct test_report *report)
{
	const char *file = report->file;

	report->file = NULL;
	if (!report->suite.out)
		return;
	if (!text_stream_close(&report->suite)) {
		report->failed = true;
	} else {
		fputs("  <testsuite", stdout);
		put_attribute("name", file, stdout);
		printf(" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n%s  </testsuite>\n", report->suite_count,
			report->suite_failures, report->suite_errors, report->suite_seconds, report->suite.at);
	}
	free(report->suite.at);
	report->suite = (struct text_stream){ 0 };
}

void test_report_file(struct test_report *report, const char *path)
{
	test_report_close(report);
	report->file = path;
	report->began = seconds();
	if (!report->junit) {
		printf("# %s\n", line_of(path));
		return;
	}
	report->suite_count = report->suite_failures = report->suite_errors = 0;
	report->suite_seconds = 0;
	if (!text_stream_open(&report->suite))
		report->failed = true;
}

/* The opening tag of a test. */
static void put_case(struct test_report *report, const char *name, unsigned line)
{
	double now = seconds();

	report->suite_count++;
	report->suite_seconds += now - report->began;
	fputs("    <testcase", report->suite.out);
	put_attribute("classname", report->file, report->suite.out);
	put_attribute("name", name, report->suite.out);
	put_attribute("file", report->file, report->suite.out);
	fprintf(report->suite.out, " line=\"%u\" time=\"%.3f\"", line ? line : 1, now - report->began);
	report->began = now;
}

static void put_result(struct test_report *report, const char *name, unsigned line, const char *why)
{
	put_case(report, name, line);
	if (!why) {
		fputs("/>\n", report->suite.out);
		return;
	}
	report->suite_failures++;
	fputs("><failure type=\"failure\"", report->suite.out);
	put_attribute("message", why, report->suite.out);
	fprintf(report->suite.out, ">");
	put_xml(report->file, report->suite.out);
	fprintf(report->suite.out, ":%u: ", line);
	put_xml(why, report->suite.out);
	fputs("</failure></testcase>\n", report->suite.out);
}

void test_report_result(struct test_report *report, const char *name, unsigned line, const char *why)
{
	report->count++;
	report->passed += !why;
	if (report->junit) {
		if (report->suite.out)
			put_result(report, name, line, why);
		return;
	}
	printf("%s%s%s %zu - ", colour(why ? COLOUR_BAD : COLOUR_GOOD), why ? "not ok" : "ok", colour(COLOUR_OFF), report->count);
	put_name(name);
	putchar('\n');
	if (!why)
		return;
	printf("# %s:%u: ", line_of(report->file), line);
	puts(line_of(why));
}

static void put_error(struct test_report *report, const struct faults *faults)
{
	const char *first = faults->first ? faults->first->text : "memory is short";

	report->suite_errors++;
	put_case(report, "loads", 1);
	fputs("><error type=\"load\"", report->suite.out);
	put_attribute("message", first, report->suite.out);
	putc('>', report->suite.out);
	put_xml(first, report->suite.out);
	for (const struct fault *fault = faults->first ? faults->first->next : NULL; fault; fault = fault->next) {
		putc('\n', report->suite.out);
		put_xml(fault->text, report->suite.out);
	}
	fputs("</error></testcase>\n", report->suite.out);
}

void test_report_broken(struct test_report *report, const char *path, const struct faults *faults)
{
	if (report->file != path)
		test_report_file(report, path);
	report->count++;
	report->broken++;
	if (report->suite.out)
		put_error(report, faults);
	else if (!report->junit)
		printf("%snot ok%s %zu - loads\n# does not load, or could not be run to its end\n", colour(COLOUR_BAD),
			colour(COLOUR_OFF), report->count);
}

bool test_report_end(struct test_report *report)
{
	size_t failed = report->count - report->passed - report->broken;

	test_report_close(report);
	if (report->junit) {
		puts("</testsuites>");
		return !report->failed;
	}
	printf("1..%zu\n# %zu passed, %zu failed", report->count, report->passed, failed);
	if (report->broken)
		printf(", %zu file%s could not be run", report->broken, report->broken == 1 ? "" : "s");
	putchar('\n');
	return true;
}
