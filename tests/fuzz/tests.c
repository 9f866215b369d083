/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a file of tests.
 *
 * Promises: faults are printable lines with a remedy; every test that is read has a line, recipients in angle brackets, as
 * many headers as were written, and an expectation that is one of those there are.
 */
#include "fuzz/file.h"
#include "fuzz/fuzz.h"
#include "tool/test_file.h"

#include <string.h>

static void test_check(const struct policy_test *test)
{
	FUZZ_CHECK(test->line && test->expect.decision <= EXPECT_IMPLICIT_DENY);
	FUZZ_CHECK(test->mail.recipient_count >= 1 && test->mail.header_count == test->headers.count);
	for (size_t i = 0; i < test->mail.recipient_count; i++) {
		struct text recipient = test->mail.recipients[i];
		FUZZ_CHECK(text_starts_with(recipient, TEXT("<")) && recipient.at[recipient.length - 1] == '>');
	}
	FUZZ_CHECK(text_starts_with(test->mail.sender, TEXT("<")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct instant now = { .seconds = 1790000000 };
	const char *path = fuzz_file("policies.test.json", fuzz_text(data, size));
	struct arena arena = { 0 };
	struct test_file file;
	struct faults faults;

	faults_init(&faults);
	bool good = test_file_read(&arena, path, &now, &file, &faults);
	FUZZ_CHECK(good == !faults.count);
	fuzz_faults(&faults, path);
	for (size_t i = 0; good && i < file.tests.count; i++)
		test_check(&file.tests.at[i]);
	faults_free(&faults);
	arena_free(&arena);
	return 0;
}
