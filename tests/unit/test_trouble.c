/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading the whole of a site while an allocation, or a look at a file, fails: once, and from there on, at each place.
 * Either nothing is loaded, and the fault says that it is the system's and no file's; or what is loaded gives the
 * answers that the files give. The same for messages under it.
 */
#include "unit/check.h"

#include "load.h"
#include "unit/short_arena.h"
#include "unit/short_files.h"
#include "unit/trouble_site.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct options options;

static int make_site(void **state)
{
	(void)state;
	options.given.settings = trouble_site_make();
	return 0;
}

static int remove_site(void **state)
{
	(void)state;
	trouble_site_remove();
	return 0;
}

/* The answers that differ from those of the files. */
static size_t wrong_answers(const char *what, size_t n, const struct loaded *loaded)
{
	size_t wrong = 0;

	for (size_t i = 0; i < trouble_message_count; i++) {
		const struct trouble_message *row = &trouble_messages[i];
		const char *said = trouble_answer(loaded->generation, row);
		if (strcmp(said, row->want)) {
			print_error("%s %zu: '%s': %s, not %s\n", what, n, row->name, said, row->want);
			wrong++;
		}
		said = trouble_answer(loaded->shadow, row);
		if (strcmp(said, row->shadow)) {
			print_error("%s %zu: '%s': %s in the shadow, not %s\n", what, n, row->name, said, row->shadow);
			wrong++;
		}
	}
	return wrong;
}

/* Where all goes well, so that the tables are right. */
static void nothing_fails(void **state)
{
	struct settings settings;
	struct loaded loaded;
	struct faults faults;

	(void)state;
	faults_init(&faults);
	if (!load_all(&settings, &options, &loaded, &faults))
		fail_msg("%s", faults.first->text);
	assert_int_equal(wrong_answers("load", 0, &loaded), 0);
	load_free(&loaded);
	settings_free(&settings);
	faults_free(&faults);
}

/* What one load with something failing comes to; the number of things that are wrong with it. */
static size_t outcome_check(const char *what, size_t n, bool done, const struct loaded *loaded, const struct faults *faults)
{
	if (done)
		return (faults->count != 0) + wrong_answers(what, n, loaded);
	if (faults->count && faults_class(faults) == FAULT_SYSTEM)
		return 0;
	print_error("%s %zu: a fault of class %d: %s\n", what, n, faults_class(faults),
		faults->first ? faults->first->text : "none");
	return 1;
}

static void (*const shorten[])(size_t n) = { short_memory_once, short_memory_after };

static void each_allocation_of_loading(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t how = 0; how < COUNT_OF(shorten); how++) {
		bool whole = false;
		size_t n;

		for (n = 1; !whole; n++) {
			struct settings settings;
			struct loaded loaded;
			struct faults faults;
			long live = short_memory_live();

			faults_init(&faults);
			shorten[how](n);
			bool done = load_all(&settings, &options, &loaded, &faults);
			whole = short_memory_count() < n;
			short_memory_after(0);
			wrong += outcome_check(how ? "from allocation" : "allocation", n, done, &loaded, &faults);
			/* Nothing is said of the files. */
			if (faults.first) {
				print_error("allocation %zu: %s\n", n, faults.first->text);
				wrong++;
			}
			if (done)
				load_free(&loaded);
			settings_free(&settings);
			faults_free(&faults);
			assert_int_equal(short_memory_live(), live);
		}
		/* Else the wrapping does not work. */
		assert_true(n > 1000);
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	int error;
	const char *remedy; /* a word of it */
} file_errors[] = {
	{ EIO, "dmesg" },
	{ EMFILE, "LimitNOFILE=" },
	{ ESTALE, "mount the folder again" },
	{ ENOMEM, NULL },
	{ EINTR, "try again" },
};

static void each_look_at_a_file(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT_OF(file_errors); i++) {
		int error = file_errors[i / 2].error, on = i % 2;
		const char *remedy = file_errors[i / 2].remedy;
		bool whole = false;
		char what[64];
		size_t n;

		snprintf(what, sizeof what, "%s, %s call", strerror(error), on ? "from" : "at");
		/* A read that a signal keeps coming into is read for ever, as it must be. */
		for (n = 1; !whole && !(on && error == EINTR); n++) {
			struct settings settings;
			struct loaded loaded;
			struct faults faults;

			faults_init(&faults);
			short_files(n, error, on);
			bool done = load_all(&settings, &options, &loaded, &faults);
			whole = short_files_count() < n;
			short_files(0, 0, 0);
			wrong += outcome_check(what, n, done, &loaded, &faults);
			if (faults.first && remedy && !strstr(faults.first->text, remedy)) {
				print_error("%s %zu: %s\n", what, n, faults.first->text);
				wrong++;
			}
			if (done)
				load_free(&loaded);
			settings_free(&settings);
			faults_free(&faults);
		}
		assert_true((on && error == EINTR) || n > 30);
	}
	assert_int_equal(wrong, 0);
}

static void each_allocation_of_a_message(void **state)
{
	struct settings settings;
	struct loaded loaded;
	struct faults faults;
	size_t wrong = 0;

	(void)state;
	faults_init(&faults);
	assert_true(load_all(&settings, &options, &loaded, &faults));
	for (size_t i = 0; i < trouble_message_count; i++)
		for (size_t how = 0; how < COUNT_OF(shorten); how++) {
			const struct trouble_message *row = &trouble_messages[i];
			bool whole = false;

			for (size_t n = 1; !whole; n++) {
				long live = short_memory_live();

				shorten[how](n);
				const char *said = trouble_answer(loaded.generation, row);
				whole = short_memory_count() < n;
				short_memory_after(0);
				assert_int_equal(short_memory_live(), live);
				if (strcmp(said, row->want) && (whole || strcmp(said, "trouble"))) {
					print_error("allocation %zu: '%s': %s, not %s\n", n, row->name, said, row->want);
					wrong++;
				}
			}
		}
	load_free(&loaded);
	settings_free(&settings);
	faults_free(&faults);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_fails),
		cmocka_unit_test(each_allocation_of_loading),
		cmocka_unit_test(each_look_at_a_file),
		cmocka_unit_test(each_allocation_of_a_message),
	};

	/* These two are the wrapped ones. */
	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests_name("trouble", tests, make_site, remove_site);
}
