/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_path: what is read of files and folders, what of a folder is told because it
 * is not read, and that a change under way is never half seen. The linker hands read(2)
 * and nanosleep(2) to this test, which then changes the files between two reads, and in
 * the pause between two passes.
 */
#include "unit/check.h"

#include "iam/policy_set.h"
#include "ses/load_path.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
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

/* Called in each pause between two passes. */
static void (*in_pause)(void);
static int pauses;

int __real_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	pauses++;
	if (in_pause)
		in_pause();
	return __real_nanosleep(wanted, left);
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
	change = in_pause = NULL;
	changes_left = pauses = 0;
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

/* What notes there are of the folder, each with its name up to `:`, as "name;name;". */
static const char *notes(void)
{
	static char out[1024];
	const char *paths[] = { folder };
	struct loaded_files files;
	struct faults faults;
	size_t used = 0, told = 0;

	faults_init(&faults);
	out[0] = '\0';
	assert_true(load_paths(paths, 1, &files, &faults));
	for (const struct fault *note = faults.first_note; note; note = note->next, told++) {
		assert_int_equal(strncmp(note->text, folder, strlen(folder)), 0);
		const char *name = note->text + strlen(folder) + 1;
		used += (size_t)snprintf(out + used, sizeof out - used, "%.*s;", (int)(strstr(name, ": ") - name), name);
	}
	assert_int_equal(told, faults.note_count);
	loaded_files_free(&files);
	faults_free(&faults);
	return out;
}

static const struct {
	const char *name;
	bool folder, told;
} entries[] = {
	/* Perhaps meant to be in force. */
	{ "deny.JSON", false, true },
	{ "deny.Json", false, true },
	{ "deny.jsonc", false, true },
	{ "deny.json.txt", false, true },
	{ "deny", false, true },
	{ "deny.json.bak", false, true },
	{ "json", false, true },
	{ "deny.json ", false, true },
	{ "team", true, true },
	{ "a.json.d", true, true },
	{ "dpkg-old", false, true },
	{ "rpmsave", false, true },
	/* Leftovers. */
	{ "deny.json~", false, false },
	{ ".deny.json.swp", false, false },
	{ "deny.json.swp", false, false },
	{ ".hidden", false, false },
	{ ".git", true, false },
	{ "deny.json.dpkg-old", false, false },
	{ "deny.json.dpkg-dist", false, false },
	{ "deny.json.rpmsave", false, false },
	{ "deny.json.rpmnew", false, false },
	/* Read. */
	{ "b.json", false, false },
};

static void what_is_not_read_is_told(void **state)
{
	size_t failures = 0;
	char want[64];

	(void)state;
	append("a.json", "1");
	assert_string_equal(notes(), "");
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		if (entries[i].folder)
			assert_int_equal(mkdir(in_folder(entries[i].name), 0700), 0);
		else
			append(entries[i].name, "2");
		snprintf(want, sizeof want, "%s;", entries[i].told ? entries[i].name : "");
		CHECK_CASE(failures, entries[i].name, !strcmp(notes(), entries[i].told ? want : ""));
		assert_int_equal(remove(in_folder(entries[i].name)), 0);
	}
	append("deny", "2");
	append("Deny.JSON", "2");
	assert_string_equal(notes(), "Deny.JSON;deny;");
	assert_int_equal(failures, 0);
}

/* In a folder of thousands of pictures not all of them are named. */
static void notes_have_a_bound(void **state)
{
	const char *paths[] = { folder };
	struct loaded_files files;
	struct faults faults;
	size_t told = 0;
	char name[16];

	(void)state;
	append("a.json", "1");
	for (int i = 0; i < NOTES_KEPT + 20; i++) {
		snprintf(name, sizeof name, "%d.png", i);
		append(name, "2");
	}
	faults_init(&faults);
	assert_true(load_paths(paths, 1, &files, &faults));
	for (const struct fault *note = faults.first_note; note; note = note->next)
		told++;
	assert_int_equal(told, NOTES_KEPT);
	assert_int_equal(faults.note_count, NOTES_KEPT + 20);
	loaded_files_free(&files);
	faults_free(&faults);
}

/* *.test.json: what it holds, and what loading the folder comes to (a fault if it begins with !). */
static const struct {
	const char *name, *content, *want;
} tests_of[] = {
	{ "tests", "{\"policies\": [\"a.json\"], \"tests\": []}", "a=1;" },
	{ "a policy", "{\"Version\": \"2012-10-17\", \"Statement\": []}", "!holds a policy (\"Statement\")" },
	{ "a policy with tests", "{\"Statement\": [], \"tests\": []}", "!holds a policy (\"Statement\")" },
	{ "policies of SES", "{\"Policies\": {}, \"tests\": []}", "!holds a policy (\"Policies\")" },
	{ "a policy of IAM", "{\"PolicyName\": \"x\", \"PolicyDocument\": {}}", "!holds a policy (\"PolicyDocument\")" },
	{ "a version of IAM", "{\"PolicyVersion\": {\"Document\": {}}}", "!holds a policy (\"PolicyVersion\")" },
	{ "neither", "{\"policies\": []}", "!has no \"tests\"" },
	{ "a list", "[]", "!has no \"tests\"" },
	{ "no JSON", "{", "!x.test.json:1:1: " },
	{ "nothing", "", "!the file is empty" },
};

static void tests_are_no_policies(void **state)
{
	size_t failures = 0;

	(void)state;
	append("a.json", "1");
	for (size_t i = 0; i < COUNT_OF(tests_of); i++) {
		append("x.test.json", tests_of[i].content);
		const char *got = load(NULL), *want = tests_of[i].want;
		CHECK_CASE(failures, tests_of[i].name, *want == '!' ? *got == '!' && strstr(got, want + 1) : !strcmp(got, want));
		assert_int_equal(unlink(in_folder("x.test.json")), 0);
	}
	/* Alone they are no policies either. */
	append("x.test.json", tests_of[0].content);
	assert_int_equal(unlink(in_folder("a.json")), 0);
	assert_non_null(strstr(load(NULL), "holds no *.json file"));
	assert_int_equal(failures, 0);
}

/* By its own name a file is read whatever that name is. */
static void a_named_file_is_a_policy(void **state)
{
	char path[256];

	(void)state;
	append("a.json", "1");
	append("b.test.json", tests_of[0].content);
	strcpy(path, in_folder("b.test.json"));
	char want[256];
	snprintf(want, sizeof want, "a=1;b.test=%s;", tests_of[0].content);
	assert_string_equal(load(path), want);
}

/* As Kubernetes keeps a ConfigMap: key -> ..data/key, ..data -> the folder of one version. */
static void config_map(const char *version)
{
	char path[256];

	assert_int_equal(mkdir(in_folder(version), 0700), 0);
	snprintf(path, sizeof path, "%s/a.json", version);
	append(path, version);
	unlink(in_folder("..new"));
	assert_int_equal(symlink(version, in_folder("..new")), 0);
	strcpy(path, in_folder("..new"));
	assert_int_equal(rename(path, in_folder("..data")), 0);
}

/* The link of a key that is no more goes last. */
static void link_goes(void)
{
	unlink(in_folder("b.json"));
}

/* A key's link comes before its folder. */
static void folder_comes(void)
{
	if (pauses == 2)
		append("..1/b.json", "new");
}

static void exchange(void)
{
	if (changes_left == 0)
		config_map("..2");
}

static void a_config_map_is_seen_whole(void **state)
{
	(void)state;
	config_map("..1");
	assert_int_equal(symlink("..data/a.json", in_folder("a.json")), 0);
	assert_string_equal(load(NULL), "a=..1;");
	assert_int_equal(pauses, 0);
	/* Exchanged between two reads. */
	change = exchange;
	changes_left = 1;
	assert_string_equal(load(NULL), "a=..2;");
	/* A key has gone from the folder, its link has not. */
	assert_int_equal(symlink("..data/b.json", in_folder("b.json")), 0);
	in_pause = link_goes;
	pauses = 0;
	assert_string_equal(load(NULL), "a=..2;");
	assert_int_equal(pauses, 1);
}

static void a_key_comes(void **state)
{
	(void)state;
	config_map("..1");
	assert_int_equal(symlink("..data/a.json", in_folder("a.json")), 0);
	assert_int_equal(symlink("..data/b.json", in_folder("b.json")), 0);
	in_pause = folder_comes;
	assert_string_equal(load(NULL), "a=..1;b=new;");
	assert_int_equal(pauses, 2);
}

/* Only what stays is told, after about a second and not before. */
static void a_broken_link_that_stays(void **state)
{
	struct timespec began, ended;

	(void)state;
	append("a.json", "1");
	assert_int_equal(symlink("nowhere", in_folder("b.json")), 0);
	clock_gettime(CLOCK_MONOTONIC, &began);
	assert_non_null(strstr(load(NULL), "b.json: No such file or directory; remove or mend this entry"));
	clock_gettime(CLOCK_MONOTONIC, &ended);
	assert_true((ended.tv_sec - began.tv_sec) * 1000 + (ended.tv_nsec - began.tv_nsec) / 1000000 >= 990);
	assert_true(pauses > 2);
}

/* What was never there is told at once. */
static void a_path_that_is_missing(void **state)
{
	(void)state;
	append("a.json", "1");
	assert_non_null(strstr(load("/nonexistent"), "/nonexistent: No such file or directory; name a policy file"));
	assert_int_equal(pauses, 0);
}

/* The folder's name is given to another one: mv policies.d old, mv new policies.d. */
static void folder_moves(void)
{
	char path[256];

	snprintf(path, sizeof path, "%s.old", folder);
	if (rename(folder, path) == 0)
		changes_left = 0;
}

static void folder_comes_back(void)
{
	char path[256];

	snprintf(path, sizeof path, "%s.old", folder);
	if (pauses == 3)
		assert_int_equal(rename(path, folder), 0);
}

static void a_folder_is_exchanged(void **state)
{
	(void)state;
	append("a.json", "1");
	change = folder_moves;
	changes_left = 1;
	in_pause = folder_comes_back;
	assert_string_equal(load(NULL), "a=1;");
	assert_int_equal(pauses, 3);
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
		TEST(what_is_not_read_is_told),
		TEST(notes_have_a_bound),
		TEST(tests_are_no_policies),
		TEST(a_named_file_is_a_policy),
		TEST(a_config_map_is_seen_whole),
		TEST(a_key_comes),
		TEST(a_broken_link_that_stays),
		TEST(a_path_that_is_missing),
		TEST(a_folder_is_exchanged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
