/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply: whatever comes in, libmilter is given a reply that MTAs take, and the
 * status is a refusal of the same class.
 */
#include "unit/check.h"

#include "reply.h"

#include <stdio.h>
#include <string.h>

/* Stands in for libmilter. */
static char given[1024];
static int calls, failing;

int smfi_setreply(SMFICTX *context, char *code, char *xcode, char *text)
{
	(void)context;
	calls++;
	if (failing > 0) {
		failing--;
		return MI_FAILURE;
	}
	snprintf(given, sizeof given, "%s %s %s", code, xcode, text);
	return MI_SUCCESS;
}

static const struct {
	const char *name;
	struct reply reply;
	const char *given;
	sfsistat status;
} cases[] = {
	{ "refusal", { "550", "5.7.1", "Access denied", "abc" }, "550 5.7.1 Access denied id=abc", SMFIS_REJECT },
	{ "trouble", { "451", "4.3.0", "Memory is short", "abc" }, "451 4.3.0 Memory is short id=abc", SMFIS_TEMPFAIL },
	{ "percent", { "550", "5.7.1", "100% sure %s%%", "x" }, "550 5.7.1 100%% sure %%s%%%% id=x", SMFIS_REJECT },
	{ "control byte", { "550", "5.7.1", "a\033[1mb", "x" }, "550 5.7.1 Refused by policy id=x", SMFIS_REJECT },
	{ "line break", { "550", "5.7.1", "a\r\n250 ok", "x" }, "550 5.7.1 Refused by policy id=x", SMFIS_REJECT },
	{ "8-bit byte", { "550", "5.7.1", "j\xc3\xb6rg", "x" }, "550 5.7.1 Refused by policy id=x", SMFIS_REJECT },
	{ "tab", { "550", "5.7.1", "a\tb", "x" }, "550 5.7.1 Refused by policy id=x", SMFIS_REJECT },
	{ "no text", { "550", "5.7.1", NULL, "x" }, "550 5.7.1 Refused by policy id=x", SMFIS_REJECT },
	{ "classes differ", { "550", "4.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "classes differ the other way", { "450", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "success code", { "250", "2.0.0", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "no codes", { NULL, NULL, "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "short code", { "55", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "letters in the code", { "5x0", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "long enhanced code", { "550", "5.7.1234", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "a long code", { "5500", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "what is in front of the digits", { "5/0", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "and behind them", { "55:", "5.7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "no enhanced code", { "550", NULL, "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "no dot in it", { "550", "57.1.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "a longer one", { "550", "5.777.7777", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "as long as may be", { "550", "5.777.777", "a", "x" }, "550 5.777.777 a id=x", SMFIS_REJECT },
	{ "two fields", { "550", "5.7", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
	{ "signs in the enhanced code", { "550", "5.+7.1", "a", "x" }, "451 4.3.0 Internal error id=x", SMFIS_TEMPFAIL },
};

static void replies_are_made_safe(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		given[0] = '\0';
		CHECK_CASE(failures, cases[i].name, reply_send(NULL, &cases[i].reply) == cases[i].status);
		CHECK_CASE(failures, cases[i].name, strcmp(given, cases[i].given) == 0);
	}
	assert_int_equal(failures, 0);
}

static void long_texts_are_cut(void **state)
{
	char text[1001], line[REPLY_LINE_MAX];
	struct reply reply = { "550", "5.7.1", text, "0123456789abcde" };

	(void)state;
	for (size_t length = 300; length <= 1000; length++) {
		memset(text, '%', length);
		text[length] = '\0';
		size_t shown = reply_text(&reply, line);
		assert_true(strlen("550 5.7.1 ") + shown < REPLY_LINE_MAX);
		assert_string_equal(line + shown - strlen(" id=0123456789abcde"), " id=0123456789abcde");
		reply_send(NULL, &reply);
		/* Doubled it is still within what libmilter takes (980 bytes of text). */
		assert_true(strlen(given) < 980);
	}
	assert_non_null(strstr(line, "%... id="));
}

static void failures_still_refuse(void **state)
{
	const struct reply reply = { "550", "5.7.1", "Access denied", "abc" };

	(void)state;
	calls = 0;
	failing = 1;
	assert_int_equal(reply_send(NULL, &reply), SMFIS_REJECT);
	assert_string_equal(given, "550 5.7.1 Refused");
	assert_int_equal(calls, 2);
	failing = 2;
	assert_int_equal(reply_send(NULL, &reply), SMFIS_REJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_are_made_safe),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(failures_still_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
