/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record: one line a decision that can be cut at spaces and equal signs
 * whatever was in the mail.
 */
#include "unit/check.h"

#include "unit/fake_message.h"

#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session session = { .client = { .ip = { 4, { 192, 0, 2, 1 } } } };

static int begin(void **state)
{
	(void)state;
	session_connect(&session, NULL);
	session.client.ip = (struct ip){ 4, { 192, 0, 2, 1 } };
	fake_put("MRD");
	return session_begin(&session, "svc", false) ? 0 : -1;
}

static struct outcome refusal(enum stage stage)
{
	return (struct outcome){ OUTCOME_REFUSE, stage, DECISION_EXPLICIT_DENY, REASON_POLICY, "Access denied",
		TEXT("example-policy"), TEXT("DenyAll"), 3, TEXT("arn:aws:iam::1:user/x"), TEXT("arn:aws:ses:r:1:identity/y"),
		TEXT("a@example.com"), TEXT("203.0.113.7"), TEXT("resource"), 0 };
}

static void a_refusal_in_full(void **state)
{
	const struct reply reply = { "550", "5.7.1", "Access denied", "id1" };
	char line[RECORD_MAX];
	struct outcome outcome = refusal(STAGE_RCPT);

	(void)state;
	message_sender(session.message, TEXT("s@example.net"), TEXT(""), true);
	size_t length = record_line(&(struct record){ &session, &outcome, &reply, "4ABC", RECORD_ENFORCE, NULL }, line);
	assert_string_equal(line,
		"id=id1 queue=4ABC stage=RCPT decision=explicitDeny reason=policy client=192.0.2.1 login=svc "
		"sender=s@example.net rcpt=a@example.com policy=example-policy sid=DenyAll statement=3 "
		"principal=arn:aws:iam::1:user/x resource=arn:aws:ses:r:1:identity/y egress=203.0.113.7 generation=1 "
		"reply=\"550 5.7.1 Access denied id=id1\"");
	assert_int_equal(length, strlen(line));
}

static void layers_of_callers_are_named(void **state)
{
	const struct reply reply = { "550", "5.7.1", "Access denied", "id1" };
	char line[RECORD_MAX];
	struct outcome outcome = refusal(STAGE_MAIL);

	(void)state;
	outcome.layer = TEXT("identity");
	record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
	assert_null(strstr(line, " layer="));
	outcome.layer = TEXT("boundary");
	record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
	assert_non_null(strstr(line, " statement=3 layer=boundary principal="));
	outcome.layer = TEXT("scp");
	outcome.level = 2;
	record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
	assert_non_null(strstr(line, " statement=3 layer=scp level=2 principal="));
}

/* A rate that was met, as the settings have it; without a reply. */
static void rates_are_whole(void **state)
{
	static const struct quota_key key = { .scope = QUOTA_ACCOUNT };
	static const struct {
		int64_t rate;
		const char *want;
	} rows[] = {
		{ 1, " quota=account kind=second used=7 limit=0.001 asked=2 retry_after=3 " },
		{ 12345678, " quota=account kind=second used=7 limit=12345.678 asked=2 retry_after=3 " },
		{ INT64_C(1000000000), " quota=account kind=second used=7 limit=1000000 asked=2 retry_after=3 " },
	};
	struct outcome outcome = refusal(STAGE_EOM);
	char line[RECORD_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct throttled throttled = { &key, THROTTLED_SECOND, 7, rows[i].rate, 2, 3 };
		record_line(&(struct record){ &session, &outcome, NULL, NULL, RECORD_MONITOR, &throttled }, line);
		assert_non_null(strstr(line, rows[i].want));
		assert_null(strstr(line, "reply="));
	}
}

static void at_the_end_recipients_are_counted(void **state)
{
	const struct reply reply = { "550", "5.7.1", "Access denied", "id1" };
	char line[RECORD_MAX];
	struct outcome outcome = refusal(STAGE_EOM);

	(void)state;
	message_recipient(session.message, TEXT("r@example.org"), TEXT(""), true);
	record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
	assert_null(strstr(line, "queue="));
	assert_non_null(strstr(line, " stage=EOM "));
	assert_non_null(strstr(line, " nrcpt=1 rcpt=r@example.org policy="));
}

static void trouble_says_error(void **state)
{
	const struct reply reply = { "451", "4.3.0", "Internal error", "id1" };
	const struct outcome outcome = { .action = OUTCOME_TROUBLE, .stage = STAGE_MAIL, .statement = -1, .reason = REASON_MEMORY };
	struct session bare = { 0 };
	char line[RECORD_MAX];

	(void)state;
	record_line(&(struct record){ &bare, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
	assert_string_equal(line,
		"id=id1 stage=MAIL decision=error reason=memory client=unknown reply=\"451 4.3.0 Internal error id=id1\"");
}

static void values_cannot_look_like_keys(void **state)
{
	static const struct {
		const char *name, *value, *shown;
	} rows[] = {
		{ "space", "a b", "a\\x20b" },
		{ "another key", "x policy=none", "x\\x20policy=none" },
		{ "quote", "\"a b\"@c", "\\x22a\\x20b\\x22@c" },
		{ "backslash", "a\\b", "a\\x5cb" },
		{ "line break", "a\nid=2", "a\\x0aid=2" },
		{ "escape", "\033[1m", "\\x1b[1m" },
		{ "delete", "a\x7f", "a\\x7f" },
		{ "8-bit", "j\xc3\xb6", "j\\xc3\\xb6" },
		{ "percent", "%s%n", "%s%n" },
	};
	const struct reply reply = { "550", "5.7.1", "Access \"denied\" \\", "id1" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char line[RECORD_MAX], wanted[64];
		struct outcome outcome = refusal(STAGE_RCPT);

		outcome.address = text_of(rows[i].value);
		record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line);
		snprintf(wanted, sizeof wanted, " rcpt=%s policy=", rows[i].shown);
		CHECK_CASE(failures, rows[i].name, strstr(line, wanted));
		CHECK_CASE(failures, rows[i].name, strstr(line, "reply=\"550 5.7.1 Access \\x22denied\\x22 \\x5c id=id1\""));
	}
	assert_int_equal(failures, 0);
}

static void long_values_are_cut(void **state)
{
	const struct reply reply = { "550", "5.7.1", "Access denied", "id1" };
	char line[RECORD_MAX], value[2000];
	struct outcome outcome = refusal(STAGE_RCPT);

	(void)state;
	memset(value, '\n', sizeof value);
	outcome.address = outcome.policy = outcome.sid = outcome.principal = outcome.resource = (struct text){ value,
		sizeof value };
	assert_true(record_line(&(struct record){ &session, &outcome, &reply, NULL, RECORD_ENFORCE, NULL }, line) < RECORD_MAX);
	assert_non_null(strstr(line, "\\x0a... policy=\\x0a"));
	assert_non_null(strstr(line, "reply=\"550 5.7.1 Access denied id=id1\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_in_full),
		cmocka_unit_test(layers_of_callers_are_named),
		cmocka_unit_test(rates_are_whole),
		cmocka_unit_test(at_the_end_recipients_are_counted),
		cmocka_unit_test(trouble_says_error),
		cmocka_unit_test(values_cannot_look_like_keys),
		cmocka_unit_test(long_values_are_cut),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
