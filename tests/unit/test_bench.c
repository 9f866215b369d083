/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bench judges the daemon: here its own word is checked. A scripted filter
 * answers a session; what the session told it, in which order, and what it
 * made of the answers must be what Postfix does.
 */
#include "bench/histogram.h"
#include "bench/session.h"
#include "unit/check.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <string.h>

#define EVERYTHING 0u
#define FOUR (SMFIP_NOHELO | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY)
#define QUIET (FOUR | SMFIP_NR_CONN | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA)

struct filter {
	const char *answers; /* a byte an awaited event: SMFIR_*; 4 and 5 stand for reply codes 450 and 554 */
	char told[256];      /* commands without macros; a space where an answer was awaited */
	char macros[1024];   /* of the stage that is looked at: name=value, with spaces between */
	char look;           /* that stage's command */
};

static void put_answer(struct bench_session *session, char answer)
{
	char command = answer == '4' || answer == '5' ? SMFIR_REPLYCODE : answer;

	wire_begin(&session->in, command);
	if (answer == '4')
		wire_string(&session->in, "450 4.7.1 later");
	if (answer == '5')
		wire_string(&session->in, "554 5.7.1 never");
	wire_end(&session->in);
}

static void put_negotiation(struct bench_session *session, uint32_t steps, const char *mail_macros)
{
	wire_begin(&session->in, SMFIC_OPTNEG);
	wire_number(&session->in, 6);
	wire_number(&session->in, 0);
	wire_number(&session->in, steps);
	if (mail_macros) {
		wire_number(&session->in, SMFIM_ENVFROM);
		wire_string(&session->in, mail_macros);
	}
	wire_end(&session->in);
}

static void look_at_macros(struct filter *filter, const struct wire_packet *packet)
{
	const char *at = (const char *)packet->data + 1, *end = (const char *)packet->data + packet->size;

	filter->macros[0] = '\0';
	for (bool name = true; at < end; at += strlen(at) + 1, name = !name) {
		strcat(filter->macros, at);
		strcat(filter->macros, name ? "=" : " ");
	}
}

/* Read what the session wrote. */
static void hear(struct filter *filter, struct bench_session *session)
{
	struct wire_packet packet;
	size_t length = strlen(filter->told);

	while (wire_take(&session->out, &packet) == 1) {
		if (packet.command == SMFIC_MACRO) {
			if (packet.data[0] == (unsigned char)filter->look)
				look_at_macros(filter, &packet);
			continue;
		}
		filter->told[length++] = packet.command;
	}
	assert_int_equal(session->out.end, session->out.start);
	filter->told[length] = '\0';
}

/* Until the session wants something else than an answer. */
static enum bench_session_state play(struct filter *filter, struct bench_session *session, enum bench_session_state state)
{
	while (state == SESSION_WAITS) {
		hear(filter, session);
		strcat(filter->told, " ");
		assert_true(*filter->answers);
		put_answer(session, *filter->answers++);
		state = session_input(session);
	}
	hear(filter, session);
	return state;
}

static enum bench_session_state negotiate(struct filter *filter, struct bench_session *session, const struct bench_message *message,
	uint32_t steps, const char *mail_macros)
{
	assert_int_equal(session_begin(session, message), SESSION_WAITS);
	hear(filter, session);
	assert_string_equal(filter->told, "O");
	filter->told[0] = '\0';
	put_negotiation(session, steps, mail_macros);
	return play(filter, session, session_input(session));
}

static const struct dialogue_case {
	const char *what;
	uint32_t steps;
	const char *answers, *told;
	int code;
	enum wire_stage stage;
	const char *recipients;
	unsigned long round_trips;
} dialogues[] = {
	{ "everything told and taken", EVERYTHING,
		"cc"
		"cccccccccccccccc",
		"C H M R R R T L L L L L L L L N B E A", 250, WIRE_EOM, "AAA", 16 },
	{ "only what is wanted", FOUR,
		"c"
		"cccccc",
		"C M R R R T E A", 250, WIRE_EOM, "AAA", 6 },
	{ "no answers but the last", QUIET, "c", "CMRRRTE A", 250, WIRE_EOM, "AAA", 1 },
	{ "refused at MAIL", FOUR,
		"c"
		"5",
		"C M A", 554, WIRE_MAIL, "---", 1 },
	{ "refused without a code", FOUR,
		"c"
		"r",
		"C M A", 550, WIRE_MAIL, "---", 1 },
	{ "one recipient refused", FOUR,
		"c"
		"cc5ccc",
		"C M R R R T E A", 250, WIRE_EOM, "ARA", 6 },
	{ "all recipients refused: no DATA", FOUR,
		"c"
		"c5t4",
		"C M R R R A", 450, WIRE_RCPT, "RRR", 4 },
	{ "refused at DATA", FOUR,
		"c"
		"cccct",
		"C M R R R T A", 451, WIRE_DATA, "AAA", 5 },
	{ "refused at the end", FOUR,
		"c"
		"cccccr",
		"C M R R R T E A", 550, WIRE_EOM, "AAA", 6 },
	{ "progress and a new header are not answers", FOUR,
		"c"
		"cccccphc",
		"C M R R R T E   A", 250, WIRE_EOM, "AAA", 6 },
	{ "accepted at MAIL: the rest is not told", FOUR,
		"c"
		"a",
		"C M A", 250, WIRE_EOM, "AAA", 1 },
	{ "accepted at RCPT", FOUR,
		"c"
		"c5a",
		"C M R R A", 250, WIRE_EOM, "RAA", 3 },
	{ "accepted at CONNECT: nothing more is told", FOUR, "a", "C ", 250, WIRE_EOM, "AAA", 0 },
	{ "rest of the headers skipped", FOUR & ~(SMFIP_NOHDRS | SMFIP_NOEOH),
		"c"
		"cccccsc"
		"c",
		"C M R R R T L N E A", 250, WIRE_EOM, "AAA", 8 },
	{ "discarded", FOUR,
		"c"
		"ccccd",
		"C M R R R T A", 0, WIRE_DATA, "AAA", 5 },
	{ "refused at CONNECT: not asked again", FOUR & ~SMFIP_NOHELO, "5", "C ", 554, WIRE_CONNECT, "---", 0 },
	{ "refused at HELO", FOUR & ~SMFIP_NOHELO, "ct", "C H ", 451, WIRE_HELO, "---", 0 },
};

static const char *three[] = { "a@example.org", "b@example.org", "c@example.org" };
static const struct bench_message to_three = { .client = "192.0.2.1",
	.sender = "me@example.net",
	.recipients = three,
	.recipient_count = 3 };

static void dialogues_are_postfix(void **unused)
{
	int failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(dialogues); i++) {
		const struct dialogue_case *d = &dialogues[i];
		struct filter filter = { .answers = d->answers };
		char letters[3];
		struct bench_session session = { .body_size = 10, .recipients = letters };
		enum bench_session_state state = negotiate(&filter, &session, &to_three, d->steps, NULL);

		CHECK_CASE(failures, d->what, state == SESSION_READY);
		state = play(&filter, &session, session_message(&session, &to_three));
		CHECK_CASE(failures, d->what, state == (d->stage <= WIRE_HELO ? SESSION_REFUSED : SESSION_OVER));
		CHECK_CASE(failures, d->what, !strcmp(filter.told, d->told));
		CHECK_CASE(failures, d->what, !*filter.answers);
		CHECK_CASE(failures, d->what, session.answer.code == d->code && session.answer.stage == d->stage);
		CHECK_CASE(failures, d->what, !memcmp(letters, d->recipients, sizeof letters));
		CHECK_CASE(failures, d->what, session.round_trips == d->round_trips);
		session_free(&session);
	}
	assert_int_equal(failures, 0);
}

static void second_message_starts_afresh(void **unused)
{
	struct filter filter = { .answers = "c"
					    "ca"
					    "ccr"
					    "r" };
	const struct bench_message to_one = { .client = "192.0.2.1",
		.sender = "x@example.net",
		.recipients = three,
		.recipient_count = 1 };
	char letters[3];
	struct bench_session session = { .body_size = 10, .recipients = letters };

	(void)unused;
	assert_int_equal(negotiate(&filter, &session, &to_three, FOUR, NULL), SESSION_READY);
	assert_int_equal(play(&filter, &session, session_message(&session, &to_three)), SESSION_OVER);
	assert_int_equal(session.answer.code, 250);
	assert_int_equal(play(&filter, &session, session_message(&session, &to_one)), SESSION_OVER);
	assert_int_equal(session.answer.stage, WIRE_DATA);
	assert_int_equal(play(&filter, &session, session_message(&session, &to_one)), SESSION_OVER);
	assert_int_equal(session.answer.stage, WIRE_MAIL);
	session_quit(&session);
	hear(&filter, &session);
	assert_string_equal(filter.told,
		"C M R A"
		"M R T A"
		"M A"
		"Q");
	session_free(&session);
}

static void macros_are_told(void **unused)
{
	static const struct {
		char look;
		const char *mail_macros, *login, *expected;
	} cases[] = {
		{ SMFIC_CONNECT, NULL, NULL,
			"j=relay.example.net {daemon_name}=relay.example.net {daemon_addr}=127.0.0.1 "
			"v=Postfix 3.7.11 _=client.example.com [192.0.2.1] " },
		{ SMFIC_MAIL, NULL, NULL, "{mail_addr}=me@example.net {mail_host}=example.net {mail_mailer}=smtp " },
		{ SMFIC_MAIL, NULL, "carol",
			"{auth_type}=PLAIN {auth_authen}=carol {mail_addr}=me@example.net "
			"{mail_host}=example.net {mail_mailer}=smtp " },
		{ SMFIC_MAIL, "{mail_addr} {nothing} {client_addr}", "carol",
			"{mail_addr}=me@example.net {client_addr}=192.0.2.1 " },
		{ SMFIC_MAIL, "", NULL, "" },
		{ SMFIC_RCPT, NULL, NULL, "i=4XyZ0a1b2c3d {rcpt_addr}=c@example.org {rcpt_host}=example.org {rcpt_mailer}=relay " },
		{ SMFIC_BODYEOB, NULL, NULL, "i=4XyZ0a1b2c3d " },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct filter filter = { .answers = "ccccccc", .look = cases[i].look };
		char letters[3];
		struct bench_session session = { .body_size = 10, .recipients = letters, .login = cases[i].login };

		assert_int_equal(negotiate(&filter, &session, &to_three, FOUR, cases[i].mail_macros), SESSION_READY);
		assert_int_equal(play(&filter, &session, session_message(&session, &to_three)), SESSION_OVER);
		assert_string_equal(filter.macros, cases[i].expected);
		session_free(&session);
	}
}

static void nonsense_is_not_taken(void **unused)
{
	static const struct {
		const char *what;
		size_t size;
		const char *bytes;
	} cases[] = {
		{ "no command", 5, "\0\0\0\0c" },
		{ "too long", 5, "\377\0\0\1c" },
		{ "not an answer", 5, "\0\0\0\1Z" },
		{ "a reply code that is none", 12, "\0\0\0\010y250 ok" },
	};
	int failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct filter filter = { .answers = "c" };
		char letters[3];
		struct bench_session session = { .recipients = letters };

		assert_int_equal(negotiate(&filter, &session, &to_three, FOUR, NULL), SESSION_READY);
		assert_int_equal(session_message(&session, &to_three), SESSION_WAITS);
		wire_bytes(&session.in, cases[i].bytes, cases[i].size);
		CHECK_CASE(failures, cases[i].what, session_input(&session) == SESSION_BROKEN);
		session_free(&session);
	}
	assert_int_equal(failures, 0);
}

static void an_answer_may_come_in_pieces(void **unused)
{
	static const char reply[] = "\0\0\0\021y450 4.7.1 later";
	struct filter filter = { .answers = "c" };
	char letters[3];
	struct bench_session session = { .recipients = letters };

	(void)unused;
	assert_int_equal(negotiate(&filter, &session, &to_three, FOUR, NULL), SESSION_READY);
	assert_int_equal(session_message(&session, &to_three), SESSION_WAITS);
	for (size_t i = 0; i < sizeof reply; i++) {
		wire_bytes(&session.in, reply + i, 1);
		assert_int_equal(session_input(&session), i + 1 < sizeof reply ? SESSION_WAITS : SESSION_OVER);
	}
	assert_int_equal(session.answer.code, 450);
	session_free(&session);
}

static void expectations_are_read(void **unused)
{
	static const struct {
		const char *expected;
		struct answer answer;
		const char *recipients;
		bool as_expected;
	} cases[] = {
		{ "-", { 550, WIRE_MAIL }, "---", true },
		{ "accept", { 250, WIRE_EOM }, "AAA", true },
		{ "accept", { 250, WIRE_EOM }, "ARA", false },
		{ "accept", { 550, WIRE_EOM }, "AAA", false },
		{ "accept ARA", { 250, WIRE_EOM }, "ARA", true },
		{ "accept ARA", { 250, WIRE_EOM }, "AAA", false },
		{ "550@mail", { 550, WIRE_MAIL }, "---", true },
		{ "550@mail", { 551, WIRE_MAIL }, "---", false },
		{ "550@mail", { 550, WIRE_RCPT }, "RRR", false },
		{ "550@rcpt", { 550, WIRE_RCPT }, "RRR", true },
		{ "550@data", { 550, WIRE_DATA }, "AAA", true },
		{ "550@data", { 550, WIRE_DATA }, "AAR", false },
		{ "451@eom RAA", { 451, WIRE_EOM }, "RAA", true },
		{ "550@connect", { 550, WIRE_CONNECT }, "---", true },
	};
	static const char *const faults[] = { "", "yes", "550", "550@", "550@lunch", "250@mail", "accept AA", "accept AXA",
		"550@mails" };
	struct scenario scenario = { 0 };
	int failures = 0;

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_null(scenario_add(&scenario, "192.0.2.1", "a@b", "user@example.org", 3, cases[i].expected));
		CHECK_CASE(failures, cases[i].expected,
			scenario_expects(&scenario.messages[i], cases[i].answer, cases[i].recipients) == cases[i].as_expected);
	}
	assert_string_equal(scenario.messages[0].recipients[2], "user3@example.org");
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		CHECK_CASE(failures, faults[i], scenario_add(&scenario, "192.0.2.1", "a@b", "user@example.org", 3, faults[i]));
	assert_int_equal(failures, 0);
	assert_int_equal(scenario.count, COUNT_OF(cases));
	scenario_free(&scenario);
}

static void scenario_files_are_read(void **unused)
{
	static const struct {
		const char *text;
		size_t count, line;
	} cases[] = {
		{ "# comment\n\n192.0.2.1\ta@b\tc@d,e@f\taccept RA\n::1\t\tc@d\t550@mail", 2, 4 },
		{ "192.0.2.1\ta@b\tc@d\taccept\n192.0.2.1\ta@b\tc@d\n", 0, 2 },
		{ "192.0.2.1\ta@b\tc@d\taccept\tmore\n", 0, 1 },
		{ "# nothing\n", 0, 1 },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct scenario scenario = { 0 };
		FILE *file = fmemopen((void *)cases[i].text, strlen(cases[i].text), "r");
		size_t line;
		const char *fault;

		assert_non_null(file);
		fault = scenario_read(&scenario, file, &line);
		fclose(file);
		assert_int_equal(line, cases[i].line);
		assert_int_equal(!fault, cases[i].count > 0);
		if (cases[i].count) {
			assert_int_equal(scenario.count, cases[i].count);
			assert_int_equal(scenario.recipients_max, 2);
			assert_string_equal(scenario.messages[0].recipients[1], "e@f");
			assert_string_equal(scenario.messages[1].client, "::1");
			assert_string_equal(scenario.messages[1].sender, "");
		}
		scenario_free(&scenario);
	}
}

static void histogram_is_close(void **state)
{
	struct histogram histogram = { 0 };

	(void)state;
	assert_int_equal(histogram_share(&histogram, 0.5), 0);
	for (uint64_t ns = 0; ns < 100000; ns++) {
		uint64_t least = histogram_least(histogram_bucket(ns));

		assert_true(least <= ns && ns - least <= ns / 8);
		assert_true(ns < 1 || histogram_bucket(ns) - histogram_bucket(ns - 1) <= 1);
		histogram_add(&histogram, ns);
	}
	assert_true(histogram_bucket(UINT64_MAX) < HISTOGRAM_BUCKETS);
	assert_in_range(histogram_share(&histogram, 0.5), 43750, 50000);
	assert_in_range(histogram_share(&histogram, 0.99), 86625, 99000);
	assert_int_equal(histogram_share(&histogram, 0), 0);
	assert_in_range(histogram_share(&histogram, 1), 87500, 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialogues_are_postfix),
		cmocka_unit_test(second_message_starts_afresh),
		cmocka_unit_test(macros_are_told),
		cmocka_unit_test(nonsense_is_not_taken),
		cmocka_unit_test(an_answer_may_come_in_pieces),
		cmocka_unit_test(expectations_are_read),
		cmocka_unit_test(scenario_files_are_read),
		cmocka_unit_test(histogram_is_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
