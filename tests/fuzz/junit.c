/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines, each of the results of a run of tests: `F<file>`, `P<name of a test that passed>`, `N<name>TAB<why it failed>`,
 * `B<why the file could not be run to its end>`. The first byte of a line behind that letter is the line of the test.
 *
 * Promises: whatever the texts hold, JUnit's report is well-formed XML with the elements and attributes that its readers know, its sums
 * are those of the results, and each name stands there escaped on one line; TAP has one line for each result, which begins with `ok` or
 * `not ok` and its number, the plan, and comments.
 */
#include "fuzz/fuzz.h"
#include "fuzz/markup.h"
#include "tool/test_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 32, LONGEST = 600 };

struct results {
	size_t passed, failed, broken;
	bool file;
};

static const struct markup junit = {
	.elements = " testsuites testsuite testcase failure error ",
	.attributes = " name tests failures errors time classname file line type message ",
};

static const char *string_of(struct text t, char out[LONGEST])
{
	t = text_first(t, text_find(t, '\0', 0));
	snprintf(out, LONGEST, "%.*s", TEXT_ARGS(t));
	return out;
}

static void failure_run(struct test_report *report, struct text tail, struct results *seen)
{
	char name[LONGEST], why[LONGEST];
	size_t tab = text_find(tail, '\t', 0);

	test_report_result(report, string_of(text_first(tail, tab), name), tail.length ? (unsigned char)tail.at[0] : 0,
		string_of(text_from(tail, tab + 1), why));
	seen->failed++;
}

static void broken_run(struct test_report *report, const char *file, struct text tail, struct results *seen)
{
	char why[LONGEST];
	struct faults faults;

	faults_init(&faults);
	fault_add(&faults, "%s", string_of(tail, why));
	fault_add(&faults, "%s: again", why);
	test_report_broken(report, file, &faults);
	faults_free(&faults);
	seen->broken++;
}

static void results_run(struct test_report *report, struct text rest, struct results *seen)
{
	static char files[LINES][LONGEST];
	char name[LONGEST];
	const char *file = NULL;

	for (size_t i = 0; i < LINES && rest.length; i++) {
		struct text line = fuzz_line(&rest), tail = text_from(line, 1);
		switch (line.length ? line.at[0] : '\0') {
		case 'F':
			file = string_of(tail, files[i]);
			test_report_file(report, file);
			break;
		case 'P':
			if (file)
				test_report_result(report, string_of(tail, name), tail.length ? (unsigned char)tail.at[0] : 0,
					NULL);
			seen->passed += file != NULL;
			break;
		case 'N':
			if (file)
				failure_run(report, tail, seen);
			break;
		case 'B':
			if (file)
				broken_run(report, file, tail, seen);
			break;
		}
	}
	seen->file = file;
}

/* What it writes to standard output, to be freed. */
static char *written(struct text input, bool as_junit, struct results *seen)
{
	FILE *terminal = stdout;
	struct test_report report;
	char *text = NULL;
	size_t length;

	*seen = (struct results){ 0 };
	FILE *out = open_memstream(&text, &length);
	FUZZ_CHECK(out);
	stdout = out;
	test_report_begin(&report, as_junit);
	results_run(&report, input, seen);
	bool whole = test_report_end(&report);
	stdout = terminal;
	FUZZ_CHECK(fclose(out) == 0 && whole && strlen(text) == length);
	return text;
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		count++;
	return count;
}

static void junit_check(struct text input)
{
	struct results seen;
	char *text = written(input, true, &seen);

	markup_check(&junit, text_of(text));
	FUZZ_CHECK(count_of(text, "<testcase ") == seen.passed + seen.failed + seen.broken);
	FUZZ_CHECK(count_of(text, "<failure ") == seen.failed && count_of(text, "<error ") == seen.broken);
	free(text);
}

static void tap_check(struct text input)
{
	struct results seen;
	char *text = written(input, false, &seen), plan[32];
	struct text rest = text_of(text);
	size_t results = 0, plans = 0, good = 0;

	FUZZ_CHECK(text_equals(fuzz_line(&rest), TEXT("TAP version 13")));
	while (rest.length) {
		struct text line = fuzz_line(&rest);
		FUZZ_CHECK(fuzz_printable(line));
		char wanted[40];
		bool ok = text_starts_with(line, TEXT("ok ")), not_ok = text_starts_with(line, TEXT("not ok "));
		snprintf(wanted, sizeof wanted, "%sok %zu - ", not_ok ? "not " : "", results + 1);
		if (ok || not_ok)
			FUZZ_CHECK(text_starts_with(line, text_of(wanted)) && ++results);
		else if (!text_starts_with(line, TEXT("#")))
			plans++;
		good += ok;
	}
	FUZZ_CHECK(results == seen.passed + seen.failed + seen.broken && plans == 1 && good == seen.passed);
	snprintf(plan, sizeof plan, "\n1..%zu\n", results);
	FUZZ_CHECK(strstr(text, plan));
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	junit_check(fuzz_text(data, size));
	tap_check(fuzz_text(data, size));
	return 0;
}
