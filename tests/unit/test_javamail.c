/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Headers of addresses beside what JavaMail makes of them (tests/javamail/answers.jsonl): none is taken of which it reads
 * an address, or a name, that is not judged; and of what it takes and the filter refuses each class is known.
 */
#include "unit/check.h"

#include "ses/from_header.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Refused though JavaMail finds addresses: how many in the file, and why. */
static struct {
	const char *flaw;
	size_t wanted;
	const char *why;
	size_t count;
} classes[] = {
	{ "has something after an address", 49,
		"stricter: another reader may take the text behind `>` for an address, and a report says so", 0 },
	{ "has another address in front", 40, "stricter: a report says that SES judged the first one", 0 },
	{ "has an @ without a local part", 18, "stricter: routes, of which readers take one address or the other", 0 },
	{ "has an @ in a quoted local part", 32, "stricter: a report says that SES refused it", 0 },
	{ "has an encoded-word", 13, "stricter: somebody may decode it", 0 },
	{ "has a dot too many", 54, "RFC 5322 has no such local part; a report says that SES refused it", 0 },
	{ "has a control byte", 98, "the byte may end a line, or a string", 0 },
	{ "has an address over two lines", 24, "versions of JavaMail differ in what is left of the fold", 0 },
	{ "has a group of addresses", 192, "a group has other members for SES than for other readers", 0 },
	{ "has a non-ASCII byte in an address", 19, "in a quoted local part; the bytes are not one text to all", 0 },
	{ "has a comment inside an address", 83, "RFC 5322 reads on behind it; or the name of another address", 0 },
	{ "has an address that is too long", 12, "a literal that is none, or an address over 1024 bytes", 0 },
	{ "has a quote, comment or bracket", 27, "JavaMail drops what does not end there", 0 },
	{ "has a byte in a domain", 2, "of an address in front of one in brackets", 0 },
	{ "has a byte where it does not belong", 123, "specials in a name without quotes", 0 },
};

#define CLASSES (sizeof classes / sizeof *classes)

static size_t taken, names_unknown, refused_by_both, taken_by_us_alone;

/* One byte for each character, which are at most U+00FF. */
static struct text bytes_of(struct arena *arena, const json_t *value)
{
	const unsigned char *utf8 = (const unsigned char *)json_string_value(value);
	size_t length = json_string_length(value), used = 0;
	char *out = arena_bytes(arena, length + 1);

	assert_non_null(out);
	for (size_t i = 0; i < length; i++)
		out[used++] = (char)(utf8[i] < 0x80 ? utf8[i] : (utf8[i] & 3) << 6 | (utf8[i + 1] & 0x3f)), i += utf8[i] >= 0x80;
	return (struct text){ out, used };
}

static struct text utf8_of(const json_t *value)
{
	return json_is_string(value) ? (struct text){ json_string_value(value), json_string_length(value) } : TEXT("");
}

static bool is_judged(const struct header_mailbox *mailbox, struct text address)
{
	return text_equals(mailbox->mailbox.address, address) ||
		(mailbox->written.kind == MAILBOX_ADDRESS && text_equals(mailbox->written.address, address));
}

/* `all` was taken: with every address of JavaMail's. */
static bool agrees(const struct header_mailboxes *all, const json_t *answer, bool names)
{
	if (!json_is_array(answer) || json_array_size(answer) != all->count)
		return false;
	for (size_t i = 0; i < all->count; i++) {
		const json_t *one = json_array_get(answer, i);
		if (!is_judged(&all->at[i], utf8_of(json_array_get(one, 0))))
			return false;
		if (names && !text_equals(all->at[i].ses_name, utf8_of(json_array_get(one, 1))))
			return false;
	}
	return true;
}

static bool count_refusal(const char *flaw)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (!strncmp(flaw, classes[i].flaw, strlen(classes[i].flaw))) {
			classes[i].count++;
			return true;
		}
	return false;
}

static bool row_is_good(struct arena *arena, const json_t *row)
{
	const json_t *answer = json_array_get(row, 1);
	struct text value = bytes_of(arena, json_array_get(row, 0));
	struct header_mailboxes all = { 0 }, named = { 0 };
	bool theirs = json_is_array(answer) && json_array_size(answer);

	switch (from_header_read(arena, value, MAILBOX_CASE_PRESERVE, false, &all)) {
	case HEADER_MAILBOXES:
		break;
	case HEADER_NULL:
		return !theirs;
	case HEADER_MEMORY:
		return false;
	case HEADER_INVALID:
		refused_by_both += !theirs;
		return !theirs || count_refusal(all.flaw);
	}
	taken++;
	bool unknown = from_header_read(arena, value, MAILBOX_CASE_PRESERVE, true, &named) != HEADER_MAILBOXES;
	names_unknown += unknown;
	if (!theirs) {
		taken_by_us_alone++;
		return true;
	}
	return agrees(&all, answer, false) && (unknown || agrees(&named, answer, true));
}

static void javamail_reads_nothing_else(void **state)
{
	char line[8192];
	struct arena arena = { 0 };
	size_t failures = 0, rows = 0;

	(void)state;
	FILE *file = fopen(JAVAMAIL_ANSWERS, "r");
	assert_non_null(file);
	for (; fgets(line, sizeof line, file); rows++) {
		json_t *row = json_loads(line, JSON_ALLOW_NUL, NULL);
		assert_true(json_is_array(row));
		CHECK_CASE(failures, line, row_is_good(&arena, row));
		json_decref(row);
		arena_reset(&arena);
	}
	fclose(file);
	arena_free(&arena);
	for (size_t i = 0; i < CLASSES; i++) {
		print_message("%4zu refused alone: %s (%s)\n", classes[i].count, classes[i].flaw, classes[i].why);
		CHECK_CASE(failures, classes[i].flaw, classes[i].count == classes[i].wanted);
	}
	print_message("%zu rows, %zu taken, %zu names not known, %zu refused by both, %zu taken though JavaMail refuses\n", rows,
		taken, names_unknown, refused_by_both, taken_by_us_alone);
	CHECK_CASE(failures, "rows", rows > 500 && taken > 500);
	/* All of them "a\\\\"@example.net: JavaMail takes the second backslash for the quote's. SES refuses it later. */
	CHECK_CASE(failures, "taken alone", taken_by_us_alone == 12);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(javamail_reads_nothing_else),
	};

	from_header_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
