/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_file: files of each size up to the limit, and that memory is taken for what is there and not for what there
 * might be.
 */
#include "unit/check.h"

#include "settings/read_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT ((size_t)256 * 1024 * 1024)

static char path[] = "/tmp/test_read_file.XXXXXX";

static size_t largest, memory = SIZE_MAX; /* allocation that was asked for; that there is memory for */

void *__real_malloc(size_t size);
void *__real_realloc(void *at, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *at, size_t size);

static bool is_there(size_t size)
{
	if (size > largest)
		largest = size;
	if (size > memory)
		errno = ENOMEM;
	return size <= memory;
}

/* What compilers make of a realloc of nothing. */
void *__wrap_malloc(size_t size)
{
	return is_there(size) ? __real_malloc(size) : NULL;
}

void *__wrap_realloc(void *at, size_t size)
{
	return is_there(size) ? __real_realloc(at, size) : NULL;
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void fill(size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (size_t i = 0; i < size; i++)
		fputc('a' + (int)(i % 23), file);
	assert_int_equal(fclose(file), 0);
}

static void every_size(void **state)
{
	static const size_t sizes[] = { 0, 1, 34, 4094, 4095, 4096, 4097, 8190, 8191, 8192, 100000 };
	static const size_t limits[] = { 0, 1, 4095, 8192, 100000, LIMIT };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		fill(sizes[i]);
		for (size_t j = 0; j < COUNT_OF(limits); j++) {
			size_t size = 77;
			errno = 0;
			char *bytes = read_file(path, limits[j], &size);
			if (sizes[i] > limits[j]) {
				assert_null(bytes);
				assert_int_equal(errno, EFBIG);
				continue;
			}
			assert_non_null(bytes);
			assert_int_equal(size, sizes[i]);
			for (size_t at = 0; at < size; at++)
				assert_int_equal(bytes[at], 'a' + (int)(at % 23));
			free(bytes);
		}
	}
}

/* The sizes of files in /proc are 0. */
static void a_file_that_hides_its_size(void **state)
{
	size_t size;
	char *bytes = read_file("/proc/self/smaps", LIMIT, &size);

	(void)state;
	assert_non_null(bytes);
	assert_true(size > 4096);
	free(bytes);
	/* What was read before it failed is nothing. */
	assert_null(read_file("/proc/self/smaps", 4096, &size));
	assert_int_equal(errno, EFBIG);
	assert_int_equal(size, 0);
}

/* Not the limit, but what is there; and without memory for that it says so. */
static void memory_is_for_the_file(void **state)
{
	size_t size;

	(void)state;
	fill(34);
	largest = 0;
	char *bytes = read_file(path, LIMIT, &size);
	assert_non_null(bytes);
	free(bytes);
	assert_in_range(largest, 35, 65536);
	fill(200000);
	largest = 0;
	bytes = read_file(path, LIMIT, &size);
	assert_non_null(bytes);
	free(bytes);
	assert_in_range(largest, 200001, 265536);
	memory = 100000;
	assert_null(read_file(path, LIMIT, &size));
	assert_int_equal(errno, ENOMEM);
	memory = SIZE_MAX;
}

static void what_is_no_file(void **state)
{
	char fifo[64];
	size_t size;

	(void)state;
	assert_null(read_file("/tmp", LIMIT, &size));
	assert_int_equal(errno, EISDIR);
	assert_null(read_file("/nonexistent", LIMIT, &size));
	assert_int_equal(errno, ENOENT);
	snprintf(fifo, sizeof fifo, "%s.fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	char *bytes = read_file(fifo, LIMIT, &size);
	int reason = errno;
	assert_int_equal(unlink(fifo), 0);
	assert_null(bytes);
	assert_int_equal(reason, EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size),
		cmocka_unit_test(a_file_that_hides_its_size),
		cmocka_unit_test(memory_is_for_the_file),
		cmocka_unit_test(what_is_no_file),
	};

	return cmocka_run_group_tests_name("read_file", tests, make_file, remove_file);
}
