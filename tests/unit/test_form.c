/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form: what SES refuses of a message whatever the policies say; and when it is looked at.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/from_header.h"
#include "ses/message.h"

#include <stdio.h>
#include <string.h>

#define POLICY(condition) \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\",\"Condition\":{" condition "}}}"
#define OF_RECIPIENTS POLICY("\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"eve@evil.test\"}")
#define OF_HEADERS POLICY("\"StringEquals\":{\"ses:FromAddress\":\"boss@example.net\"}")

#define N100 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
#define FROM "From:a@example.net\n"

static const struct instant now = { .seconds = 1700000000 };

struct asked {
	unsigned form, from_address;
	const char *policy, *sender, *recipient;
	const char *headers; /* NAME:VALUE, each ended by a line break */
	bool postfix;
};

/* "STAGE CODE XCODE TEXT" of the refusal, or "". */
static void answer(const struct asked *asked, char out[600])
{
	struct generation *generation = generation_of_site(asked->policy,
		&(struct site_options){ .from_address = asked->from_address, .form = asked->form });
	struct client client = { .headers_whole = true, .headers_complete = asked->postfix };
	struct message *message = message_new();

	message_begin(message, generation, &client, &now, true);
	struct outcome last = message_sender(message, text_of(asked->sender), TEXT(""), true);
	if (last.action == OUTCOME_CONTINUE)
		last = message_recipient(message, text_of(asked->recipient), TEXT(""), true);
	for (const char *line = asked->headers; last.action == OUTCOME_CONTINUE && *line; line = strchr(line, '\n') + 1) {
		const char *colon = strchr(line, ':'), *end = strchr(line, '\n');
		assert_true(message_header(message, (struct text){ line, (size_t)(colon - line) },
			(struct text){ colon + 1, (size_t)(end - colon - 1) }));
	}
	if (last.action == OUTCOME_CONTINUE)
		last = message_headers_end(message, true);
	out[0] = '\0';
	if (last.action != OUTCOME_CONTINUE)
		snprintf(out, 600, "%s %s %s %s", stage_name(last.stage), reason_rows[last.reason].code,
			reason_rows[last.reason].xcode, last.text);
	message_free(message);
	generation_free(generation);
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *sender, *recipient, *headers, *want;
	} rows[] = {
		{ "a@example.net", "b@example.org", FROM "Subject:x\nReceived:1\nReceived:2\nX-A:1\nX-A:2\nTo:a@x.test\n", "" },
		{ "a@example.net", "b@example.org", FROM "Subject:x\nsubject :y\n",
			"EOH 554 5.6.0 Transaction failed: Duplicate header 'Subject'." },
		{ "a@example.net", "b@example.org", FROM "from:b@example.net\n",
			"EOH 554 5.6.0 Transaction failed: Duplicate header 'From'." },
		{ "a@example.net", "b@example.org", FROM "Message-ID:<a@b>\nMESSAGE-ID:<a@c>\n",
			"EOH 554 5.6.0 Transaction failed: Duplicate header 'Message-ID'." },
		{ "a@example.net", "b@example.org", FROM "Disposition-Notification-Options:\nDisposition-Notification-Options:\n",
			"EOH 554 5.6.0 Transaction failed: Duplicate header 'Disposition-Notification-Options'." },
		{ "a@example.net", "b@example.org", FROM "acceptLanguage:\nAccept-Language:\nTo:\nTo:\n", "" },
		{ "a@example.net", "b@example.org", "Subject:x\n",
			"EOH 554 5.6.0 Transaction failed: Missing required header 'From'." },
		{ "a@example.net", "b@example.org", "From: \t\n",
			"EOH 554 5.6.0 Transaction failed: Empty required header 'From'." },
		{ "a@example.net", "b@example.org", FROM "X y:1\n", "EOH 554 5.6.0 Transaction failed: Illegal header 'X y'." },
		{ "a@example.net", "b@example.org", FROM "X\xc3\xa4\x1b:1\n",
			"EOH 554 5.6.0 Transaction failed: Illegal header 'X\\xc3\\xa4\\x1b'." },
		{ "a@example.net", "b@example.org", FROM "\x1bX:1\n",
			"EOH 554 5.6.0 Transaction failed: Illegal header '\\x1bX'." },
		{ "a@example.net", "b@example.org", FROM "X\x7f:1\n",
			"EOH 554 5.6.0 Transaction failed: Illegal header 'X\\x7f'." },
		{ "a@example.net", "b@example.org", FROM "!~:1\n", "" },
		{ "a@example.net", "b@example.org", FROM "X-A \t:1\n", "" },
		{ "a@example.net", "b@example.org", "From:" N100 N100 N100 "12345678 <ab@x.test>\n", "" },
		{ "a@example.net", "b@example.org", "From:" N100 N100 N100 "1234567890123 <ab@x.test>\n",
			"EOH 554 5.6.0 Transaction failed: Address length is more than 320 bytes long" },
		{ "a@example.net", "b@example.org", "From:a@x.test, ab@x.test (" N100 N100 N100 "1234567890123)\n",
			"EOH 554 5.6.0 Transaction failed: Address length is more than 320 bytes long" },
		{ "a@example.net", "b@example.org", "From:=?utf-8?q?" N100 N100 N100 "12345678901234?= <ab@x.test>\n", "" },
		{ "\"j\xc3\xb6\"@example.net", "b@example.org", FROM,
			"MAIL 553 5.6.7 Invalid MAIL FROM address provided: Amazon SES takes ASCII only" },
		{ "a@example.net", "b@b\xc3\xbc.test", FROM,
			"RCPT 553 5.6.7 Invalid RCPT TO address provided: Amazon SES takes ASCII only" },
	};
	size_t failures = 0;
	char got[600];

	(void)state;
	/* Where From is read in any case, and where it is for its form alone. */
	for (unsigned mode = 0; mode < 2; mode++)
		for (size_t i = 0; i < COUNT_OF(rows); i++) {
			const char *policy = mode ? OF_RECIPIENTS : OF_HEADERS;
			answer(&(struct asked){ FORM_CHECK, mode ? FROM_ENVELOPE : FROM_BOTH, policy, rows[i].sender,
				       rows[i].recipient, rows[i].headers, true },
				got);
			if (strcmp(got, rows[i].want))
				print_message("%zu: %s\n", i, got);
			CHECK_CASE(failures, rows[i].want, !strcmp(got, rows[i].want));
		}
	assert_int_equal(failures, 0);
}

static void when_it_is_looked_at(void **state)
{
	static const struct {
		const char *name;
		unsigned form, from_address;
		const char *policy;
		bool postfix;
		const char *headers;
		bool refused;
	} rows[] = {
		{ "auto, headers are needed", FORM_AUTO, FROM_BOTH, OF_HEADERS, true, FROM FROM, true },
		{ "auto, they are not", FORM_AUTO, FROM_ENVELOPE, OF_RECIPIENTS, true, FROM "Date:\nDate:\n", false },
		{ "check", FORM_CHECK, FROM_ENVELOPE, OF_RECIPIENTS, true, FROM "Date:\nDate:\n", true },
		{ "ignore", FORM_IGNORE, FROM_BOTH, OF_HEADERS, true, FROM "Date:\nDate:\n", false },
		{ "no From, Postfix", FORM_CHECK, FROM_BOTH, OF_HEADERS, true, "Date:\n", true },
		{ "no From, Sendmail adds it", FORM_CHECK, FROM_BOTH, OF_HEADERS, false, "Date:\n", false },
		{ "empty From, Sendmail", FORM_CHECK, FROM_ENVELOPE, OF_RECIPIENTS, false, "From:\n", true },
	};
	size_t failures = 0;
	char got[600];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		answer(&(struct asked){ rows[i].form, rows[i].from_address, rows[i].policy, "a@example.net", "b@example.org",
			       rows[i].headers, rows[i].postfix },
			got);
		CHECK_CASE(failures, rows[i].name, (got[0] != '\0') == rows[i].refused);
	}
	/* What the generation asks for of the MTA. */
	struct generation *generation = generation_of_site(OF_RECIPIENTS,
		&(struct site_options){ .from_address = FROM_ENVELOPE, .form = FORM_AUTO });
	assert_false(generation->form_check || generation->wants_headers);
	generation_free(generation);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(when_it_is_looked_at),
	};

	from_header_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
