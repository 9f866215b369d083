/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callbacks: every order of events that an MTA or a broken peer can produce
 * gives a defined answer; trouble is told and never becomes an accept; silence
 * is kept exactly where it was promised; nothing is left behind at close.
 */
#include "unit/check.h"

#include "unit/fake_message.h"
#include "unit/fake_milter.h"

#include "callbacks.h"
#include "counters.h"
#include "decision_id.h"
#include "holder.h"
#include "spare.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include <libmilter/mfdef.h>

/* What Postfix and Sendmail offer today, and what an MTA of protocol version 2 offers. */
#define ACTIONS 0x1fful
#define STEPS 0x1ffffful
#define OLD_STEPS 0x7ful

static sfsistat connect_from(SMFICTX *context, const char *host, unsigned port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	assert_int_equal(inet_pton(AF_INET, host, &in.sin_addr), 1);
	return fake_filter.xxfi_connect(context, (char *)"client", (_SOCK_ADDR *)&in);
}

static sfsistat connect_unix(SMFICTX *context)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	return fake_filter.xxfi_connect(context, (char *)"localhost", (_SOCK_ADDR *)&un);
}

static sfsistat negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long got[4])
{
	return fake_filter.xxfi_negotiate(context, actions, steps, 0, 0, &got[0], &got[1], &got[2], &got[3]);
}

/*
 * One event: n negotiate, N with an old MTA; c connect, C the same in Postfix's
 * local submission, x without an address, u from a unix socket; h HELO, m MAIL and
 * r RCPT with the address that follows (M, R: without a packet of macros before it), d DATA, f a From header with the address that
 * follows, H end of the headers, e end of message, a abort, q close; L a new generation that may refuse at every stage, Y one that may accept at every stage.
 */
static sfsistat event(SMFICTX *context, char *what)
{
	char *arguments[] = { what + 1, NULL };
	unsigned long got[4];

	if (*what == 'm' || *what == 'r')
		fake_packet(context, *what == 'r');
	switch (*what) {
	case 'n':
		return negotiate(context, ACTIONS, STEPS, got);
	case 'N':
		return negotiate(context, 0, OLD_STEPS, got);
	case 'c':
		return connect_from(context, "192.0.2.1", 2525);
	case 'C':
		return connect_from(context, "127.0.0.1", 0);
	case 'x':
		return fake_filter.xxfi_connect(context, (char *)"localhost", NULL);
	case 'u':
		return connect_unix(context);
	case 'h':
		return fake_filter.xxfi_helo(context, (char *)"client");
	case 'm':
	case 'M':
		return fake_filter.xxfi_envfrom(context, arguments);
	case 'r':
	case 'R':
		return fake_filter.xxfi_envrcpt(context, arguments);
	case 'd':
		return fake_filter.xxfi_data(context);
	case 'f':
		return fake_filter.xxfi_header(context, (char *)"From", what + 1);
	case 'H':
		return fake_filter.xxfi_eoh(context);
	case 'e':
		return fake_filter.xxfi_eom(context);
	case 'a':
		return fake_filter.xxfi_abort(context);
	case 'q':
		return fake_filter.xxfi_close(context);
	case 'Y':
		return fake_put("A") ? SMFIS_CONTINUE : SMFIS_TEMPFAIL;
	default:
		assert_int_equal(*what, 'L');
		return fake_put("MRD") ? SMFIS_CONTINUE : SMFIS_ACCEPT;
	}
}

static char letter(sfsistat status)
{
	switch (status) {
	case SMFIS_CONTINUE:
		return 'c';
	case SMFIS_NOREPLY:
		return '-';
	case SMFIS_REJECT:
		return 'R';
	case SMFIS_TEMPFAIL:
		return 'T';
	case SMFIS_ACCEPT:
		return 'A';
	default:
		return '?';
	}
}

/* Play events (separated by spaces) on a context; the answers, one letter each: c continue, - silence, R 5xx, T 4xx, A accept. */
static const char *play(SMFICTX *context, const char *events, char answers[64])
{
	char copy[128], *rest = copy, *what;
	size_t n = 0;

	snprintf(copy, sizeof copy, "%s", events);
	while ((what = strsep(&rest, " ")))
		answers[n++] = letter(event(context, what));
	answers[n] = '\0';
	return answers;
}

static const struct {
	const char *name;
	const char *stages; /* where the generation may refuse, beside the end */
	const char *events, *answers;
} cases[] = {
	/* Must be first: no session has promised silence yet, so a refusal can be told without negotiation. */
	{ "not negotiated, nobody was ever silent", "MRD", "c mrefuse", "cR" },

	{ "a message", "MRD", "n c h ma rb d e q", "c--ccccc" },
	{ "a message, silent", "", "n c h ma rb d e q", "c-----cc" },
	{ "several messages", "MRD", "n c ma rb e ma rb rc d e ma rb e", "c-ccccccccccc" },
	{ "old MTA", "", "N c h ma rb d e", "ccccccc" },

	{ "sender refused", "MRD", "n c mrefuse ma rb e", "c-Rccc" },
	{ "sender refused, silent MAIL", "R", "n c mrefuse rb e ma rb e", "c--cR-cc" },
	{ "sender refused, all silent", "", "n c mrefuse rb rc d e", "c-----R" },
	{ "recipient refused, the other goes on", "R", "n c ma rrefuse rb e", "c--Rcc" },
	{ "recipient refused, silent RCPT", "M", "n c ma rrefuse rb e", "c-c--R" },
	{ "refused at DATA", "D", "n c mdata rb d ma rb e", "c---R--c" },
	{ "refused at DATA, DATA left out", "", "n c mdata rb e", "c---R" },
	{ "refused at the end", "MRD", "n c mlate rb d e ma rb e", "c-cccRccc" },

	{ "submission: no refusal at RCPT", "MRD", "n C ma rrefuse rb d e", "c-ccccR" },
	{ "submission: refusal at MAIL", "MRD", "n C mrefuse", "c-R" },
	{ "submission: trouble at RCPT is told later", "MRD", "n C ma rtrouble rb d", "c-cccT" },
	{ "no address: no refusal at RCPT", "MRD", "n x ma rrefuse e", "c-ccR" },
	{ "unix socket: no refusal at RCPT", "MRD", "n u ma rrefuse e", "c-ccR" },

	{ "headers", "MRDH", "n c ma rb d fx H e ma rb d fx H e", "c-ccc-ccccc-cc" },
	{ "refused at the end of the headers", "MRDH", "n c ma rb d frefuse H ma rb d fx H e", "c-ccc-Rccc-cc" },
	{ "refused at the end of the headers, which is silent", "MRD", "n c ma rb d frefuse H e", "c-ccc--R" },
	{ "trouble at the end of the headers", "MRDH", "n c ma rb d ftrouble H e ma rb d fx H e", "c-ccc-TTccc-cc" },
	{ "headers after a refusal", "MRDH", "n c mrefuse frefuse H e ma rb d fx H e", "c-R-TTccc-cc" },
	{ "headers of a message in trouble", "MRDH", "n c mtrouble rb d fx H e", "c-TTT-TT" },
	{ "headers without MAIL", "MRDH", "n c fx H e", "c--TT" },
	{ "headers without a session", "MRDH", "fx", "c" },
	{ "headers after the end", "MRDH", "n c ma rb d H e fx H", "c-ccccc-T" },

	{ "yes at MAIL", "A", "n c ma mb mrefuse ma a mb q", "c-AARAcAc" },
	{ "yes at MAIL: what waits is told at the end", "A", "n c mwait rb d e ma", "c-c--cA" },
	{ "yes at MAIL, silent RCPT and DATA: nothing is told there", "A", "n c mwait rrefuse d e", "c-c--R" },
	{ "yes at DATA", "a", "n c ma rb d ma rb d mlate rb d e", "c---A--A--cR" },
	{ "yes at DATA, refusals at all stages", "MRDa", "n c mrefuse ma rrefuse rb d mdata rb d ma rb d", "c-RcRcAccRccA" },
	{ "yes at DATA, and the next message is broken off", "Ma", "n c ma rb d mrefuse ma a mrefuse h mrefuse", "c-c-ARccR-R" },
	{ "yes at DATA, and events of the same message: there is none", "a", "n c ma rb d e", "c---AT" },
	{ "yes at DATA: trouble is none", "a", "n c mtrouble rb d e ma rb d", "c---TT--A" },
	{ "yes: submission, where a refused recipient waits for the end; no address; unix socket", "Ra",
		"n C ma rrefuse rb d e C ma rb d x ma rb d u ma rb d", "c--cccR--cA--cA--cA" },
	{ "yes: an old MTA has no DATA", "a", "N c ma rb e", "ccccc" },
	{ "yes: an old MTA at MAIL", "A", "N c ma ma rb", "ccAAT" },
	{ "yes: an older session stays silent", "", "n c ma rb d e Y ma rb d e", "c----cc---c" },
	{ "yes: an older session that has a reply at DATA", "D", "n c ma rb d e Y ma rb d", "c---ccc--A" },
	{ "yes: an older session that has it at RCPT alone", "R", "n c ma rb d e Y ma rb", "c--c-cc-A" },
	{ "yes: a reload within the message changes nothing", "a", "n c ma Y rb d ma rb d e", "c--c-A--AT" },
	{ "no yes any more: an older session", "a", "n c ma rb d L ma rrefuse rb d e", "c---Ac---cR" },

	{ "trouble at MAIL", "MRD", "n c mtrouble rb d e ma rb e", "c-TTTTccc" },
	{ "trouble at MAIL, silent", "", "n c mtrouble rb d e ma rb e", "c----T--c" },
	{ "trouble at RCPT", "MRD", "n c ma rtrouble rb d e ma rb e", "c-cTTTTccc" },
	{ "trouble at RCPT, silent", "M", "n c ma rtrouble rb e ma rb e", "c-c--Tc-c" },
	{ "trouble, then abort", "MRD", "n c mtrouble a ma rb e", "c-Tcccc" },

	{ "close alone", "MRD", "q", "c" },
	{ "negotiate and close", "MRD", "n q", "cc" },
	{ "connect and close", "MRD", "n c q", "c-c" },
	{ "abort without a message", "MRD", "n c a a q", "c-ccc" },
	{ "abort at every stage", "MRD", "n c ma a ma rb a ma rb d a ma rb e a", "c-ccccccccccccc" },
	{ "abort after a refusal", "MRD", "n c mrefuse a ma rrefuse a ma rb e", "c-RccRcccc" },
	{ "HELO twice, and within a message", "MRD", "n c h h ma h rb e", "c---c-cc" },
	{ "MAIL twice", "MRD", "n c mrefuse mlate ma rb e", "c-Rcccc" },
	{ "close within a message", "MRD", "n c ma rb q", "c-ccc" },

	{ "RCPT without MAIL", "MRD", "n c rb e", "c-TT" },
	{ "end without MAIL", "MRD", "n c e", "c-T" },
	{ "end twice", "MRD", "n c ma rb e e", "c-cccT" },
	{ "DATA after a refusal", "MRD", "n c mrefuse rb d e", "c-RTTT" },
	{ "no connect", "MRD", "n ma rb e c ma rb e", "cTTT-ccc" },

	{ "another connection on the context", "", "n c ma rb e q c ma rb e", "c---cccccc" },
	{ "another connection: silence may hold, the end is told", "MRD", "n c q c mrefuse rb e", "c-ccccR" },
	{ "connect twice", "MRD", "n c mlate rb c ma rb e", "c-cc-ccc" },

	{ "reload between messages keeps the promises", "", "n c L mrefuse rb e", "c-c--R" },
	{ "reload within a message", "MRD", "n c ma L L rb e ma rb e", "c-cccccccc" },

	/* Must be last: sessions have promised silence, so without negotiation only the end is told. */
	{ "not negotiated", "MRD", "c mrefuse rb e", "cccR" },
	{ "not negotiated, trouble", "MRD", "c mtrouble rb e", "cccT" },
};

static void events_are_answered(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		SMFICTX context = { 0 };
		char answers[64];

		assert_int_not_equal(fake_put(cases[i].stages), 0);
		play(&context, cases[i].events, answers);
		if (strcmp(answers, cases[i].answers) != 0)
			print_error("%s: %s: %s, not %s\n", cases[i].name, cases[i].events, answers, cases[i].answers);
		CHECK_CASE(failures, cases[i].name, strcmp(answers, cases[i].answers) == 0);
		fake_filter.xxfi_close(&context);
		CHECK_CASE(failures, cases[i].name, context.private == NULL);
		CHECK_CASE(failures, cases[i].name, fake_messages == 0);
		CHECK_CASE(failures, cases[i].name, holder_reap() == 0);
		CHECK_CASE(failures, cases[i].name, fake_generations == 1);
	}
	assert_int_equal(failures, 0);
}

/* Monitor mode: nothing is ever refused, whatever happens, and promises of silence are kept. */
static void monitor_mode_lets_pass(void **state)
{
	static const struct {
		const char *name, *stages, *events, *answers;
	} rows[] = {
		{ "sender", "MRD", "n c mrefuse rb d e ma rb e", "c-ccccccc" },
		{ "recipient", "MRD", "n c ma rrefuse rb d e", "c-ccccc" },
		{ "at DATA", "D", "n c mdata rb d e", "c---cc" },
		{ "at the end of the headers", "MRDH", "n c ma rb d frefuse H e", "c-ccc-cc" },
		{ "headers of what would be refused", "MRDH", "n c mrefuse rb d frefuse H e", "c-ccc-cc" },
		{ "at the end", "", "n c mlate rb e", "c---c" },
		{ "trouble", "MRD", "n c mtrouble rb d e ma rtrouble d e", "c-cccccccc" },
		{ "trouble, silent", "", "n c mtrouble rb e", "c---c" },
		{ "no message", "MRD", "n c rb d e e", "c-cccc" },
		{ "no connect", "MRD", "n ma rb e", "cccc" },
	};
	size_t failures = 0;

	(void)state;
	fake_conduct.monitor = true;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SMFICTX context = { 0 };
		char answers[64];

		fake_put(rows[i].stages);
		CHECK_CASE(failures, rows[i].name, strcmp(play(&context, rows[i].events, answers), rows[i].answers) == 0);
		CHECK_CASE(failures, rows[i].name, !context.reply[0]);
		fake_filter.xxfi_close(&context);
	}
	fake_no_memory = true;
	SMFICTX context = { 0 };
	char answers[64];
	assert_string_equal(play(&context, "n c ma rb d e", answers), "c-cccc");
	fake_filter.xxfi_close(&context);
	fake_no_memory = false;
	fake_conduct.monitor = false;
	fake_put("MRD");
	assert_int_equal(failures, 0);
}

/* Trouble of a message is told at each stage, and counted once, with its cause. */
static void trouble_is_counted_once(void **state)
{
	static const struct {
		const char *events;
		enum reason reason;
		unsigned long count;
	} rows[] = {
		{ "c rb rc d e", REASON_NO_MESSAGE, 1 },
		{ "c rb e rb e", REASON_NO_MESSAGE, 2 },
		{ "c ma rb e", REASON_NO_MESSAGE, 0 },
		{ "c mtrouble rb d e", REASON_NO_MESSAGE, 0 },
		{ "c mtrouble rb d e", REASON_MEMORY, 1 },
		{ "c ma rtrouble rb d e", REASON_MEMORY, 1 },
		{ "ma rb d e", REASON_NO_CLIENT, 1 },
		{ "c mtrouble rb d e", REASON_NONE, 0 },
	};
	size_t failures = 0;

	(void)state;
	fake_put("MRD");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unsigned long before = atomic_load(&counters.errors[rows[i].reason]);
		SMFICTX context = { 0 };
		char answers[64];
		play(&context, "n", answers);
		play(&context, rows[i].events, answers);
		fake_filter.xxfi_close(&context);
		CHECK_CASE(failures, rows[i].events, atomic_load(&counters.errors[rows[i].reason]) - before == rows[i].count);
	}
	assert_int_equal(failures, 0);
}

/* What had nothing against it when it was sent, and never came to its end, is counted. */
static void broken_off_messages_are_counted(void **state)
{
	static const struct {
		const char *events;
		unsigned long unended;
	} rows[] = {
		{ "ma rb a", 0 },
		{ "ma rb", 0 },
		{ "ma rb ma rb", 0 },
		{ "ma rb d e", 0 },
		{ "ma rb d e a", 0 },
		{ "ma rb d e ma", 0 },
		{ "ma rb d a", 1 },
		{ "ma rb d a a", 1 },
		{ "ma rb fx a", 1 },
		{ "ma rb H a", 1 },
		{ "ma rb d fx H e a", 0 },
		{ "ma rb d frefuse H a", 1 },
		{ "ma rb d", 1 },
		{ "ma rb d ma rb d e", 1 },
		{ "ma rb d c ma rb d", 2 },
		{ "mdata rb d a", 0 },
		{ "mlate rb d e a", 0 },
		{ "mlate rb d a", 1 },
		{ "ma rrefuse a", 0 },
		{ "ma rrefuse rb d a", 1 },
		{ "ma rtrouble d a", 0 },
		{ "mtrouble rb d a", 0 },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unsigned long before = atomic_load(&counters.unended);
		SMFICTX context = { 0 };
		char answers[64];

		fake_put("MRD");
		play(&context, "n c", answers);
		play(&context, rows[i].events, answers);
		fake_filter.xxfi_close(&context);
		CHECK_CASE(failures, rows[i].events, atomic_load(&counters.unended) - before == rows[i].unended);
	}
	assert_int_equal(failures, 0);
}

static void replies_carry_an_id(void **state)
{
	SMFICTX context = { 0 };
	char answers[64], first[1024];

	(void)state;
	fake_put("MRD");
	assert_string_equal(play(&context, "n c ma rrefuse", answers), "c-cR");
	assert_memory_equal(context.reply, "550 5.7.1 Access denied id=", 27);
	assert_int_equal(strlen(context.reply), 27 + DECISION_ID_SIZE - 1);
	strcpy(first, context.reply);
	/* One id a message. */
	assert_string_equal(play(&context, "rrefuse2", answers), "R");
	assert_string_equal(context.reply, first);
	assert_string_equal(play(&context, "a mrefuse", answers), "cR");
	assert_string_not_equal(context.reply, first);
	assert_string_equal(play(&context, "mtrouble", answers), "T");
	assert_memory_equal(context.reply, "451 4.3.0 Memory is short id=", 29);
	fake_filter.xxfi_close(&context);
}

static void macros_are_taken(void **state)
{
	SMFICTX context = { .macros = { { "{auth_authen}", "svc" }, { "{tls_version}", "TLSv1.3" }, { "{mail_addr}", "+sender" },
				    { "{rcpt_addr}", "+late" }, { "{mail_mailer}", "smtp" } } };
	char answers[64];

	(void)state;
	fake_put("MRD");
	/* Port 0, but with the macro that local submission lacks: SMTP, so a recipient can be refused. */
	assert_string_equal(play(&context, "n C ma rrefuse rb e", answers), "c-cRcR");
	assert_string_equal(fake_login, "svc");
	assert_true(fake_client.tls);
	assert_int_equal(fake_client.ip.family, 4);
	assert_string_equal(context.symlist[SMFIM_ENVFROM], "i {auth_authen} {mail_addr} {mail_mailer} {tls_version}");
	assert_string_equal(context.symlist[SMFIM_CONNECT], "j v");
	assert_string_equal(context.symlist[SMFIM_ENVRCPT], "i {rcpt_addr}");
	/* A login does not last beyond its message, nor a client beyond its connection. */
	context.macros[0][0] = NULL;
	assert_string_equal(play(&context, "ma q n x ma", answers), "ccc-c");
	assert_string_equal(fake_login, "");
	assert_false(fake_client.tls);
	assert_int_equal(fake_client.ip.family, 0);
	fake_filter.xxfi_close(&context);
}

/* Which MTA it is, and its name where that may stand for a domain; of a connection, not of the one before. */
static void the_mta_is_known(void **state)
{
	static const struct {
		const char *version;
		bool complete;
		const char *own_name;
	} rows[] = {
		{ "Postfix 3.7.11", true, "" },
		{ "8.17.1.9/Debian-2+deb12u2", false, "relay.test" },
		{ "Postfix", false, "relay.test" },
		{ "postfix 3.7.11", false, "relay.test" },
		{ NULL, false, "relay.test" },
	};

	(void)state;
	fake_put("MRD");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SMFICTX context = { .macros = { { "j", "relay.test" }, { "v", rows[i].version } } };
		char answers[64];

		/* What holds of the connection holds of its second message. */
		for (int message = 0; message < 2; message++) {
			assert_string_equal(play(&context, message ? "a ma" : "n c ma", answers), message ? "cc" : "c-c");
			assert_int_equal(fake_client.headers_complete, rows[i].complete);
			assert_true(text_equals(fake_client.own_name, text_of(rows[i].own_name)));
		}
		context.macros[0][0] = NULL;
		assert_string_equal(play(&context, "a c ma", answers), "c-c");
		assert_false(fake_client.headers_complete);
		assert_true(text_equals(fake_client.own_name, TEXT("relay.example")));
		fake_filter.xxfi_close(&context);
	}
}

/* Nor do they last beyond the event that they came with; an MTA that takes no names need not send any again. */
static void macros_are_forgotten(void **state)
{
	static const struct {
		const char *name, *macro, *value, *events, *answers;
	} rows[] = {
		{ "sender", "{mail_addr}", "+refuse", "ma Ma", "Rc" },
		{ "sender, at the end of a message", "{mail_addr}", "+late", "ma Rb e Ma Rb e", "ccRccc" },
		{ "recipient", "{rcpt_addr}", "+refuse", "ma ra Rb", "cRc" },
		/* Port 0: by SMTP only if the MTA says so, and then a recipient can be refused. */
		{ "mailer", "{mail_mailer}", "smtp", "C ma Rrefuse Ma Rrefuse e", "ccRccR" },
	};
	size_t failures = 0;

	(void)state;
	fake_put("MRD");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SMFICTX context = { .macros = { { rows[i].macro, rows[i].value } } };
		char answers[64];

		play(&context, "N c", answers);
		play(&context, rows[i].events, answers);
		if (strcmp(answers, rows[i].answers) != 0)
			print_error("%s: %s: %s, not %s\n", rows[i].name, rows[i].events, answers, rows[i].answers);
		CHECK_CASE(failures, rows[i].name, strcmp(answers, rows[i].answers) == 0);
		fake_filter.xxfi_close(&context);
	}
	assert_int_equal(failures, 0);

	SMFICTX context = { .macros = { { "{auth_authen}", "svc" }, { "{tls_version}", "TLSv1.3" } } };
	char answers[64];
	play(&context, "n c ma", answers);
	assert_string_equal(fake_login, "svc");
	assert_true(fake_client.tls);
	fake_filter.xxfi_close(&context);

	/* An MTA that takes no list tells of TLS with HELO, for the whole connection. */
	play(&context, "N c ma Ma", answers);
	assert_string_equal(fake_login, "");
	assert_true(fake_client.tls);
	fake_filter.xxfi_close(&context);
}

/* A packet of macros that libmilter had no memory for: never taken for a client without login, nor for the one before. */
static void lost_macros_are_trouble(void **state)
{
	static const struct {
		const char *name, *macro, *value, *events, *answers;
	} rows[] = {
		{ "from the first", "x", "", "n c Ma rb d e", "c-TTTT" },
		{ "the next message is not harmed", "x", "", "n c Ma a ma rb", "c-Tccc" },
		{ "with a recipient", "x", "", "n c ma rb Rc d e", "c-ccTTT" },
		{ "with the first recipient", "x", "", "n c ma Rc d e", "c-cTTT" },
		{ "of the sender before", "{mail_addr}", "+refuse", "n c ma Ma", "c-RT" },
		{ "of the sender before, empty", "{mail_addr}", "", "n c ma Ma", "c-cT" },
		{ "of the sender before, twice", "x", "", "n c ma Ma Ma", "c-cTT" },
		{ "of the recipient before", "{rcpt_addr}", "+refuse", "n c ma ra Rb", "c-cRT" },
		{ "a new one is told", "{mail_addr}", "same@example.net", "n c ma a ma rb rb a ma rb", "c-cccccccc" },
		{ "of the connection", "j", "", "n c ma rb d e ma", "c-TTTTT" },
		{ "no names", "x", "", "N c Ma Rb d e", "cccccc" },
		{ "no names, none of the connection", "j", "", "N c ma rb d e", "cccccc" },
	};
	size_t failures = 0;

	(void)state;
	fake_put("MRD");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SMFICTX context = { .macros = { { rows[i].macro, rows[i].value } } };
		char answers[64];

		play(&context, rows[i].events, answers);
		if (strcmp(answers, rows[i].answers) != 0)
			print_error("%s: %s: %s, not %s\n", rows[i].name, rows[i].events, answers, rows[i].answers);
		CHECK_CASE(failures, rows[i].name, strcmp(answers, rows[i].answers) == 0);
		fake_filter.xxfi_close(&context);
	}
	assert_int_equal(failures, 0);
}

static void only_what_is_needed_is_negotiated(void **state)
{
	static const struct {
		const char *name, *stages;
		unsigned long actions, offered, wanted;
	} rows[] = {
		{ "nothing refuses early", "", ACTIONS, STEPS,
			SMFIP_NOBODY | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOUNKNOWN | SMFIP_NOHELO | SMFIP_NR_CONN | SMFIP_NR_HELO |
				SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH },
		{ "the envelope refuses", "MRD", ACTIONS, STEPS,
			SMFIP_NOBODY | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOUNKNOWN | SMFIP_NOHELO | SMFIP_NR_CONN | SMFIP_NR_HELO |
				SMFIP_NR_HDR | SMFIP_NR_EOH },
		{ "all refuse", "MRDH", ACTIONS, STEPS,
			SMFIP_NOBODY | SMFIP_NOUNKNOWN | SMFIP_NOHELO | SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_HDR },
		{ "no macros by name: HELO for TLS", "MRD", 0, STEPS,
			SMFIP_NOBODY | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_HDR |
				SMFIP_NR_EOH },
		{ "old MTA", "", 0, OLD_STEPS, SMFIP_NOBODY | SMFIP_NOHDRS | SMFIP_NOEOH },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		SMFICTX context = { 0 };
		unsigned long got[4] = { 1, 1, 1, 1 };

		fake_put(rows[i].stages);
		CHECK_CASE(failures, rows[i].name, negotiate(&context, rows[i].actions, rows[i].offered, got) == SMFIS_CONTINUE);
		CHECK_CASE(failures, rows[i].name, got[0] == (rows[i].actions & SMFIF_SETSYMLIST));
		CHECK_CASE(failures, rows[i].name, got[1] == rows[i].wanted);
		CHECK_CASE(failures, rows[i].name, got[2] == 0 && got[3] == 0);
		fake_filter.xxfi_close(&context);
	}
	assert_int_equal(failures, 0);
}

/* Take what messages have left, so that the next one has to be made. */
static void spare_use_up(void)
{
	struct message *message;

	fake_no_memory = true;
	while ((message = spare_take()))
		message_free(message);
	fake_no_memory = false;
	assert_int_equal(fake_message_memory, 0);
}

static void short_memory_is_told(void **state)
{
	SMFICTX context = { 0 };
	char answers[64];

	(void)state;
	fake_put("MRD");
	spare_use_up();
	fake_no_memory = true;
	assert_string_equal(play(&context, "n c ma rb d e", answers), "c-TTTT");
	fake_no_memory = false;
	assert_string_equal(play(&context, "ma rb e q", answers), "cccc");
	fake_setpriv_fails = true;
	assert_string_equal(play(&context, "n c ma rb d e a q", answers), "RcTTTTcc");
	fake_setpriv_fails = false;
	fake_setsymlist_fails = true;
	assert_string_equal(play(&context, "n q", answers), "Rc");
	fake_setsymlist_fails = false;
	assert_int_equal(fake_messages, 0);
}

/* A connection without a message keeps nothing of the one that it carried, nor of what the shadow thought of it. */
static void a_message_is_given_back(void **state)
{
	static const char *const ends[] = { "ma rb d e", "mrefuse", "ma rb a", "mtrouble a", "ma rb ma rb d e" };
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		SMFICTX context = { 0 };
		char answers[64];

		holder_put(&(struct loaded){ fake_generation("MRD"), fake_generation("MRD"), fake_conduct });
		play(&context, "n c ma", answers);
		CHECK_CASE(failures, ends[i], fake_messages == 2);
		play(&context, ends[i], answers);
		CHECK_CASE(failures, ends[i], fake_messages == 0);
		fake_filter.xxfi_close(&context);
	}
	fake_put("MRD");
	assert_int_equal(failures, 0);
}

/* There is memory for as many messages as were on their way at once, not for each connection. */
static void spare_memory_is_bounded(void **state)
{
	enum { MANY = SPARE_MAX + 6 };
	SMFICTX contexts[MANY] = { 0 };
	char answers[64];

	(void)state;
	fake_put("MRD");
	spare_use_up();
	for (size_t i = 0; i < MANY; i++)
		play(&contexts[i], "n c ma rb d e", answers);
	assert_int_equal(fake_message_memory, 1);
	for (size_t i = 0; i < MANY; i++)
		play(&contexts[i], "ma rb", answers);
	assert_int_equal(fake_message_memory, MANY);
	for (size_t i = 0; i < MANY; i++)
		play(&contexts[i], "d e", answers);
	assert_int_equal(fake_message_memory, SPARE_MAX);
	for (size_t i = 0; i < MANY; i++)
		fake_filter.xxfi_close(&contexts[i]);
	spare_use_up();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_answered),
		cmocka_unit_test(monitor_mode_lets_pass),
		cmocka_unit_test(trouble_is_counted_once),
		cmocka_unit_test(broken_off_messages_are_counted),
		cmocka_unit_test(replies_carry_an_id),
		cmocka_unit_test(macros_are_taken),
		cmocka_unit_test(the_mta_is_known),
		cmocka_unit_test(macros_are_forgotten),
		cmocka_unit_test(lost_macros_are_trouble),
		cmocka_unit_test(only_what_is_needed_is_negotiated),
		cmocka_unit_test(short_memory_is_told),
		cmocka_unit_test(a_message_is_given_back),
		cmocka_unit_test(spare_memory_is_bounded),
	};

	return callbacks_register() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
