/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/test_expect.h"

#include <string.h>

/* The statement of the outcome: is it the one that was expected? SID, POLICY/SID or POLICY/NUMBER. */
static bool statement_is(const struct outcome *outcome, const char *expected, struct arena *arena)
{
	if (outcome->statement < 0)
		return false;
	const char *by_sid = arena_printf(arena, "%.*s/%.*s", TEXT_ARGS(outcome->policy), TEXT_ARGS(outcome->sid));
	const char *by_number = arena_printf(arena, "%.*s/%d", TEXT_ARGS(outcome->policy), outcome->statement + 1);
	return (outcome->sid.length && text_equals(outcome->sid, text_of(expected))) || (by_sid && !strcmp(by_sid, expected)) ||
		(by_number && !strcmp(by_number, expected));
}

static bool decision_is(const struct outcome *outcome, enum expected expected)
{
	bool allowed = outcome->action == OUTCOME_CONTINUE;

	switch (expected) {
	case EXPECT_ALLOWED:
		return allowed;
	case EXPECT_DENIED:
		return !allowed;
	case EXPECT_EXPLICIT_DENY:
		return !allowed && outcome->decision == DECISION_EXPLICIT_DENY;
	case EXPECT_IMPLICIT_DENY:
		return !allowed && outcome->decision == DECISION_IMPLICIT_DENY;
	}
	return false;
}

static bool is_named(const struct string_list *names, struct text argument)
{
	for (size_t i = 0; i < names->count; i++)
		if (text_equals(mail_address(argument), mail_address(text_of(names->at[i]))))
			return true;
	return false;
}

/* The first recipient of whom something else became than was expected, in words; NULL: none. */
static const char *recipients_differ(struct arena *arena, const struct policy_test *test, const struct decided *decided)
{
	const struct string_list *refused = &test->expect.refused_recipients;
	char shown[200];

	/* Where the message goes down whole, who else was refused before need not be said. */
	if (!refused->at && decided->outcome.action == OUTCOME_REFUSE)
		return NULL;
	for (size_t i = 0; i < test->mail.recipient_count; i++) {
		bool is = decided->refused[i].action == OUTCOME_REFUSE, wanted = is_named(refused, test->mail.recipients[i]);
		text_escape(mail_address(test->mail.recipients[i]), shown, sizeof shown);
		if (is != wanted)
			return arena_printf(arena, "recipient %s: expected %s at RCPT, was %s: %s", shown,
				wanted ? "refused" : "taken", is ? "refused" : "taken",
				is ? decided->refused[i].text : "no refusal");
	}
	for (size_t i = 0; i < refused->count; i++) {
		bool found = false;
		for (size_t j = 0; j < test->mail.recipient_count; j++)
			found = found || text_equals(mail_address(test->mail.recipients[j]), mail_address(text_of(refused->at[i])));
		if (!found)
			return arena_printf(arena, "recipient %s: expected refused, is no recipient of the message",
				text_escape(text_of(refused->at[i]), shown, sizeof shown));
	}
	return NULL;
}

/* Where the message passes, the expected statement is that of the refused recipients. NULL: each of them is refused by it. */
static const char *statements_differ(struct arena *arena, const struct policy_test *test, const struct decided *decided)
{
	const char *statement = decided->outcome.action == OUTCOME_CONTINUE ? test->expect.statement : NULL;
	char shown[200];

	for (size_t i = 0; statement && i < test->mail.recipient_count; i++)
		if (decided->refused[i].action == OUTCOME_REFUSE && !statement_is(&decided->refused[i], statement, arena))
			return arena_printf(arena, "recipient %s: expected refused by statement %s, was: %s",
				text_escape(mail_address(test->mail.recipients[i]), shown, sizeof shown), statement,
				decided->refused[i].text);
	return NULL;
}

const char *test_expect_differs(struct arena *arena, const struct policy_test *test, const struct decided *decided)
{
	const struct outcome *outcome = &decided->outcome;
	const struct expect *expect = &test->expect;
	const char *was = outcome->action == OUTCOME_CONTINUE
		? "allowed"
		: arena_printf(arena, "%s at %s: %s", decision_name(outcome->decision), stage_name(outcome->stage), outcome->text);

	if (!was)
		return "memory is short";
	if (!decision_is(outcome, expect->decision))
		return arena_printf(arena, "expected %s, was %s", expected_words[expect->decision], was);
	if (expect->stage && (outcome->action == OUTCOME_CONTINUE || strcmp(expect->stage, stage_name(outcome->stage))))
		return arena_printf(arena, "expected at stage %s, was %s", expect->stage, was);
	bool of_recipients = outcome->action == OUTCOME_CONTINUE && expect->refused_recipients.count;
	if (expect->statement && !of_recipients && !statement_is(outcome, expect->statement, arena))
		return arena_printf(arena, "expected by statement %s, was %s", expect->statement, was);
	const char *why = recipients_differ(arena, test, decided);
	return why ? why : statements_differ(arena, test, decided);
}
