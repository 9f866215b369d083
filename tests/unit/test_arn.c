/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arn: six fields, the sixth with all further colons; wildcards stay in their
 * field. Sources: IAM User Guide, "Amazon Resource Names" and "ARN condition
 * operators"; service authorization reference of SES.
 */
#include "unit/check.h"

#include "iam/arn.h"

#define NONE \
	{ \
		NULL, 0 \
	}
#define SIX(a, b, c, d, e, f) \
	{ \
		TEXT(a), TEXT(b), TEXT(c), TEXT(d), TEXT(e), TEXT(f) \
	}

static const struct {
	const char *name;
	struct text input;
	bool whole, lenient;
	struct text want[ARN_FIELDS]; /* of arn_split_short */
} split_cases[] = {
	{ "identity", TEXT("arn:aws:ses:us-west-2:123456789012:identity/example.net"), true, true,
		SIX("arn", "aws", "ses", "us-west-2", "123456789012", "identity/example.net") },
	{ "global endpoint", TEXT("arn:aws:ses:*:123456789012:identity/user@example.com"), true, true,
		SIX("arn", "aws", "ses", "*", "123456789012", "identity/user@example.com") },
	{ "user, region empty", TEXT("arn:aws:iam::123456789012:user/path/bob"), true, true,
		SIX("arn", "aws", "iam", "", "123456789012", "user/path/bob") },
	{ "colons in the resource", TEXT("arn:aws:sns:r:1:topic:sub:x"), true, true,
		SIX("arn", "aws", "sns", "r", "1", "topic:sub:x") },
	{ "other partition", TEXT("arn:aws-us-gov:ses:r:1:identity/x"), true, true,
		SIX("arn", "aws-us-gov", "ses", "r", "1", "identity/x") },
	{ "all empty", TEXT("arn:::::"), true, true, SIX("arn", "", "", "", "", "") },
	{ "five fields", TEXT("arn:aws:ses:*:identity/example.com"), false, true,
		SIX("arn", "aws", "ses", "*", "identity/example.com", "*") },
	{ "three fields", TEXT("arn:aws:ses"), false, true, SIX("arn", "aws", "ses", "*", "*", "*") },
	{ "three fields and a colon", TEXT("arn:aws:ses:"), false, true, SIX("arn", "aws", "ses", "", "*", "*") },
	{ "two fields", TEXT("arn:aws"), false, false, { NONE } },
	{ "one field", TEXT("arn"), false, false, { NONE } },
	{ "empty", TEXT(""), false, false, { NONE } },
	{ "no text at all", NONE, false, false, { NONE } },
	{ "star", TEXT("*"), false, false, { NONE } },
	{ "prefix in capitals", TEXT("ARN:aws:ses:r:1:identity/x"), false, false, { NONE } },
	{ "prefix a wildcard", TEXT("*:aws:ses:r:1:identity/x"), false, false, { NONE } },
	{ "other prefix", TEXT("urn:aws:ses:r:1:identity/x"), false, false, { NONE } },
	{ "space in front", TEXT(" arn:aws:ses:r:1:identity/x"), false, false, { NONE } },
};

static void arn_splits(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(split_cases); i++) {
		const char *name = split_cases[i].name;
		struct arn whole, lenient;

		CHECK_CASE(failures, name, arn_split(split_cases[i].input, &whole) == split_cases[i].whole);
		CHECK_CASE(failures, name, arn_split_short(split_cases[i].input, &lenient) == split_cases[i].lenient);
		for (size_t f = 0; f < ARN_FIELDS && split_cases[i].lenient; f++) {
			CHECK_CASE(failures, name, text_equals(lenient.field[f], split_cases[i].want[f]));
			if (split_cases[i].whole)
				CHECK_CASE(failures, name, text_equals(whole.field[f], split_cases[i].want[f]));
		}
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name;
	struct text pattern, value;
	bool want;
} match_cases[] = {
	{ "equal", TEXT("arn:aws:ses:r:1:identity/x"), TEXT("arn:aws:ses:r:1:identity/x"), true },
	{ "region and name", TEXT("arn:aws:ses:*:1:identity/*"), TEXT("arn:aws:ses:us-east-1:1:identity/example.com"), true },
	{ "star over slashes", TEXT("arn:aws:iam::1:user/*"), TEXT("arn:aws:iam::1:user/a/b/c"), true },
	{ "star over later colons", TEXT("arn:aws:sns:r:1:t*"), TEXT("arn:aws:sns:r:1:topic:sub"), true },
	{ "star on an empty field", TEXT("arn:aws:iam:*:1:user/x"), TEXT("arn:aws:iam::1:user/x"), true },
	{ "star does not cross a colon", TEXT("arn:aws:ses:*:*:x"), TEXT("arn:aws:ses:r:1:y:x"), false },
	{ "question", TEXT("arn:aws:ses:us-?ast-1:1:identity/x"), TEXT("arn:aws:ses:us-east-1:1:identity/x"), true },
	{ "case matters", TEXT("arn:aws:ses:r:1:identity/Example.com"), TEXT("arn:aws:ses:r:1:identity/example.com"), false },
	{ "other account", TEXT("arn:aws:ses:r:1:identity/x"), TEXT("arn:aws:ses:r:2:identity/x"), false },
	{ "other service", TEXT("arn:aws:ses:r:1:x"), TEXT("arn:aws:sns:r:1:x"), false },
	{ "other partition", TEXT("arn:aws:ses:r:1:x"), TEXT("arn:aws-cn:ses:r:1:x"), false },
	{ "wildcard in the value is text", TEXT("arn:aws:ses:r:1:identity/x"), TEXT("arn:aws:ses:*:1:identity/x"), false },
};

static void arn_matches(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(match_cases); i++) {
		struct arn pattern, value;

		CHECK_CASE(failures, match_cases[i].name, arn_split(match_cases[i].pattern, &pattern));
		CHECK_CASE(failures, match_cases[i].name, arn_split(match_cases[i].value, &value));
		CHECK_CASE(failures, match_cases[i].name, arn_match(&pattern, &value) == match_cases[i].want);
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name;
	struct text input;
	bool want;
} account_cases[] = {
	{ "twelve digits", TEXT("123456789012"), true },
	{ "leading zeros", TEXT("000000000001"), true },
	{ "eleven", TEXT("12345678901"), false },
	{ "thirteen", TEXT("1234567890123"), false },
	{ "a letter", TEXT("12345678901a"), false },
	{ "below 0", TEXT("12345678901/"), false },
	{ "above 9", TEXT("12345678901:"), false },
	{ "empty", TEXT(""), false },
};

static void arn_accounts(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(account_cases); i++)
		CHECK_CASE(failures, account_cases[i].name, arn_is_account(account_cases[i].input) == account_cases[i].want);
	assert_int_equal(failures, 0);
}

static const struct {
	struct text input;
	bool want;
} partition_cases[] = {
	{ TEXT("aws"), true },
	{ TEXT("aws-us-gov"), true },
	{ TEXT("aws-a"), true },
	{ TEXT("aws-z"), true },
	{ TEXT("aws-`"), false },
	{ TEXT("aws-{"), false },
	{ TEXT("aws-A"), false },
	{ TEXT("aws-1"), false },
	{ TEXT("awsx"), false },
	{ TEXT("aw"), false },
	{ TEXT("AWS"), false },
	{ TEXT(""), false },
};

static void arn_partitions(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(partition_cases); i++)
		CHECK_CASE(failures, partition_cases[i].input.at,
			arn_is_partition(partition_cases[i].input) == partition_cases[i].want);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arn_splits),
		cmocka_unit_test(arn_matches),
		cmocka_unit_test(arn_accounts),
		cmocka_unit_test(arn_partitions),
	};

	return cmocka_run_group_tests_name("arn", tests, NULL, NULL);
}
