/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message, where somebody behind the filter reads another address than the client
 * wrote: domains that the MTA completes or makes canonical, quotes that stay, headers
 * that it completes unseen, a Return-Path that it takes out.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message.h"
#include "ses/message_report.h"

#include <stdio.h>
#include <string.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define DENY_ON(resource, condition) \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\"," \
	"\"Action\":\"ses:*\",\"Resource\":\"" ARN resource "\",\"Condition\":{" condition "}}]}"
#define DENY(condition) DENY_ON("identity/*", condition)
#define IS(key, address) "\"StringEquals\":{\"" key "\":\"" address "\"}"
#define IS_NOT(key, address) "\"StringNotEquals\":{\"" key "\":\"" address "\"}"
#define ANY(address) "\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"" address "\"}"
#define ANY_OTHER(address) "\"ForAnyValue:StringNotEquals\":{\"ses:Recipients\":\"" address "\"}"
#define ALL_OTHER(address) "\"ForAllValues:StringNotEquals\":{\"ses:Recipients\":\"" address "\"}"

#define FROM "ses:FromAddress"
#define BACK "ses:FeedbackAddress"

/* Which sender counts; the MTA shows headers as it relays them; settings; no refusal is told before the end. */
enum { BOTH = 0, ENVELOPE = 1, HEADER = 2, SHOWN = 4, EVALUATE = 8, REJECT = 16, SANDBOX = 32, UNTOLD = 64 };

static const struct {
	const char *name, *policy;
	int site;
	const char *sender;     /* RAW|MTA'S FORM, or RAW alone */
	const char *recipients; /* the same, separated by spaces */
	const char *headers;    /* lines */
	const char *want;       /* stages with `!` where refused */
	const char *told;       /* in the last refusal */
} cases[] = {
	{ "sender, completed", DENY(IS(FROM, "ceo@mail.example.net")), BOTH, "<ceo@mail>|ceo@mail.example.net", "<a@x.test>", "",
		"M!", "denied for ceo@mail.example.net:" },
	{ "sender, as given", DENY(IS(FROM, "ceo@mail")), BOTH, "<ceo@mail>|ceo@mail.example.net", "<a@x.test>", "", "M!",
		"denied for ceo@mail:" },
	{ "sender, capitals and a domain", DENY(IS(FROM, "CEO@mail.example.net")), BOTH, "<CEO@mail>|ceo@mail.example.net",
		"<a@x.test>", "", "M!", "denied for CEO@mail.example.net:" },
	{ "sender, the identity", DENY_ON("identity/mail.example.net", ""), BOTH, "<ceo@mail>|ceo@mail.example.net", "<a@x.test>",
		"", "M!", "identity/mail.example.net" },
	{ "sender, none of them", DENY(IS(FROM, "x@mail.example.net")), BOTH, "<ceo@mail>|ceo@mail.example.net", "<a@x.test>", "",
		"M R D H E", NULL },
	{ "sender, capitals alone", DENY(IS(FROM, "ceo@example.net")), BOTH, "<CEO@example.net>|ceo@example.net", "<a@x.test>", "",
		"M R D H E", NULL },
	{ "sender, a form that is no address", DENY(IS(FROM, "x@y.test")), BOTH, "<ceo@mail>|ceo@mail@example.net", "<a@x.test>",
		"", "M!", "<ceo@mail> is not a valid mailbox" },
	{ "sender of the MTA's own", DENY(IS(FROM, "ceo@sm.test")), BOTH, "<ceo@localhost>|ceo", "<a@x.test>", "", "M!",
		"denied for ceo@sm.test:" },
	{ "sender of the MTA's own, with quotes", DENY(IS(FROM, "\\\"ceo\\\"@sm.test")), BOTH, "<\"ceo\"@localhost>|ceo",
		"<a@x.test>", "", "M!", "denied for \"ceo\"@sm.test:" },
	{ "sender, quotes that stay", DENY(IS_NOT(FROM, "a@example.net")), BOTH, "<\"a\"@example.net>|\"a\"@example.net",
		"<a@x.test>", "", "M!", "denied for \"a\"@example.net:" },
	{ "sender, quotes that come off", DENY(IS_NOT(FROM, "a@example.net")), BOTH, "<\"a\"@example.net>|a@example.net",
		"<a@x.test>", "", "M R D H E", NULL },
	{ "sender, quotes of which nothing is known", DENY(IS_NOT(FROM, "a@example.net")), BOTH, "<\"a\"@example.net>",
		"<a@x.test>", "", "M!", "denied for \"a\"@example.net:" },
	{ "sender, told at the end", DENY(IS(FROM, "ceo@mail.example.net")), BOTH | UNTOLD, "<ceo@mail>|ceo@mail.example.net",
		"<a@x.test>", "", "M R D H E!", "denied for ceo@mail.example.net:" },

	{ "recipient, completed", DENY(ANY("eve@partners.example.net")), BOTH, "<a@example.net>",
		"<eve@partners>|eve@partners.example.net <b@x.test>", "", "M R! R D H E", "denied for eve@partners.example.net:" },
	{ "recipient, capitals and a domain", DENY(ANY("EVE@partners.example.net")), BOTH, "<a@example.net>",
		"<EVE@partners>|eve@partners.example.net <b@x.test>", "", "M R! R D H E", "denied for EVE@partners.example.net:" },
	{ "recipient, as given", DENY(ANY("eve@partners")), BOTH, "<a@example.net>",
		"<b@x.test> <eve@partners>|eve@partners.example.net", "", "M R R! D H E", "denied for eve@partners:" },
	{ "recipient, quotes that stay", DENY(ANY_OTHER("b@x.test")), BOTH, "<a@example.net>",
		"<b@x.test>|b@x.test <\"b\"@x.test>|\"b\"@x.test", "", "M R R! D H E", "denied for \"b\"@x.test:" },
	{ "recipient, a form that is no address", DENY(ANY("b@x.test")), BOTH, "<a@example.net>", "<c@x.test>|c@@x.test <d@x.test>",
		"", "M R! R D H E", "<c@x.test> is not a valid mailbox" },
	{ "recipient, where nobody looks at them", DENY(IS(FROM, "x@y.test")), BOTH, "<a@example.net>",
		"<c@x.test>|c@@x.test <d%e.test@f>|d@e.test <d%e.test@f.test>|d@e.test", "", "M R R R D H E", NULL },
	{ "recipients, the whole list of one reading", DENY(ALL_OTHER("b@y.example.net")), BOTH, "<a@example.net>",
		"<b@y>|b@y.example.net <c@z>|c@z.example.net", "", "M R R D!", NULL },
	{ "recipients, none outside in any reading", DENY(ALL_OTHER("b@x.test")), BOTH, "<a@example.net>",
		"<c@z>|c@z.example.net <b@x.test>", "", "M R R D H E", NULL },
	{ "recipients, after one that left", DENY(ANY("eve@partners.example.net") "," ANY_OTHER("c@x.test")), BOTH,
		"<a@example.net>", "<eve@partners>|eve@partners.example.net <c@x.test> <d@partners>|d@partners.example.net", "",
		"M R! R R D H E", NULL },
	{ "recipients, each in a reading of its own",
		DENY(ANY("eve@a") ",\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"bob@b.*\"}"), BOTH, "<a@example.net>",
		"<eve@a>|eve@a.example.net <bob@b>|bob@b.example.net", "", "M R R D H E", NULL },
	{ "recipients, both in one reading",
		DENY(ANY("eve@a.example.net") ",\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"bob@b.*\"}"), BOTH,
		"<a@example.net>", "<eve@a>|eve@a.example.net <bob@b>|bob@b.example.net", "", "M R R! D H E", NULL },
	{ "routed sender, whom the MTA relays as written", DENY(IS(FROM, "a%x.test@b.test") "," ANY("eve@a.example.net")),
		ENVELOPE | SHOWN, "<a%x.test@b.test>|a@x.test", "<eve@a>|eve@a.example.net", "", "M R!", NULL },
	{ "routed sender, as told", DENY(IS(FROM, "a@x.test")), ENVELOPE | SHOWN, "<a%x.test@b.test>|a@x.test", "<c@x.test>", "",
		"M!", NULL },
	{ "routed sender, of a domain that is not told", DENY(IS(FROM, "x@y.test")), ENVELOPE | SHOWN, "<a%x.test@mail>|a@x.test",
		"<c@x.test>", "", "M!", "<a%x.test@mail> is not a valid mailbox" },
	{ "sender and recipient in one reading", DENY(IS(FROM, "ceo@mail.example.net") "," ANY("eve@a.example.net")), BOTH,
		"<ceo@mail>|ceo@mail.example.net", "<eve@a>|eve@a.example.net", "", "M R!", NULL },
	{ "sender and recipient, never in one", DENY(IS(FROM, "ceo@mail.example.net") "," ANY("eve@a")), ENVELOPE,
		"<ceo@mail>|ceo@mail.example.net", "<eve@a>|eve@a.example.net", "", "M R D H E", NULL },

	{ "From, quotes", DENY(IS_NOT(FROM, "a@example.net")), BOTH, "<a@example.net>", "<b@x.test>", "From: \"a\"@example.net",
		"M R D H!", "denied for \"a\"@example.net:" },
	{ "From, an escape", DENY(IS_NOT(FROM, "a@example.net")), HEADER, "<b@example.net>", "<b@x.test>",
		"From: N <\"\\a\"@Example.net>", "M R D H!", "denied for \"\\a\"@example.net:" },
	{ "From, a policy that knows the quotes", DENY(IS(FROM, "\\\"a\\\"@example.net")), BOTH, "<a@example.net>", "<b@x.test>",
		"From: x@y.test, \"a\"@example.net", "M R D H!", NULL },
	{ "From, quotes that are no secret", DENY(IS(FROM, "a@example.net")), BOTH, "<b@example.net>", "<b@x.test>",
		"From: \"a\"@example.net", "M R D H!", "denied for a@example.net:" },
	{ "From, needed quotes", DENY(IS_NOT(FROM, "\\\"a b\\\"@example.net")), HEADER, "<b@example.net>", "<b@x.test>",
		"From: \"a b\"@example.net", "M R D H E", NULL },
	{ "From names whom the envelope names, in each reading", DENY(IS(FROM, "ceo@mail") "," ANY("eve@a.example.net")), BOTH,
		"<ceo@mail>|ceo@mail.example.net", "<eve@a>|eve@a.example.net", "From: ceo@mail", "M R D H!", NULL },
	{ "Sender, quotes", DENY_ON("identity/a@example.net", ""), REJECT, "<b@example.org>", "<b@x.test>",
		"From: b@example.org\nSender: \"a\"@example.net", "M R D H!", NULL },
	{ "Sender, quotes of an identity", DENY_ON("identity/a@alone.test", IS(FROM, "b@example.org")), REJECT, "<b@example.org>",
		"<b@x.test>", "Sender: \"a\"@alone.test", "M R D H!", "region US-WEST-2: \"a\"@alone.test" },
	{ "Return-Path, quotes", DENY(IS_NOT(BACK, "b@example.org")), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <\"b\"@example.org>", "M R D H!", NULL },
	{ "Return-Path, quotes of a Deny", DENY(IS(BACK, "\\\"c\\\"@example.org")), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <\"c\"@example.org>", "M R D H!", NULL },
	{ "Return-Path, which the MTA may take out", DENY(IS(BACK, "b@example.org")), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <c@example.org>", "M R D H!", NULL },
	{ "Return-Path, which the MTA may keep", DENY(IS(BACK, "c@example.org")), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <c@example.org>", "M R D H!", NULL },
	{ "Return-Path, neither", DENY(IS(BACK, "d@example.org")), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <c@example.org>", "M R D H E", NULL },
	{ "Return-Path that is null", DENY("\"Null\":{\"" BACK "\":\"true\"}"), BOTH, "<b@example.org>", "<b@x.test>",
		"Return-Path: <>", "M R D H!", "denied for b@example.org:" },
	{ "Return-Path that is null, which is no address of anybody", DENY(IS(BACK, "b@example.org")), BOTH, "<c@example.org>",
		"<b@x.test>", "Return-Path: <>", "M R D H E", NULL },
	{ "feedback, completed", DENY(IS(BACK, "ceo@mail.example.net")), BOTH, "<ceo@mail>|ceo@mail.example.net", "<b@x.test>", "",
		"M R D H!", NULL },
	{ "feedback and sender in one reading", DENY(IS_NOT(FROM, "${ses:FeedbackAddress}")), ENVELOPE,
		"<CEO@mail>|ceo@mail.example.net", "<b@x.test>", "", "M R D H E", NULL },

	{ "From may be completed", DENY(IS(FROM, "x@y.test")), BOTH, "<b@example.org>", "<b@x.test>", "From: ceo@mail", "M R D H!",
		"Header From has an address whose domain is not written in full" },
	{ "the second of From may be completed", DENY(IS(FROM, "x@y.test")), BOTH, "<b@example.org>", "<b@x.test>",
		"From: a@b.test, ceo@mail", "M R D H!", "Header From has" },
	{ "From may be completed, a literal", DENY(IS(FROM, "x@y.test")), BOTH, "<b@example.org>", "<b@x.test>",
		"From: ceo@[127.0.0.1]", "M R D H!", "Header From has" },
	{ "Sender may be completed", DENY(IS(FROM, "x@y.test")), BOTH, "<b@example.org>", "<b@x.test>", "Sender: ceo@localhost",
		"M R D H!", "Header Sender has" },
	{ "Return-Path may be completed", DENY(IS(BACK, "x@y.test")), ENVELOPE, "<b@example.org>", "<b@x.test>",
		"Return-Path: <ceo@mail>", "M R D H!", "Header Return-Path has" },
	{ "From is shown as it is relayed", DENY(IS(FROM, "x@y.test")), SHOWN, "<b@example.org>", "<b@x.test>", "From: ceo@mail",
		"M R D H E", NULL },
	{ "the site says that nothing is completed", DENY(IS(FROM, "x@y.test")), EVALUATE, "<b@example.org>", "<b@x.test>",
		"From: ceo@mail", "M R D H E", NULL },
	{ "it is judged then", DENY(IS(FROM, "ceo@mail")), EVALUATE, "<b@example.org>", "<b@x.test>", "From: ceo@mail", "M R D H!",
		"denied for ceo@mail:" },
	{ "nobody looks at From", DENY(IS(BACK, "x@y.test")), ENVELOPE, "<b@example.org>", "<b@x.test>", "From: ceo@mail",
		"M R D H E", NULL },
	{ "only names are looked at", DENY(IS("ses:FromDisplayName", "Boss")), ENVELOPE, "<b@example.org>", "<b@x.test>",
		"From: Ann <ceo@mail>", "M R D H E", NULL },

	{ "an identity that the MTA makes of it", DENY_ON("identity/example.org", IS(FROM, "x@y.test")), REJECT,
		"<b@example.org>|b@other.test", "<b@x.test>", "", "M!", "region US-WEST-2: b@other.test" },
	{ "all its identities are known", DENY_ON("identity/example.org", IS(FROM, "x@y.test")), REJECT,
		"<b@example.org>|b@alone.test", "<b@x.test>", "", "M!", "region US-WEST-2: b@alone.test" },
	{ "sandbox, an identity that the MTA makes of it", DENY_ON("identity/example.org", IS(FROM, "x@y.test")), SANDBOX,
		"<b@example.org>", "<c@example.org>|c@other.test <d@example.org>", "", "M R! R D H E",
		"region US-WEST-2: c@other.test" },
	{ "sandbox, a policy on the identity that the MTA makes of it", DENY_ON("identity/example.net", ""), SANDBOX,
		"<b@example.org>", "<c@example.org>|c@example.net <d@example.org>", "", "M R! R D H E", "identity/example.net" },
};

/* The next argument and the MTA's form of it, both cut out of a list. */
static bool next(char **rest, struct text *raw, struct text *completed)
{
	char *both = strsep(rest, " "), *bar;

	if (!both)
		return false;
	bar = strchr(both, '|');
	if (bar)
		*bar = '\0';
	*raw = text_of(both);
	*completed = bar ? text_of(bar + 1) : TEXT("");
	return true;
}

static void note(char *trace, const char *letter, struct outcome outcome, char *told)
{
	sprintf(trace + strlen(trace), "%s%s%s", *trace ? " " : "", letter, outcome.action == OUTCOME_CONTINUE ? "" : "!");
	if (outcome.action != OUTCOME_CONTINUE)
		strcpy(told, outcome.text);
}

static bool headers(struct message *message, const char *lines)
{
	char list[256], *rest = list, *line;

	strcpy(list, lines);
	while ((line = strsep(&rest, "\n"))) {
		char *colon = strstr(line, ": ");
		if (colon && !message_header(message, (struct text){ line, (size_t)(colon - line) }, text_of(colon + 2)))
			return false;
	}
	return true;
}

/* A message to its end, or to a refusal that is not of a recipient. */
static void run(struct message *message, bool tells, const char *sender, const char *recipients, const char *lines, char *trace,
	char *told)
{
	char list[512], *rest = list;
	struct text raw, completed;
	struct outcome outcome;

	*trace = *told = '\0';
	strcpy(list, sender);
	assert_true(next(&rest, &raw, &completed));
	note(trace, "M", outcome = message_sender(message, raw, completed, tells), told);
	if (outcome.action != OUTCOME_CONTINUE)
		return;
	rest = strcpy(list, recipients);
	while (next(&rest, &raw, &completed))
		note(trace, "R", message_recipient(message, raw, completed, tells), told);
	if (!message_recipient_count(message))
		return;
	note(trace, "D", outcome = message_data(message, tells), told);
	if (outcome.action != OUTCOME_CONTINUE)
		return;
	assert_true(headers(message, lines));
	note(trace, "H", outcome = message_headers_end(message, tells), told);
	if (outcome.action == OUTCOME_CONTINUE)
		note(trace, "E", message_end(message), told);
}

static const struct instant now = { .seconds = 1700000000 };

static struct generation *generation_for(const char *policy, int site)
{
	static const char *const identities[] = { "example.org", "example.net", "a@alone.test" };
	struct site_options options = { .account = "123456789012", .region = "us-west-2", .from_address = site & 3 };

	options.identities = (struct string_list){ identities, 3 };
	options.unqualified_headers = site & EVALUATE ? UNQUALIFIED_HEADERS_EVALUATE : UNQUALIFIED_HEADERS_REFUSE;
	options.unknown_identity = site & REJECT ? UNKNOWN_REJECT : UNKNOWN_EVALUATE;
	options.sandbox = (site & SANDBOX) != 0;
	return generation_of_site(policy, &options);
}

static void every_spelling_counts(void **state)
{
	struct message *message = message_new();
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct generation *generation = generation_for(cases[i].policy, cases[i].site);
		struct client client = { .own_name = TEXT("sm.test") };
		char trace[128], told[512];

		/* As Postfix is known. */
		if (cases[i].site & SHOWN)
			client = (struct client){ .headers_complete = true };
		message_begin(message, generation, &client, &now, true);
		run(message, !(cases[i].site & UNTOLD), cases[i].sender, cases[i].recipients, cases[i].headers, trace, told);
		CHECK_CASE(failures, cases[i].name, !strcmp(trace, cases[i].want));
		CHECK_CASE(failures, cases[i].name, !cases[i].told || strstr(told, cases[i].told));
		if (strcmp(trace, cases[i].want) || (cases[i].told && !strstr(told, cases[i].told)))
			print_error("  got %s, want %s: %s\n", trace, cases[i].want, told);
		generation_free(generation);
	}
	message_free(message);
	assert_int_equal(failures, 0);
}

/* The set of the identity that the MTA makes of a sender goes with that sender alone. */
static void configuration_sets_go_with_their_reading(void **state)
{
	static const char *const given = "given", *const completed = "completed",
				 *const identities[] = { "mail", "mail.example.net" };
	static const struct {
		const char *condition, *want;
	} rows[] = {
		{ IS(FROM, "ceo@mail.example.net"), "M R D H!" },
		{ IS(FROM, "ceo@mail"), "M R D H E" },
	};
	struct map_entry sets[] = { { "mail", { &given, 1 } }, { "mail.example.net", { &completed, 1 } } };
	struct site_options options = {
		.account = "123456789012",
		.region = "us-west-2",
		.from_address = FROM_ENVELOPE,
		.identities = { identities, 2 },
		.configuration_sets = { sets, 2 },
	};
	struct message *message = message_new();
	struct client client = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char policy[512], trace[128], told[512];
		snprintf(policy, sizeof policy, DENY_ON("configuration-set/completed", "%s"), rows[i].condition);
		struct generation *generation = generation_of_site(policy, &options);
		message_begin(message, generation, &client, &now, true);
		run(message, true, "<ceo@mail>|ceo@mail.example.net", "<a@x.test>", "", trace, told);
		assert_string_equal(trace, rows[i].want);
		generation_free(generation);
	}
	message_free(message);
}

static bool completed_as(const struct message *message, size_t index, const char *want)
{
	return text_equals(message_recipient_completed(message, index), text_of(want));
}

/* Nor does it leave the MTA's form of it to the recipient that comes after it. */
static void who_was_refused_leaves_no_form(void **state)
{
	struct generation *generation = generation_for(DENY(ANY("eve@partners.example.net") "," IS_NOT(FROM, "x@y.test")), BOTH);
	struct message *message = message_new();
	struct client client = { .headers_complete = true };
	char trace[128], told[512];

	(void)state;
	message_begin(message, generation, &client, &now, true);
	run(message, true, "<a@example.net>",
		"<b@partners>|b@partners.example.net <eve@partners>|eve@partners.example.net <c@x.test> <d@partners>|d@partners.example.net",
		"", trace, told);
	assert_string_equal(trace, "M R R! R R D H E");
	assert_int_equal(message_recipient_count(message), 3);
	assert_true(completed_as(message, 0, "b@partners.example.net"));
	assert_true(completed_as(message, 1, ""));
	assert_true(completed_as(message, 2, "d@partners.example.net"));
	message_free(message);
	generation_free(generation);
}

/* What the client wrote, and what the MTA made of it; a recipient who was refused is in neither. */
static void records_see_both(void **state)
{
	struct generation *generation = generation_for(DENY(ANY("eve@partners.example.net") "," IS_NOT(FROM, "x@y.test")), BOTH);
	struct message *message = message_new();
	struct client client = { .headers_complete = true };
	char trace[128], told[512];

	(void)state;
	message_begin(message, generation, &client, &now, true);
	assert_int_equal(message_sender_completed(message).length, 0);
	run(message, true, "<\"CEO\"@mail>|ceo@mail.example.net",
		"<eve@partners>|eve@partners.example.net <a@X.test>|a@x.test "
		"<b@partners>|b@partners.example.net <\"c\"@x.test>|\"c\"@x.test",
		"From: N <\"f\"@example.net>\nReturn-Path: <\"r\"@example.net>", trace, told);
	assert_string_equal(trace, "M R! R R R D H E");
	assert_true(text_equals(message_sender_address(message), TEXT("CEO@mail")));
	assert_true(text_equals(message_sender_completed(message), TEXT("ceo@mail.example.net")));
	assert_int_equal(message_recipient_count(message), 3);
	assert_true(completed_as(message, 0, "") && completed_as(message, 1, "b@partners.example.net") &&
		completed_as(message, 2, "\"c\"@x.test"));
	assert_true(text_equals(message_recipient_address(message, 1), TEXT("b@partners")));
	/* Of headers, what is written: it says both. */
	assert_true(text_equals(message_from_address(message, 0), TEXT("\"f\"@example.net")));
	assert_true(text_equals(message_return_path(message), TEXT("\"r\"@example.net")));
	/* Each question in each reading is there to be explained; there are no more. */
	size_t count = message_request_count(message);
	assert_true(count > message_resource_count(message));
	for (size_t i = 0; i < count; i++)
		assert_non_null(message_request(message, i));
	assert_null(message_request(message, count));
	/* The next message knows nothing of it. */
	message_begin(message, generation, &client, &now, true);
	run(message, true, "<a@example.net>|a@example.net", "<b@x.test>", "", trace, told);
	assert_string_equal(trace, "M R D H E");
	assert_int_equal(message_sender_completed(message).length + message_recipient_completed(message, 0).length, 0);
	assert_int_equal(message_request_count(message), 1);
	generation_free(generation);
	message_free(message);
}

/* A list of thousands is not gone through again for each, though each has another form. */
static void long_lists(void **state)
{
	enum { RECIPIENTS = 4000 };
	struct generation *generation =
		generation_for(DENY("\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*0@partners.example.net\"}"), ENVELOPE);
	struct message *message = message_new();
	struct client client = { 0 };
	size_t refused = 0;

	(void)state;
	message_begin(message, generation, &client, &now, true);
	message_sender(message, TEXT("<a@example.net>"), TEXT("a@example.net"), true);
	for (size_t i = 0; i < RECIPIENTS; i++) {
		char raw[40], completed[40];
		sprintf(raw, "<r%zu@%s>", i, i % 3 ? "partners" : "x.test");
		sprintf(completed, "r%zu@%s", i, i % 3 ? "partners.example.net" : "x.test");
		refused += message_recipient(message, text_of(raw), text_of(completed), true).action == OUTCOME_REFUSE;
	}
	/* Every tenth but those at x.test: every thirtieth. */
	assert_int_equal(refused, RECIPIENTS / 10 - (RECIPIENTS + 29) / 30);
	assert_int_equal(message_recipient_count(message), RECIPIENTS - refused);
	assert_true(completed_as(message, 0, "") && completed_as(message, 1, "r1@partners.example.net"));
	assert_int_equal(message_end(message).action, OUTCOME_CONTINUE);
	generation_free(generation);
	message_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_counts),
		cmocka_unit_test(configuration_sets_go_with_their_reading),
		cmocka_unit_test(who_was_refused_leaves_no_form),
		cmocka_unit_test(records_see_both),
		cmocka_unit_test(long_lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
