/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the daemon tells of mail, bounded: pairs of a record's line, limits that are met again and again, headers that nobody
 * knows; and whether records can be written.
 */
#include "unit/check.h"
#include "unit/log_lines.h"

#include "quota_log.h"
#include "record_file.h"
#include "record_pair.h"
#include "unknown_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static long long seconds = 1000;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){ .tv_sec = seconds };
	return 0;
}

static const struct {
	const char *name, *line, *want; /* "KEY|VALUE|" of each, a number in brackets */
} pairs[] = {
	{ "none", "", "" },
	{ "no pair", "word", "" },
	{ "one", "id=1ng", "id|1ng|" },
	{ "two", "id=1ng stage=MAIL", "id|1ng|stage|MAIL|" },
	{ "numbers", "nrcpt=3 login=7 limit=0.5", "nrcpt|(3)|login|7|limit|(0.5)|" },
	{ "an empty value", "queue= stage=MAIL", "queue||stage|MAIL|" },
	{ "an empty value at the end", "queue=", "queue||" },
	{ "a value in quotes", "reply=\"550 5.7.1 No, a=b\"", "reply|550 5.7.1 No, a=b|" },
	{ "more behind it", "reply=\"550 No\" more=4", "reply|550 No|more|(4)|" },
	{ "without a blank behind it", "reply=\"550 No\"more=4", "reply|550 No|more|(4)|" },
	{ "a quote that does not end", "reply=\"550 No", "reply|550 No|" },
	{ "a quote alone", "reply=\"", "reply||" },
	{ "a word behind the last", "id=1 word", "id|1|" },
};

static void lines_are_cut_into_pairs(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct text rest = text_of(pairs[i].line);
		struct record_pair pair;
		char said[256] = "";

		while (record_pair_next(&rest, &pair))
			snprintf(said + strlen(said), sizeof said - strlen(said), pair.number ? "%.*s|(%.*s)|" : "%.*s|%.*s|",
				TEXT_ARGS(pair.key), TEXT_ARGS(pair.value));
		CHECK_CASE(failures, pairs[i].name, !strcmp(said, pairs[i].want));
		if (strcmp(said, pairs[i].want))
			print_error("%s\n", said);
	}
	assert_int_equal(failures, 0);
}

static bool may(enum quota_scope scope, const char *name, unsigned long *more)
{
	const struct quota_key key = { .scope = scope, .name = text_of(name) };

	return quota_log_may(&key, more);
}

static void limits_are_told_once_a_second(void **state)
{
	unsigned long more;
	char name[32];

	(void)state;
	*log_lines = '\0';
	assert_true(may(QUOTA_SENDER, "a@example.net", &more) && more == 0);
	assert_false(may(QUOTA_SENDER, "a@example.net", &more));
	assert_false(may(QUOTA_SENDER, "a@example.net", &more));
	/* The same name elsewhere is another key. */
	assert_true(may(QUOTA_IDENTITY, "a@example.net", &more) && more == 0);
	seconds++;
	assert_true(may(QUOTA_SENDER, "a@example.net", &more) && more == 2);
	assert_false(may(QUOTA_SENDER, "a@example.net", &more));
	quota_log_flush();
	assert_string_equal(log_lines, "");
	seconds++;
	quota_log_flush();
	assert_string_equal(log_lines, "quota=sender key=a@example.net: and 1 more were deferred or refused\n");
	quota_log_flush();
	assert_string_equal(log_lines, "quota=sender key=a@example.net: and 1 more were deferred or refused\n");

	/* As many keys as there are places; one more takes that of the one that has been silent longest, which is told. */
	*log_lines = '\0';
	assert_true(may(QUOTA_ACCOUNT, "", &more));
	assert_false(may(QUOTA_ACCOUNT, "", &more));
	seconds++;
	for (int i = 1; i < 256; i++) {
		snprintf(name, sizeof name, "n%d@example.net", i);
		assert_true(may(QUOTA_SENDER, name, &more));
	}
	assert_string_equal(log_lines, "");
	assert_true(may(QUOTA_SENDER, "last@example.net", &more));
	assert_string_equal(log_lines, "quota=account: and 1 more were deferred or refused\n");
	assert_false(may(QUOTA_SENDER, "n255@example.net", &more));
	/* It starts again where it has been forgotten. */
	assert_true(may(QUOTA_ACCOUNT, "", &more) && more == 0);
}

static void unknown_headers_are_named_once(void **state)
{
	char name[200];
	size_t count = 0;

	(void)state;
	*log_lines = '\0';
	unknown_header_note(TEXT("X-SES-New"));
	unknown_header_note(TEXT("X-SES-NEW \t"));
	assert_non_null(strstr(log_lines, "header X-SES-New: "));
	assert_null(strstr(log_lines, "X-SES-NEW"));
	/* Of a long one the beginning. */
	memset(name, 'x', sizeof name);
	memcpy(name, "X-SES-", 6);
	unknown_header_note((struct text){ name, sizeof name });
	unknown_header_note((struct text){ name, sizeof name - 1 });
	for (const char *at = log_lines; (at = strstr(at, "header X-SES-")); at++)
		count++;
	assert_int_equal(count, 2);
	assert_null(strstr(log_lines, "Further names"));
	for (int i = 0; i < 3 * UNKNOWN_HEADERS_LOGGED; i++) {
		snprintf(name, sizeof name, "X-SES-%d", i);
		unknown_header_note(text_of(name));
	}
	count = 0;
	for (const char *at = log_lines; (at = strstr(at, "header X-SES-")); at++)
		count++;
	assert_int_equal(count, UNKNOWN_HEADERS_LOGGED);
	assert_non_null(strstr(log_lines, ". Further names will not be logged\n"));
}

static void records_can_be_written_or_not(void **state)
{
	static char folder[] = "/tmp/test-milter-telling.XXXXXX";
	static const struct {
		const char *path; /* behind the folder, if it does not begin with a slash */
		const char *want; /* in the fault; NULL: it can be written */
	} cases[] = {
		{ "-", NULL },
		{ "new", NULL },
		{ "old", NULL },
		{ "", "name a file in it" },
		{ "none/new", "make the folder, owned by the user of the daemon" },
		{ "old/new", "records: " },
		{ "/new-records-of-the-daemon", NULL },
	};
	char path[256], *longest = malloc(5000);
	size_t failures = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/old", folder);
	FILE *file = fopen(path, "w");
	assert_true(file && fclose(file) == 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct faults faults;

		snprintf(path, sizeof path, "%s/%s", folder, cases[i].path);
		faults_init(&faults);
		bool good = record_file_check(*cases[i].path == '/' || !strcmp(cases[i].path, "-") ? cases[i].path : path, &faults);
		CHECK_CASE(failures, cases[i].path, good == !cases[i].want && (faults.count != 0) == (cases[i].want != NULL));
		CHECK_CASE(failures, cases[i].path, !cases[i].want || strstr(faults.first->text, cases[i].want));
		if (cases[i].want)
			CHECK_CASE(failures, cases[i].path, strstr(faults.first->text, folder));
		/* Nothing is made. */
		snprintf(path, sizeof path, "%s/new", folder);
		CHECK_CASE(failures, cases[i].path, access(path, F_OK) != 0);
		faults_free(&faults);
	}
	/* A name without a folder is of that in which the daemon runs. */
	struct faults faults;
	faults_init(&faults);
	assert_int_equal(chdir(folder), 0);
	assert_true(record_file_check("new", &faults));
	assert_int_equal(chdir("/"), 0);
	memset(longest, 'x', 4999);
	*longest = '/';
	longest[4500] = '/';
	longest[4999] = '\0';
	assert_false(record_file_check(longest, &faults));
	assert_int_equal(faults.count, 1);
	faults_free(&faults);
	free(longest);
	snprintf(path, sizeof path, "%s/old", folder);
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_cut_into_pairs),
		cmocka_unit_test(limits_are_told_once_a_second),
		cmocka_unit_test(unknown_headers_are_named_once),
		cmocka_unit_test(records_can_be_written_or_not),
	};

	return cmocka_run_group_tests_name("telling", tests, NULL, NULL);
}
