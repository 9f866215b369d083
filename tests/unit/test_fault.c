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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_errors),
		cmocka_unit_test(memory_is_the_systems),
		cmocka_unit_test(class_of_many),
		cmocka_unit_test(notes_are_no_faults),
		cmocka_unit_test(lines_that_are_lost),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
