/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_path: what is read of files and folders, and that a change under way is
 * never half seen. The linker hands read(2) to this test, which then changes
 * the files between two reads.
 */
#include "unit/check.h"

#include "iam/policy_set.h"
#include "ses/load_path.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test_load_path.XXXXXX";

/* Called before a read, `changes_left` times. */
static void (*change)(void);
static int changes_left;

ssize_t __real_read(int file, void *bytes, size_t size);
ssize_t __wrap_read(int file, void *bytes, size_t size);

ssize_t __wrap_read(int file, void *bytes, size_t size)
{
	if (changes_left > 0) {
		changes_left--;
		change();
	}
	return __real_read(file, bytes, size);
}

static const char *in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void append(const char *name, const char *content)
{
	FILE *file = fopen(in_folder(name), "a");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	change = NULL;
	changes_left = 0;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", folder);
	return system(command);
}

/* Load the folder and `more`; the names and contents as "name=content;...", or the first fault behind "!". */
static const char *load(const char *more)
{
	static char out[2048];
	const char *paths[] = { folder, more };
	struct loaded_files files;
	struct faults faults;
	size_t used = 0;

	faults_init(&faults);
	out[0] = '\0';
	bool done = load_paths(paths, more ? 2 : 1, &files, &faults);
	assert_true(done == (faults.count == 0));
	if (!done) {
		assert_int_equal(files.count, 0);
		snprintf(out, sizeof out, "!%s", faults.first->text);
	}
	for (size_t i = 0; i < files.count; i++)
		used += (size_t)snprintf(out + used, sizeof out - used, "%.*s=%.*s;", TEXT_ARGS(files.files[i].name),
			TEXT_ARGS(files.files[i].content));
	loaded_files_free(&files);
	faults_free(&faults);
	return out;
}

static void folder_in_order(void **state)
{
	(void)state;
	append("b.json", "2");
	append("a.json", "1");
	append("B.json", "0");
	append(".hidden.json", "x");
	append("a.json~", "x");
	append("readme.txt", "x");
	append("json", "x");
	assert_int_equal(mkdir(in_folder("sub"), 0700), 0);
	append("sub/c.json", "x");
	assert_int_equal(symlink("sub/c.json", in_folder("d.json")), 0);
	assert_string_equal(load(NULL), "B=0;a=1;b=2;d=x;");
}

static void files_by_name(void **state)
{
	char path[256];

	(void)state;
	append("a.json", "1");
	append("policy.txt", "2");
	strcpy(path, in_folder("policy.txt"));
	assert_string_equal(load(path), "a=1;policy.txt=2;");
	append(".json", "3");
	strcpy(path, in_folder(".json"));
	assert_string_equal(load(path), "a=1;.json=3;");
}

static void messages_name_the_file(void **state)
{
	const char *paths[] = { folder };
	struct loaded_files files;
	struct faults faults;
	char want[256];

	(void)state;
	append("a\nb.json", "1");
	faults_init(&faults);
	assert_true(load_paths(paths, 1, &files, &faults));
	snprintf(want, sizeof want, "%s/a\\x0ab.json", folder);
	assert_string_equal(files.files[0].shown, want);
	loaded_files_free(&files);
}

static void empty_folder(void **state)
{
	char other[] = "/tmp/test_load_path.XXXXXX", path[64];

	(void)state;
	assert_non_null(strstr(load(NULL), "holds no *.json file"));
	assert_non_null(mkdtemp(other));
	snprintf(path, sizeof path, "%s/a.json", other);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_string_equal(load(path), "a=;");
	assert_int_equal(unlink(path), 0);
	assert_non_null(strstr(load(path), "No such file or directory; name a policy file"));
	assert_int_equal(rmdir(other), 0);
}

static void no_paths(void **state)
{
	struct loaded_files files;
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_false(load_paths(NULL, 0, &files, &faults));
	assert_int_equal(faults.count, 1);
	faults_free(&faults);
}

static void no_files(void **state)
{
	(void)state;
	append("a.json", "1");
	assert_int_equal(symlink("nowhere", in_folder("b.json")), 0);
	assert_non_null(strstr(load(NULL), "b.json: No such file or directory"));
	assert_int_equal(unlink(in_folder("b.json")), 0);
	/* A FIFO without a writer must not hold the load up. */
	assert_int_equal(mkfifo(in_folder("b.json"), 0600), 0);
	assert_non_null(strstr(load(NULL), "b.json: not a regular file"));
	assert_int_equal(unlink(in_folder("b.json")), 0);
	assert_int_equal(mkdir(in_folder("b.json"), 0700), 0);
	assert_non_null(strstr(load(NULL), "b.json: not a regular file"));
}

static void every_fault_is_told(void **state)
{
	const char *paths[] = { "/nonexistent/a", folder, "/nonexistent/b" };
	struct loaded_files files;
	struct faults faults;

	(void)state;
	append("a.json", "1");
	faults_init(&faults);
	assert_false(load_paths(paths, 3, &files, &faults));
	assert_int_equal(faults.count, 2);
	faults_free(&faults);
}

static void size_is_limited(void **state)
{
	(void)state;
	append("a.json", "1");
	assert_int_equal(truncate(in_folder("a.json"), POLICY_FILE_MAX + 1l), 0);
	assert_non_null(strstr(load(NULL), "at most 67108864"));
}

static void grow(void)
{
	append("a.json", "+");
}

static void overwrite(void)
{
	int file = open(in_folder("a.json"), O_WRONLY);
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 2 + changes_left } };

	assert_true(file >= 0);
	assert_int_equal(write(file, "NEW", 3), 3);
	assert_int_equal(futimens(file, times), 0);
	assert_int_equal(close(file), 0);
}

static void replace(void)
{
	char path[256];

	append("new", "NEW");
	strcpy(path, in_folder("new"));
	assert_int_equal(rename(path, in_folder("a.json")), 0);
}

static void add_another(void)
{
	append("0.json", "0");
}

static void remove_another(void)
{
	unlink(in_folder("b.json"));
}

static void changes_are_seen_whole(void **state)
{
	static const struct {
		const char *name;
		void (*change)(void);
		const char *want;
	} cases[] = {
		{ "grows", grow, "a=old+;b=b;" },
		{ "written over", overwrite, "a=NEW;b=b;" },
		{ "replaced", replace, "a=NEW;b=b;" },
		{ "another comes", add_another, "0=0;a=old;b=b;" },
		{ "another goes", remove_another, "a=old;" },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		unlink(in_folder("0.json"));
		unlink(in_folder("a.json"));
		unlink(in_folder("b.json"));
		append("a.json", "old");
		append("b.json", "b");
		change = cases[i].change;
		changes_left = 1;
		const char *got = load(NULL);
		CHECK_CASE(failures, cases[i].name, !strcmp(got, cases[i].want));
	}
	assert_int_equal(failures, 0);
}

static void restless_files_are_a_fault(void **state)
{
	(void)state;
	append("a.json", "old");
	change = grow;
	changes_left = 1000;
	assert_non_null(strstr(load(NULL), "changes while it is read"));
	assert_true(changes_left > 900);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folder_in_order),
		TEST(files_by_name),
		TEST(messages_name_the_file),
		TEST(empty_folder),
		TEST(no_paths),
		TEST(no_files),
		TEST(every_fault_is_told),
		TEST(size_is_limited),
		TEST(changes_are_seen_whole),
		TEST(restless_files_are_a_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
