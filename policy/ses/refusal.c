/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/refusal.h"

#include "iam/statement.h"
#include "ses/needs.h"
#include "ses/reply.h"

#include <stdio.h>
#include <string.h>

/* The texts of a sentence that come from outside, escaped. */
enum part { ADDRESS, PRINCIPAL, RESOURCE, POLICY, STATEMENT, PARTS };
#define PART_SIZE REFUSAL_TEXT_SIZE

struct sentence {
	char part[PARTS][PART_SIZE];
};

/* Cut the longest parts until all of them together take at most `room` bytes. */
static void sentence_fit(struct sentence *s, size_t room)
{
	size_t length[PARTS], total = 0;

	for (int i = 0; i < PARTS; i++)
		total += length[i] = strlen(s->part[i]);
	while (total > room) {
		int longest = 0;
		for (int i = 1; i < PARTS; i++)
			if (length[i] > length[longest])
				longest = i;
		length[longest]--;
		total--;
	}
	for (int i = 0; i < PARTS; i++)
		if (length[i] < strlen(s->part[i]))
			strcpy(s->part[i] + length[i] - 3, "...");
}

void refusal_by_policy(struct outcome *outcome, const struct statement *statement, char text[REFUSAL_TEXT_SIZE])
{
	static const char format[] = "Access denied for <%s>: %s is not authorized to perform " SES_ACTION " on resource %s (%s%s%s%s)";
	const char *rule = statement ? "policy " : "no policy allows it", *between = statement ? ", statement " : "";
	struct sentence s;
	char number[24];

	outcome->code = "550";
	outcome->xcode = "5.7.1";
	outcome->text = text;
	outcome->statement = -1;
	outcome->reason = statement ? "policy" : "no-allow";
	struct text name = { 0 };
	if (statement) {
		outcome->policy = statement->policy->name;
		outcome->sid = statement->sid;
		outcome->statement = (int)statement->index;
		snprintf(number, sizeof number, "%u", statement->index + 1);
		name = statement->sid.length ? statement->sid : text_of(number);
	}
	reply_escape(outcome->address, s.part[ADDRESS], PART_SIZE);
	reply_escape(outcome->principal, s.part[PRINCIPAL], PART_SIZE);
	reply_escape(outcome->resource, s.part[RESOURCE], PART_SIZE);
	reply_escape(outcome->policy, s.part[POLICY], PART_SIZE);
	reply_escape(name, s.part[STATEMENT], PART_SIZE);
	/* The format's own seven %s count too much, which does no harm. */
	sentence_fit(&s, REFUSAL_TEXT_SIZE - sizeof format - strlen(rule) - strlen(between));
	char line[sizeof format + sizeof s + 64];
	snprintf(line, sizeof line, format, s.part[ADDRESS], s.part[PRINCIPAL], s.part[RESOURCE], rule,
		s.part[POLICY], between, s.part[STATEMENT]);
	snprintf(text, REFUSAL_TEXT_SIZE, "%.*s", REFUSAL_TEXT_SIZE - 1, line);
}

void refusal_bad_address(struct outcome *outcome, bool sender, char text[REFUSAL_TEXT_SIZE])
{
	char address[REFUSAL_TEXT_SIZE - 40];

	outcome->code = "553";
	outcome->xcode = sender ? "5.1.7" : "5.1.3";
	outcome->text = text;
	outcome->statement = -1;
	outcome->decision = DECISION_IMPLICIT_DENY;
	outcome->reason = "bad-address";
	reply_escape(outcome->address, address, sizeof address);
	snprintf(text, REFUSAL_TEXT_SIZE, "%s is not a valid mailbox", address);
}

void refusal_null_sender(struct outcome *outcome)
{
	outcome->code = "550";
	outcome->xcode = "5.7.1";
	outcome->text = "Null sender refused: Amazon SES relays no mail from <>";
	outcome->statement = -1;
	outcome->decision = DECISION_IMPLICIT_DENY;
	outcome->reason = "null-sender";
}

void refusal_trouble(struct outcome *outcome)
{
	outcome->action = OUTCOME_TROUBLE;
	outcome->decision = DECISION_PENDING;
	outcome->code = "451";
	outcome->xcode = "4.3.0";
	outcome->text = "Policy check failed for want of memory; try again later";
	outcome->statement = -1;
	outcome->reason = "memory";
}
