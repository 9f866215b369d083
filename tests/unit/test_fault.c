/* SPDX-License-Identifier: BSD-2-Clause */
/* fault: classes, notes, and remedies that fit what the system answered. */
#include "unit/check.h"

#include "base/fault.h"
#include "unit/short_memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What each error is: may it pass by itself, and which word must stand in the line (or must not, behind !)? */
static const struct {
	const char *name;
	int error;
	enum fault_class class;
	const char *words;
} errors[] = {
	{ "no such file", ENOENT, FAULT_PERSON, "No such file or directory; write it" },
	{ "no right", EACCES, FAULT_PERSON, "Permission denied; write it" },
	{ "descriptors of the process", EMFILE, FAULT_SYSTEM, "LimitNOFILE=" },
	{ "descriptors of the system", ENFILE, FAULT_SYSTEM, "fs.file-max" },
	{ "the disk", EIO, FAULT_SYSTEM, "dmesg" },
	{ "a file server", ESTALE, FAULT_SYSTEM, "mount the folder again" },
	{ "a signal", EINTR, FAULT_SYSTEM, "try again" },
	{ "a full disk", ENOSPC, FAULT_SYSTEM, "make room" },
};

static void system_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(errors); i++) {
		struct faults faults;

		faults_init(&faults);
		fault_system(&faults, errors[i].error, "write it", "%s.json", "a");
		assert_int_equal(faults.count, 1);
		assert_int_equal(faults_class(&faults), errors[i].class);
		assert_int_equal(strncmp(faults.first->text, "a.json: ", strlen("a.json: ")), 0);
		assert_non_null(strstr(faults.first->text, errors[i].words));
		/* The caller's remedy is for what a person has to mend, and for nothing else. */
		assert_int_equal(strstr(faults.first->text, "write it") != NULL, errors[i].class == FAULT_PERSON);
		faults_free(&faults);
	}
}

static void memory_is_the_systems(void **state)
{
	struct faults faults;

	(void)state;
	faults_init(&faults);
	fault_system(&faults, ENOMEM, "write it", "a.json");
	assert_true(faults.out_of_memory);
	assert_null(faults.first);
	assert_int_equal(faults_class(&faults), FAULT_SYSTEM);
	faults_free(&faults);
}

/* One fault for a person is enough; what is left decides else. */
static void class_of_many(void **state)
{
	struct faults faults;

	(void)state;
	faults_init(&faults);
	fault_add_as(&faults, FAULT_PASSING, "it changes");
	assert_int_equal(faults_class(&faults), FAULT_PASSING);
	fault_memory(&faults);
	assert_int_equal(faults_class(&faults), FAULT_SYSTEM);
	fault_add(&faults, "a brace is missing");
	assert_int_equal(faults_class(&faults), FAULT_PERSON);
	assert_int_equal(faults.count, 3);
	faults_free(&faults);
}

static void notes_are_no_faults(void **state)
{
	struct faults faults;
	size_t kept = 0;

	(void)state;
	faults_init(&faults);
	for (size_t i = 0; i < NOTES_KEPT + 7; i++)
		fault_note(&faults, "note %zu", i);
	assert_int_equal(faults.count, 0);
	assert_null(faults.first);
	assert_int_equal(faults.note_count, NOTES_KEPT + 7);
	for (const struct fault *note = faults.first_note; note; note = note->next, kept++) {
		char want[16];
		snprintf(want, sizeof want, "note %zu", kept);
		assert_string_equal(note->text, want);
	}
	assert_int_equal(kept, NOTES_KEPT);
	faults_free(&faults);
	assert_null(faults.first_note);
}

/* A line for which there is no memory is told by the count, and by what memory did. */
static void lines_that_are_lost(void **state)
{
	struct faults faults;

	(void)state;
	faults_init(&faults);
	short_memory_after(1);
	fault_note(&faults, "a note");
	assert_int_equal(faults.count, 0);
	assert_int_equal(faults.note_count, 1);
	fault_add(&faults, "a fault");
	short_memory_after(0);
	assert_int_equal(faults.count, 1);
	assert_true(faults.out_of_memory);
	assert_int_equal(faults_class(&faults), FAULT_SYSTEM);
	faults_free(&faults);
	assert_int_equal(short_memory_live(), 0);
}

static const struct {
	const char *name;
	struct text text;
	const char *want;
} shown[] = {
	{ "plain", TEXT("ann@example.com"), "ann@example.com" },
	{ "backslashes", TEXT("^.*@example\\.com\\"), "^.*@example\\.com\\" },
	{ "a Windows name", TEXT("EXAMPLE\\xavier"), "EXAMPLE\\xavier" },
	{ "what looks like an escape", TEXT("\\x1b[2J"), "\\x5cx1b[2J" },
	{ "an escape behind a backslash", TEXT("\\\x1b[2J"), "\\\\x1b[2J" },
	{ "controls", TEXT("a\r\n\tb\x7f"), "a\\x0d\\x0a\\x09b\\x7f" },
	{ "letters", TEXT("J\xc3\xb6rg \xe5\xb1\xb1\xe7\x94\xb0 \xf0\x9f\x93\xa7"),
		"J\xc3\xb6rg \xe5\xb1\xb1\xe7\x94\xb0 \xf0\x9f\x93\xa7" },
	{ "Latin-1", TEXT("J\xf6rg"), "J\\xf6rg" },
	{ "C1 control", TEXT("\xc2\x9b"), "\\xc2\\x9b" },
	{ "no-break space", TEXT("a\xc2\xa0z"), "a\\xc2\\xa0z" },
	{ "soft hyphen", TEXT("a\xc2\xadz"), "a\\xc2\\xadz" },
	{ "zero-width space", TEXT("a\xe2\x80\x8bz"), "a\\xe2\\x80\\x8bz" },
	{ "override of direction", TEXT("\xe2\x80\xae"), "\\xe2\\x80\\xae" },
	{ "isolate", TEXT("\xe2\x81\xa6"), "\\xe2\\x81\\xa6" },
	{ "Arabic letter mark", TEXT("\xd8\x9c"), "\\xd8\\x9c" },
	{ "line separator", TEXT("\xe2\x80\xa8"), "\\xe2\\x80\\xa8" },
	{ "byte order mark", TEXT("\xef\xbb\xbf"), "\\xef\\xbb\\xbf" },
	{ "tag", TEXT("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81" },
	{ "curly quotes are seen", TEXT("\xe2\x80\x9c"), "\xe2\x80\x9c" },
};

static void text_is_shown_as_text(void **state)
{
	size_t failures = 0;
	char out[80];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(shown); i++)
		CHECK_CASE(failures, shown[i].name, !strcmp(text_escape(shown[i].text, out, sizeof out), shown[i].want));
	assert_int_equal(failures, 0);
}

/* Undo what the rule of text_escape() says; false: there is a byte that it does not show. */
static bool read_back(const char *out, char *in, size_t *length)
{
	unsigned byte;
	int used;

	for (*length = 0; *out; (*length)++) {
		if ((unsigned char)*out < 0x20 || *out == 0x7f)
			return false;
		if (sscanf(out, "\\x%2x%n", &byte, &used) == 1 && used == 4) {
			in[*length] = (char)byte;
			out += 4;
		} else {
			in[*length] = *out++;
		}
	}
	return true;
}

/* No two texts are shown alike: what was shown can be read back. */
static void what_is_shown_can_be_read_back(void **state)
{
	static const char *const pieces[] = { "\\", "x", "4", "1", "f", "\n", "\xc2\xa0", "\xe2\x80\x8b", "\xc3", "\xb6", "g",
		"\x1b" };
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		char in[64], out[4 * sizeof in], back[sizeof out];
		size_t length = 0, back_length;

		for (size_t i = check_below(&seed, 16); i; i--) {
			const char *piece = pieces[check_below(&seed, COUNT_OF(pieces))];
			memcpy(in + length, piece, strlen(piece));
			length += strlen(piece);
		}
		text_escape((struct text){ in, length }, out, sizeof out);
		assert_true(read_back(out, back, &back_length));
		assert_int_equal(back_length, length);
		assert_memory_equal(back, in, length);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_errors),
		cmocka_unit_test(memory_is_the_systems),
		cmocka_unit_test(class_of_many),
		cmocka_unit_test(notes_are_no_faults),
		cmocka_unit_test(lines_that_are_lost),
		cmocka_unit_test(text_is_shown_as_text),
		cmocka_unit_test(what_is_shown_can_be_read_back),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
