/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of reasons: codes that an MTA takes, and words that stay one word in a log line. */
#include "unit/check.h"

#include "ses/reason.h"
#include "ses/refusal_text.h"

#include <string.h>

/* A pause or a used-up quota is no fault of the mail: the MTA tries again, as after trouble. */
static bool is_for_now(enum reason reason)
{
	return reason == REASON_QUOTA || reason == REASON_PAUSED_NOW || reason == REASON_SET_PAUSED_NOW ||
		reason == REASON_TENANT_PAUSED_NOW;
}

static void codes_are_of_one_class(void **state)
{
	size_t failures = 0, troubles = 0;

	(void)state;
	for (enum reason reason = REASON_NONE; reason < REASONS; reason++) {
		const struct reason_info *info = &reason_rows[reason];
		char class = info->trouble || is_for_now(reason) ? '4' : '5';
		CHECK_CASE(failures, info->word, strlen(info->code) == 3 && strspn(info->code, "0123456789") == 3);
		CHECK_CASE(failures, info->word, info->code[0] == class && info->xcode[0] == class);
		CHECK_CASE(failures, info->word, strlen(info->xcode) == 5 && info->xcode[1] == '.' && info->xcode[3] == '.');
		troubles += info->trouble;
	}
	assert_int_equal(failures, 0);
	assert_true(troubles > 1 && troubles < REASONS);
}

static void texts_can_be_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (enum reason reason = REASON_NONE; reason < REASONS; reason++) {
		const char *text = reason_rows[reason].text;
		/* Trouble has nobody who makes a text for it. */
		CHECK_CASE(failures, reason_rows[reason].word, text || !reason_rows[reason].trouble);
		CHECK_CASE(failures, reason_rows[reason].word, !text || (*text && strlen(text) <= REFUSAL_TEXT_MAX));
		for (size_t i = 0; text && text[i]; i++)
			CHECK_CASE(failures, reason_rows[reason].word, text[i] >= ' ' && text[i] <= '~');
	}
	assert_int_equal(failures, 0);
}

static void words_are_found(void **state)
{
	size_t failures = 0;

	(void)state;
	for (enum reason reason = REASON_NONE + 1; reason < REASONS; reason++) {
		const char *word = reason_rows[reason].word;
		enum reason found = reason_find(text_of(word));
		CHECK_CASE(failures, word, *word && strspn(word, "abcdefghijklmnopqrstuvwxyz-") == strlen(word));
		CHECK_CASE(failures, word, !strcmp(reason_rows[found].word, word));
		/* One word for several reasons: they follow each other, and differ in what the client is told. */
		CHECK_CASE(failures, word, found == reason || !strcmp(reason_rows[reason - 1].word, word));
		CHECK_CASE(failures, word, found == reason || strcmp(reason_rows[reason - 1].xcode, reason_rows[reason].xcode));
		/* Trouble is counted by its word. */
		CHECK_CASE(failures, word, found == reason || (!reason_rows[found].trouble && !reason_rows[reason].trouble));
	}
	assert_int_equal(failures, 0);
	assert_int_equal(reason_find(TEXT("policy")), REASON_POLICY);
	assert_int_equal(reason_find(TEXT("record")), REASON_RECORD);
	assert_int_equal(reason_find(TEXT("")), REASON_NONE);
	assert_int_equal(reason_find(TEXT("polic")), REASON_NONE);
	assert_int_equal(reason_find(TEXT("of-a-later-version")), REASON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_of_one_class),
		cmocka_unit_test(texts_can_be_told),
		cmocka_unit_test(words_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
