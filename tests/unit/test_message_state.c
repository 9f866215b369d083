/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_state: each event in each state, by the table alone and by a message that is brought to that state.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message_parts.h"
#include "ses/message_report.h"

#include <stdio.h>
#include <string.h>

/* One letter for each state, in its order, for the tables below. */
static const char state_letters[] = "eujcsndl"; /* empty, unjudged, judged, closed, settled, ended, doomed, lost */

/* Of each state: what MAIL, RCPT, DATA, HEADER, EOH, EOM do, and the state then; the state after each turn. */
static const struct {
	const char *name;
	enum message_state state;
	const char *events[MESSAGE_EVENTS];
	const char *turns; /* judged, waits, refused, trouble */
} table[] = {
	{ "empty", MESSAGE_EMPTY, { "take u", "lose l", "lose l", "lose l", "lose l", "lose l" }, "llll" },
	{ "unjudged", MESSAGE_UNJUDGED, { "lose l", "take u", "take c", "take c", "settle s", "settle n" }, "judl" },
	{ "judged", MESSAGE_JUDGED, { "lose l", "take j", "take c", "take c", "settle s", "settle n" }, "judl" },
	{ "closed", MESSAGE_CLOSED, { "lose l", "lose l", "lose l", "take c", "settle s", "settle n" }, "ccdl" },
	{ "settled", MESSAGE_SETTLED, { "lose l", "lose l", "lose l", "lose l", "lose l", "take n" }, "ssdl" },
	{ "ended", MESSAGE_ENDED, { "lose l", "lose l", "lose l", "lose l", "lose l", "lose l" }, "nndl" },
	{ "doomed", MESSAGE_DOOMED, { "lose l", "tell d", "tell d", "take d", "tell d", "tell d" }, "dddl" },
	{ "lost", MESSAGE_LOST, { "lose l", "lose l", "lose l", "lose l", "lose l", "lose l" }, "llll" },
};

static void each_cell(void **unused)
{
	static const char
		*const steps[] = { [STEP_LOSE] = "lose", [STEP_TAKE] = "take", [STEP_SETTLE] = "settle", [STEP_TELL] = "tell" };
	size_t failures = 0;

	(void)unused;
	assert_int_equal(COUNT_OF(table), MESSAGE_STATES);
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		for (enum message_event event = 0; event < MESSAGE_EVENTS; event++) {
			enum message_state state = table[i].state;
			char got[16];
			enum message_step step = message_state_event(&state, event);
			snprintf(got, sizeof got, "%s %c", steps[step], state_letters[state]);
			CHECK_CASE(failures, table[i].name, !strcmp(got, table[i].events[event]));
		}
		for (enum message_turn turn = 0; turn < MESSAGE_TURNS; turn++) {
			enum message_state state = table[i].state;
			message_state_turn(&state, turn);
			CHECK_CASE(failures, table[i].name, state_letters[state] == table[i].turns[turn]);
		}
	}
	assert_int_equal(failures, 0);
}

/* Who is refused: a sender, by the envelope or the From header, and a recipient. */
static const char policy[] = "{\"Version\":\"2012-10-17\",\"Statement\":["
			     "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"*\","
			     "\"Condition\":{\"StringEquals\":{\"ses:FromAddress\":\"evil@example.net\"}}},"
			     "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"*\","
			     "\"Condition\":{\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"evil@x.test\"}}}]}";

static char answer_of(struct outcome outcome)
{
	static const char answers[] = { [OUTCOME_CONTINUE] = '.', [OUTCOME_REFUSE] = '!', [OUTCOME_TROUBLE] = '*' };

	return answers[outcome.action];
}

/*
 * An event by its letter: M MAIL, R RCPT, D DATA, L a header, H the end of the headers, E the end. In lower case it cannot
 * tell a refusal. x is MAIL of no address, y RCPT of one that is refused, F a From header that is refused.
 */
static char put(struct message *message, char letter)
{
	const struct text none = TEXT("");

	switch (letter) {
	case 'M':
	case 'm':
		return answer_of(message_sender(message, TEXT("<a@example.net>"), none, letter == 'M'));
	case 'x':
		return answer_of(message_sender(message, TEXT("<a@>"), none, false));
	case 'R':
	case 'r':
		return answer_of(message_recipient(message, TEXT("<b@x.test>"), none, letter == 'R'));
	case 'Y':
	case 'y':
		return answer_of(message_recipient(message, TEXT("<evil@x.test>"), none, letter == 'Y'));
	case 'D':
	case 'd':
		return answer_of(message_data(message, letter == 'D'));
	case 'L':
		return message_header(message, TEXT("From"), TEXT("a@example.net")) ? '.' : '*';
	case 'F':
		return message_header(message, TEXT("From"), TEXT("evil@example.net")) ? '.' : '*';
	case 'H':
	case 'h':
		return answer_of(message_headers_end(message, letter == 'H'));
	default:
		return answer_of(message_end(message));
	}
}

static struct message *begun(struct message *message, const struct generation *generation)
{
	static const struct client client = { .tls = true };
	static const struct instant now = { .seconds = 1700000000 };

	message_begin(message, generation, &client, &now, true);
	return message;
}

/* A message is brought to a state by `path`; then each event comes. `.` go on, `!` refused, `*` trouble; the state then. */
static void each_event(void **unused)
{
	static const char events[] = "MmRrDdLHhE";
	static const struct {
		const char *path;
		enum message_state state;
		const char *answers, *states;
	} cases[] = {
		{ "", MESSAGE_EMPTY, "..********", "jullllllll" },
		{ "m", MESSAGE_UNJUDGED, "**........", "lljucccssn" },
		{ "mr", MESSAGE_UNJUDGED, "**........", "lljucccssn" },
		{ "M", MESSAGE_JUDGED, "**........", "lljucccssn" },
		{ "MR", MESSAGE_JUDGED, "**........", "lljucccssn" },
		{ "MRY", MESSAGE_JUDGED, "**........", "lljucccssn" },
		{ "MRr", MESSAGE_UNJUDGED, "**........", "lljucccssn" },
		{ "MRrR", MESSAGE_JUDGED, "**........", "lljucccssn" },
		{ "MRD", MESSAGE_CLOSED, "******....", "llllllcssn" },
		{ "MRL", MESSAGE_CLOSED, "******....", "llllllcssn" },
		{ "mrd", MESSAGE_CLOSED, "******....", "llllllcssn" },
		{ "MRDH", MESSAGE_SETTLED, "*********.", "llllllllln" },
		{ "MRH", MESSAGE_SETTLED, "*********.", "llllllllln" },
		{ "mrdh", MESSAGE_SETTLED, "*********.", "llllllllln" },
		{ "MRDHE", MESSAGE_ENDED, "**********", "llllllllll" },
		{ "MRE", MESSAGE_ENDED, "**********", "llllllllll" },
		/* A refusal that could not be told, and one that was. */
		{ "x", MESSAGE_DOOMED, "**!.!..!.!", "lldddddddd" },
		{ "xrdLh", MESSAGE_DOOMED, "**!.!..!.!", "lldddddddd" },
		{ "MRyD", MESSAGE_DOOMED, "**!.!..!.!", "lldddddddd" },
		{ "MRDFH", MESSAGE_DOOMED, "**!.!..!.!", "lldddddddd" },
		{ "MRDFE", MESSAGE_DOOMED, "**!.!..!.!", "lldddddddd" },
		{ "R", MESSAGE_LOST, "**********", "llllllllll" },
		{ "MRDR", MESSAGE_LOST, "**********", "llllllllll" },
		{ "xM", MESSAGE_LOST, "**********", "llllllllll" },
	};
	struct generation *generation = generation_of_site(policy,
		&(struct site_options){ .account = "123456789012", .region = "us-west-2" });
	struct message *message = message_new();
	size_t failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t k = 0; events[k]; k++) {
			char name[64];
			snprintf(name, sizeof name, "%s, then %c", cases[i].path, events[k]);
			begun(message, generation);
			for (const char *at = cases[i].path; *at; at++)
				put(message, *at);
			CHECK_CASE(failures, name, message->state == cases[i].state);
			char answer = put(message, events[k]);
			CHECK_CASE(failures, name, answer == cases[i].answers[k]);
			CHECK_CASE(failures, name, state_letters[message->state] == cases[i].states[k]);
		}
	message_free(message);
	generation_free(generation);
	assert_int_equal(failures, 0);
}

/* Whole messages: all answers, and what they left behind. */
static void courses(void **unused)
{
	static const struct {
		const char *events, *answers;
		size_t recipients, from; /* how many there are then */
	} cases[] = {
		/* What the headers say is taken in once, at their end or, if that does not come, at the end. */
		{ "MRDL", "....", 1, 0 },
		{ "MRDLH", ".....", 1, 1 },
		{ "MRDLHE", "......", 1, 1 },
		{ "MRDLE", ".....", 1, 1 },
		{ "MRDFH", "....!", 1, 1 },
		{ "MRDFh", ".....", 1, 1 },
		{ "MRDFhE", ".....!", 1, 1 },
		{ "MRDFE", "....!", 1, 1 },
		/* What would pass unseen. */
		{ "MRDLHF", ".....*", 1, 1 },
		{ "MRDLHFE", ".....**", 1, 1 },
		{ "MRDYE", "...**", 1, 0 },
		{ "MRDLHYE", ".....**", 1, 1 },
		{ "MRDLHEY", "......*", 1, 1 },
		/* Only a recipient is refused alone. */
		{ "MYRYRDE", ".!.!...", 2, 0 },
		{ "MyRRDE", "..!!!!", 1, 0 },
		/* The doomed keep a recipient whose refusal cannot be told. */
		{ "xRrRrDE", ".!.!.!!", 2, 0 },
	};
	struct generation *generation = generation_of_site(policy,
		&(struct site_options){ .account = "123456789012", .region = "us-west-2" });
	struct message *message = message_new();
	size_t failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char answers[16] = "";
		begun(message, generation);
		for (size_t k = 0; cases[i].events[k]; k++)
			answers[k] = put(message, cases[i].events[k]);
		CHECK_CASE(failures, cases[i].events, !strcmp(answers, cases[i].answers));
		CHECK_CASE(failures, cases[i].events, message_recipient_count(message) == cases[i].recipients);
		CHECK_CASE(failures, cases[i].events, message_from_count(message) == cases[i].from);
	}
	message_free(message);
	generation_free(generation);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cell),
		cmocka_unit_test(each_event),
		cmocka_unit_test(courses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
