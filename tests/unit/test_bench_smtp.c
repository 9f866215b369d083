/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SMTP client of the bench judges an MTA's answers: here its own word is
 * checked. A scripted server gives replies; what was said, in which order, and
 * what was made of each reply must be what a client does.
 */
#include "bench/dialogue.h"
#include "unit/check.h"

#include <string.h>

static void replies_are_read(void **unused)
{
	static const struct {
		const char *bytes;
		int code;
	} cases[] = {
		{ "", 0 },
		{ "2", 0 },
		{ "250 ok\r", 0 },
		{ "250 ok\r\n", 250 },
		{ "250\r\n", 250 },
		{ "250 \r\n", 250 },
		{ "250-one\r\n", 0 },
		{ "250-one\r\n250 tw", 0 },
		{ "250-one\r\n250-\r\n250 three\r\n", 250 },
		{ "550 5.7.1 no\r\n", 550 },
		{ "250-one\r\n550 two\r\n", -1 },
		{ "250 ok\r\n250 ok\r\n", -1 },
		{ "250 ok\r\n2", -1 },
		{ "250 ok\n", -1 },
		{ "25\r\n", -1 },
		{ "250ok\r\n", -1 },
		{ "ok then\r\n", -1 },
		{ "650 ok\r\n", -1 },
		{ "2x0 ok\r\n", -1 },
		{ "\r\n", -1 },
	};
	int failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CHECK_CASE(failures, cases[i].bytes, dialogue_reply(cases[i].bytes, strlen(cases[i].bytes)) == cases[i].code);
	assert_int_equal(failures, 0);
}

static enum dialogue_state hear(struct dialogue *dialogue, const char *bytes)
{
	memcpy(dialogue->in + dialogue->in_size, bytes, strlen(bytes));
	dialogue->in_size += strlen(bytes);
	return dialogue_input(dialogue);
}

/* Replies, a letter each. */
static const char *reply_of(char letter)
{
	static const char *const replies[] = { "220 relay.test ESMTP\r\n", "250-relay.test\r\n250 PIPELINING\r\n",
		"250 2.1.0 Ok\r\n", "354 go on\r\n", "550 5.7.1 Access denied\r\n", "221 2.0.0 Bye\r\n" };

	return replies[strchr("ghokrb", letter) - "ghokrb"];
}

/* What came of a reply, a letter each. */
static char letter_of(enum dialogue_state state)
{
	switch (state) {
	case DIALOGUE_GOES_ON:
		return '>';
	case DIALOGUE_OVER:
		return '!';
	case DIALOGUE_ENDED:
		return '.';
	case DIALOGUE_WRONG:
		return 'x';
	default:
		return '?';
	}
}

static void dialogues_are_a_clients(void **unused)
{
	static const struct {
		const char *what, *expected;
		size_t messages;
		const char *replies; /* reply_of() */
		const char *said;    /* first letters */
		const char *states;  /* letter_of() */
	} cases[] = {
		{ "accepted", "accept", 1, "ghookob", "PEMRDFQ", ">>>>>!." },
		{ "two accepted", "accept", 2, "ghookoookob", "PEMRDFMRDFQ", ">>>>>!>>>!." },
		{ "refused at MAIL", "550@mail", 2, "ghrrb", "PEMMQ", ">>!!." },
		{ "refused at RCPT", "550@rcpt", 2, "ghoroorb", "PEMRRMRQ", ">>>!>>!." },
		{ "refused at DATA", "550@data", 2,
			"ghooroo"
			"orb",
			"PEMRDRMRDQ", ">>>>!>>>!." },
		{ "refused at the end", "550@end", 2, "ghookrookrb", "PEMRDFMRDFQ", ">>>>>!>>>!." },
		{ "accepted at MAIL, not refused", "550@mail", 1, "gho", "PEM", ">>x" },
		{ "refused at MAIL, not accepted", "accept", 1, "ghr", "PEM", ">>x" },
		{ "refused at MAIL, not at RCPT", "550@rcpt", 1, "ghr", "PEM", ">>x" },
		{ "refused at the end, not accepted", "accept", 1, "ghookr", "PEMRDF", ">>>>>x" },
		{ "no greeting", "accept", 1, "r", "P", "x" },
		{ "no goodbye", "accept", 1, "ghookoo", "PEMRDFQ", ">>>>>!x" },
		{ "nothing to send", "accept", 0, "ghb", "PEQ", ">>." },
	};
	int failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dialogue_plan plan;
		struct dialogue dialogue;
		char said[16] = "", states[16] = "";
		size_t count = strlen(cases[i].replies);

		assert_true(count < sizeof said && count < sizeof states);
		assert_true(dialogue_plan(&plan, "192.0.2.1", "a@b", "c@d", cases[i].expected));
		dialogue_begin(&dialogue, &plan, cases[i].messages);
		for (size_t at = 0; at < count; at++) {
			said[at] = dialogue.out[0];
			states[at] = letter_of(hear(&dialogue, reply_of(cases[i].replies[at])));
		}
		CHECK_CASE(failures, cases[i].what, !strcmp(said, cases[i].said));
		CHECK_CASE(failures, cases[i].what, !strcmp(states, cases[i].states));
	}
	assert_int_equal(failures, 0);
}

static void a_reply_may_come_in_pieces(void **unused)
{
	struct dialogue_plan plan;
	struct dialogue dialogue;

	(void)unused;
	assert_true(dialogue_plan(&plan, "192.0.2.1", "a@b", "c@d", "accept"));
	dialogue_begin(&dialogue, &plan, 1);
	assert_int_equal(hear(&dialogue, "220-relay"), DIALOGUE_WAITS);
	assert_int_equal(hear(&dialogue, ".test\r\n22"), DIALOGUE_WAITS);
	assert_int_equal(hear(&dialogue, "0 hello\r"), DIALOGUE_WAITS);
	assert_int_equal(hear(&dialogue, "\n"), DIALOGUE_GOES_ON);
	assert_string_equal(dialogue.out, "EHLO client.example\r\n");
	assert_string_equal(dialogue.in, "220-relay.test\r\n220 hello\r\n");
}

static void endless_reply_is_wrong(void **unused)
{
	struct dialogue_plan plan;
	struct dialogue dialogue;
	enum dialogue_state state;

	(void)unused;
	assert_true(dialogue_plan(&plan, "192.0.2.1", "a@b", "c@d", "accept"));
	dialogue_begin(&dialogue, &plan, 1);
	while ((state = hear(&dialogue, "220-hello!!\r\n")) == DIALOGUE_WAITS && sizeof dialogue.in - dialogue.in_size >= 13)
		;
	assert_int_equal(state, DIALOGUE_WAITS);
	memset(dialogue.in + dialogue.in_size, 'x', sizeof dialogue.in - dialogue.in_size);
	dialogue.in_size = sizeof dialogue.in;
	assert_int_equal(dialogue_input(&dialogue), DIALOGUE_WRONG);
	assert_int_equal(strlen(dialogue.in), sizeof dialogue.in - 1);
}

static void plans_are_checked(void **unused)
{
	static const char *const faults[] = { "", "yes", "550", "550@", "550@lunch", "250@mail", "600@mail", "550@mails",
		"550@quit" };
	struct dialogue_plan plan;
	char address[600] = "";

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		assert_false(dialogue_plan(&plan, "192.0.2.1", "a@b", "c@d", faults[i]));
	assert_true(dialogue_plan(&plan, "192.0.2.1", "a@b", "c@d", "451@end"));
	assert_int_equal(plan.code, 451);
	assert_int_equal(plan.stage, DIALOGUE_CONTENT);
	assert_string_equal(plan.proxy, "PROXY TCP4 192.0.2.1 127.0.0.1 40000 25\r\n");
	assert_string_equal(plan.mail, "MAIL FROM:<a@b>\r\n");
	assert_string_equal(plan.rcpt, "RCPT TO:<c@d>\r\n");
	assert_non_null(strstr(plan.content, "\r\nTo: <c@d>\r\n"));
	assert_string_equal(plan.content + strlen(plan.content) - 5, "\r\n.\r\n");
	memset(address, 'a', sizeof address - 1);
	assert_false(dialogue_plan(&plan, "192.0.2.1", address, "c@d", "accept"));
	assert_false(dialogue_plan(&plan, "192.0.2.1", "a@b", address, "accept"));
	assert_false(dialogue_plan(&plan, address, "a@b", "c@d", "accept"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies_are_read),
		cmocka_unit_test(dialogues_are_a_clients),
		cmocka_unit_test(a_reply_may_come_in_pieces),
		cmocka_unit_test(endless_reply_is_wrong),
		cmocka_unit_test(plans_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
