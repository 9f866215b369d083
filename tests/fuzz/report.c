/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a policy file, a form feed, and lines of decision records. Where the policy does not load a plain one stands for it.
 *
 * Promises: whatever they hold, the page is well-formed, has no elements and attributes but those of the program, links only within itself,
 * and no control characters; the data of it is JSON that reads back the same; lines that are no records are counted.
 */
#include "fuzz/file.h"
#include "fuzz/fuzz.h"
#include "fuzz/markup.h"
#include "report/page.h"
#include "tool/report_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 64 };

static const struct text plain = TEXT(
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"one\",\"Effect\":\"Deny\",\"Principal\":\"*\","
	"\"Action\":\"ses:*\",\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\",\"Condition\":{\"StringNotLike\":"
	"{\"ses:FromAddress\":\"no-reply@example.net\"}}}]}");

static void inside_check(struct text element, struct text name, struct text value)
{
	(void)element;
	if (text_equals(name, TEXT("href")))
		FUZZ_CHECK(text_starts_with(value, TEXT("#")));
	FUZZ_CHECK(!text_starts_with_fold(value, TEXT("javascript:")));
}

static const struct markup page = {
	.html = true,
	.elements =
		" a article b bdi body caption code dd desc details div dl dt figcaption figure footer g h1 h2 h3 h4 head header html li "
		"line main meta nav ol p pre rect section span style summary svg table tbody td th thead time title tr ul wbr ",
	.attributes =
		" aria-hidden aria-label aria-labelledby charset class colspan content datetime focusable height href http-equiv id lang "
		"name open preserveAspectRatio role scope tabindex viewBox width x x1 x2 y y1 y2 ",
	.attribute = inside_check,
};

static bool site_try(struct command_site *site, struct text policy)
{
	const char *path = fuzz_file("policies/policy.json", policy);
	const struct site_words words = { .policies = { &path, 1 } };
	struct faults faults;

	faults_init(&faults);
	bool good = command_site_try(site, &words, NULL, &faults);
	faults_free(&faults);
	if (!good)
		command_site_free(site);
	return good;
}

static void tally_make(struct text rest, struct report_tally *tally)
{
	struct replay_record record = { 0 };
	struct text lines[RECORDS];
	size_t count = fuzz_lines(rest, lines, RECORDS);

	FUZZ_CHECK(report_tally_init(tally));
	for (size_t i = 0; i < count; i++) {
		if (replay_record_read(&record, lines[i]) == RECORD_READ)
			FUZZ_CHECK(report_tally_add(tally, &record));
		else
			tally->invalid++;
	}
	FUZZ_CHECK(tally->records + tally->invalid == count);
	replay_record_free(&record);
}

static void page_check(const json_t *data)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	FUZZ_CHECK(out && page_write(out, data));
	FUZZ_CHECK(fclose(out) == 0 && strlen(text) == length);
	markup_check(&page, (struct text){ text, length });
	free(text);
}

static void json_check(const json_t *data)
{
	char *text = json_dumps(data, JSON_INDENT(1) | JSON_SORT_KEYS);

	FUZZ_CHECK(text);
	json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	FUZZ_CHECK(again && json_equal(again, data));
	for (struct text rest = text_of(text); rest.length;)
		FUZZ_CHECK(fuzz_printable(fuzz_line(&rest)));
	json_decref(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = fuzz_text(data, size);
	size_t cut = text_find(input, '\f', 0);
	struct report_tally tally;
	struct command_site site;
	struct faults faults;

	if (!site_try(&site, text_first(input, cut)))
		FUZZ_CHECK(site_try(&site, plain));
	tally_make(text_from(input, cut + 1), &tally);
	faults_init(&faults);
	json_t *made = report_data(&site, cut < input.length ? &tally : NULL, &faults);
	FUZZ_CHECK(made || faults.count);
	if (made) {
		page_check(made);
		json_check(made);
	}
	json_decref(made);
	faults_free(&faults);
	report_tally_free(&tally);
	command_site_free(&site);
	return 0;
}
