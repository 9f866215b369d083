/* SPDX-License-Identifier: BSD-2-Clause */
/* refusal_text: one short printable line that still names the rule, whatever stands in it. */
#include "unit/check.h"

#include "ses/refusal_quota.h"
#include "ses/refusal_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text repeat(char *out, char byte, size_t length)
{
	memset(out, byte, length);
	return (struct text){ out, length };
}

static void check_line(const char *line)
{
	assert_true(strlen(line) <= REFUSAL_TEXT_MAX);
	for (const char *at = line; *at; at++)
		assert_in_range((unsigned char)*at, 0x20, 0x7e);
}

static void whole_when_it_fits(void **state)
{
	struct policy policy = { .name = TEXT("sender") };
	struct statement statement = { .policy = &policy, .sid = TEXT("S1"), .index = 4 };
	struct verdict verdict = { .statement = &statement, .layer = LAYER_RESOURCE }, nobody = { .layer = LAYERS };
	char out[REFUSAL_TEXT_SIZE];

	(void)state;
	refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT(""), &verdict);
	assert_string_equal(out,
		"Access denied for a@x.test: P is not authorized to perform ses:SendRawEmail on resource R "
		"(policy sender, statement S1)");
	statement.sid = TEXT("");
	refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT(""), &verdict);
	assert_non_null(strstr(out, "(policy sender, statement 5)"));
	refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT(""), &nobody);
	assert_string_equal(out,
		"Access denied for a@x.test: P is not authorized to perform ses:SendRawEmail on resource R "
		"(no policy allows it)");
	refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT("203.0.113.7"), &verdict);
	assert_non_null(strstr(out, "(policy sender, statement 5, aws:SourceIp 203.0.113.7)"));
	refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT("2001:db8::7"), &nobody);
	assert_non_null(strstr(out, "(no policy allows it, aws:SourceIp 2001:db8::7)"));
}

static void layers_are_named(void **state)
{
	struct policy policy = { .name = TEXT("p") };
	struct statement statement = { .policy = &policy, .sid = TEXT("S1") };
	const struct {
		struct verdict verdict;
		const char *end;
	} cases[] = {
		{ { .statement = &statement, .layer = LAYER_IDENTITY }, " (policy p, statement S1)" },
		{ { .statement = &statement, .layer = LAYER_BOUNDARY }, " (permissions boundary p, statement S1)" },
		{ { .statement = &statement, .layer = LAYER_SCP, .level = 2 }, " (service control policy p, statement S1)" },
		{ { .layer = LAYERS }, " (no policy allows it)" },
		{ { .layer = LAYER_BOUNDARY }, " (the permissions boundary does not allow it)" },
		{ { .layer = LAYER_SCP, .level = 2 }, " (no service control policy of level 2 allows it)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char out[REFUSAL_TEXT_SIZE];
		refusal_by_policy(out, TEXT("a@x.test"), TEXT("P"), "ses:SendRawEmail", TEXT("R"), TEXT(""), &cases[i].verdict);
		assert_string_equal(out + strlen(out) - strlen(cases[i].end), cases[i].end);
	}
}

/* Long addresses give way; the rule stays whole as long as it is of a usual length. */
static void rule_outlives_the_rest(void **state)
{
	static char address[1024], name[64], sid[64];
	struct policy policy = { .name = repeat(name, 'p', 64) };
	struct statement statement = { .policy = &policy, .sid = repeat(sid, 's', 64) };
	struct verdict verdict = { .statement = &statement, .layer = LAYER_IDENTITY };
	struct text long_address = repeat(address, '\xc3', sizeof address);
	char out[REFUSAL_TEXT_SIZE], want[256];

	(void)state;
	refusal_by_policy(out, long_address, long_address, "ses:SendRawEmail", long_address, TEXT(""), &verdict);
	check_line(out);
	snprintf(want, sizeof want, "(policy %.64s, statement %.64s)", name, sid);
	assert_non_null(strstr(out, want));
	assert_non_null(strstr(out, "Access denied for \\xc3"));
	assert_true(strlen(out) > REFUSAL_TEXT_MAX - 20);

	/* A short address beside a long resource stays whole. */
	refusal_by_policy(out, TEXT("ann@example.org"), TEXT("arn:aws:iam::123456789012:user/smtp-relay"), "ses:SendRawEmail",
		long_address, TEXT(""), &verdict);
	check_line(out);
	assert_non_null(strstr(out, "Access denied for ann@example.org: "));
}

static void any_lengths(void **state)
{
	static char bytes[5][2048];
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		((char *)bytes)[i] = (char)(check_below(&seed, 3) ? 'a' + check_below(&seed, 26) : check_random(&seed));
	for (int round = 0; round < 3000; round++) {
		struct text texts[5];
		char out[REFUSAL_TEXT_SIZE];

		for (int i = 0; i < 5; i++)
			texts[i] = (struct text){ bytes[i], check_below(&seed, check_below(&seed, 2) ? 60 : sizeof bytes[i]) };
		struct policy policy = { .name = texts[3] };
		struct statement statement = { .policy = &policy, .sid = texts[4], .index = (unsigned)check_random(&seed) };
		struct verdict verdict = { .statement = check_below(&seed, 4) ? &statement : NULL,
			.layer = (enum policy_layer)check_below(&seed, LAYERS + 1),
			.level = (unsigned)check_random(&seed) };
		refusal_by_policy(out, texts[0], texts[1], "ses:SendRawEmail", texts[2],
			check_below(&seed, 2) ? TEXT("2001:db8::7") : TEXT(""), &verdict);
		check_line(out);
		assert_non_null(strstr(out, " is not authorized to perform ses:SendRawEmail on resource "));
		assert_int_equal(out[strlen(out) - 1], ')');
		refusal_bad_address(out, texts[0]);
		check_line(out);
		assert_non_null(strstr(out, " is not a valid mailbox"));
	}
}

static void bad_addresses(void **state)
{
	char out[REFUSAL_TEXT_SIZE];

	(void)state;
	refusal_bad_address(out, TEXT("<a b@x.test>"));
	assert_string_equal(out, "<a b@x.test> is not a valid mailbox");
	refusal_bad_address(out, TEXT(""));
	assert_string_equal(out, "<> is not a valid mailbox");
}

static void quotas_of_a_day(void **state)
{
	static const struct {
		int64_t used, limit, seconds; /* -1: not known */
		const char *want;
	} rows[] = {
		{ 5, 4, 90, "(5 of 4 recipients in 24 hours, about 90 s to go)" },
		{ 0, 1, 2220, "(0 of 1 recipient in 24 hours, about 37 min to go)" },
		{ -1, 2, 1, "(2 recipients in 24 hours, about 1 s to go)" },
		{ 4, 4, 0, "(4 of 4 recipients in 24 hours)" },
		{ -1, 1, -1, "(1 recipient in 24 hours)" },
	};
	char out[REFUSAL_TEXT_SIZE], want[REFUSAL_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		refusal_quota_day(out, TEXT("a@x\x01.test"), rows[i].used, rows[i].limit, rows[i].seconds);
		snprintf(want, sizeof want, "Throttling failure: Daily message quota exceeded for a@x\\x01.test %s", rows[i].want);
		assert_string_equal(out, want);
	}
}

static void quotas_of_a_second(void **state)
{
	static const struct {
		int64_t rate;
		const char *want;
	} rows[] = {
		{ 1000, "(1 recipient a second)" },
		{ 1, "(0.001 recipients a second)" },
		{ 1100, "(1.1 recipients a second)" },
		{ 14500, "(14.5 recipients a second)" },
		{ 20000, "(20 recipients a second)" },
	};
	char out[REFUSAL_TEXT_SIZE], want[REFUSAL_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		refusal_quota_rate(out, TEXT("the account"), rows[i].rate);
		snprintf(want, sizeof want, "Throttling failure: Maximum sending rate exceeded for the account %s", rows[i].want);
		assert_string_equal(out, want);
	}
	refusal_quota_size(out, TEXT("user/a"), 50, 20);
	assert_string_equal(out, "Too many recipients: 50, user/a may send 20 in 24 hours");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_when_it_fits),
		cmocka_unit_test(layers_are_named),
		cmocka_unit_test(rule_outlives_the_rest),
		cmocka_unit_test(any_lengths),
		cmocka_unit_test(bad_addresses),
		cmocka_unit_test(quotas_of_a_day),
		cmocka_unit_test(quotas_of_a_second),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
