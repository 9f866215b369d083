/* SPDX-License-Identifier: BSD-2-Clause */
/* record_file: each line is there whole or not at all, whatever the file takes; what is lost is told once. */
#include "unit/check.h"
#include "unit/log_lines.h"

#include "record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE "abcdef\n"

/* The file, and what becomes of each write: bytes taken, or an errno below 0; 0 at the end: all is taken. */
static char content[256];
static const int *script;
static bool cannot_truncate;

ssize_t __wrap_write(int fd, const void *bytes, size_t length);
off_t __wrap_lseek(int fd, off_t offset, int whence);
int __wrap_ftruncate(int fd, off_t length);

#define NOTHING 1000 /* write(2) says 0 */

ssize_t __wrap_write(int fd, const void *bytes, size_t length)
{
	int next = script && *script ? *script++ : 0;
	size_t taken = next > 0 && next < (int)length ? (size_t)next : length;

	(void)fd;
	if (next == NOTHING)
		return 0;
	if (next < 0) {
		errno = -next;
		return -1;
	}
	strncat(content, bytes, taken);
	return (ssize_t)taken;
}

off_t __wrap_lseek(int fd, off_t offset, int whence)
{
	(void)fd, (void)offset, (void)whence;
	return (off_t)strlen(content);
}

int __wrap_ftruncate(int fd, off_t length)
{
	(void)fd;
	if (cannot_truncate)
		return -1;
	content[length] = '\0';
	return 0;
}

#define LOST(error) "records: not written: " error "\n"
#define AGAIN(count) "records: written again; " count " were not\n"

static const struct {
	const char *name;
	bool cannot_truncate;
	int script[3][4];
	bool written[3];
	const char *want, *told;
} cases[] = {
	{ "all is taken", false, { { 0 } }, { true, true, true }, LINE LINE LINE, "" },
	{ "in parts, and a signal comes", false, { { 2, -EINTR, 3 } }, { true, true, true }, LINE LINE LINE, "" },
	{ "a full disk", false, { { 0 }, { 3, -ENOSPC } }, { true, false, true }, LINE LINE,
		LOST("No space left on device") AGAIN("1") },
	{ "at once", false, { { -ENOSPC }, { -ENOSPC } }, { false, false, true }, LINE,
		LOST("No space left on device") AGAIN("2") },
	{ "what cannot be taken back", true, { { 3, -ENOSPC } }, { false, true, true }, "abc\n" LINE LINE,
		LOST("No space left on device") AGAIN("1") },
	{ "nor ended", true, { { 3, -ENOSPC }, { -ENOSPC } }, { false, false, true }, "abc\n" LINE,
		LOST("No space left on device") AGAIN("2") },
	{ "a line that was ended alone", true, { { 3, -ENOSPC }, { 1, -ENOSPC } }, { false, false, true }, "abc\n" LINE,
		LOST("No space left on device") AGAIN("2") },
	{ "a write of nothing", false, { { NOTHING } }, { false, true, true }, LINE LINE, LOST("Input/output error") AGAIN("1") },
	{ "a reader that does not read", false, { { 3, -EAGAIN } }, { false, true, true }, LINE LINE,
		LOST("Resource temporarily unavailable") AGAIN("1") },
};

static void lines_are_whole(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		record_file_use(dup(STDERR_FILENO));
		*content = *log_lines = '\0';
		cannot_truncate = cases[i].cannot_truncate;
		for (size_t j = 0; j < 3; j++) {
			script = cases[i].script[j];
			CHECK_CASE(failures, cases[i].name, record_file_write(LINE, strlen(LINE)) == cases[i].written[j]);
		}
		CHECK_CASE(failures, cases[i].name, !strcmp(content, cases[i].want));
		CHECK_CASE(failures, cases[i].name, !strcmp(log_lines, cases[i].told));
		if (strcmp(content, cases[i].want) || strcmp(log_lines, cases[i].told))
			print_error("'%s'\n%s", content, log_lines);
	}
	script = NULL;
	record_file_use(-1);
	*content = *log_lines = '\0';
	assert_false(record_file_write(LINE, strlen(LINE)));
	assert_string_equal(content, "");
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_whole),
	};

	return cmocka_run_group_tests_name("record_file", tests, NULL, NULL);
}
