/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/message_quota.h"
#include "unit/check.h"
#include "unit/trouble_site.h"

#include <stdio.h>
#include <string.h>

/* Under which keys it counts, which takes memory too. */
static struct outcome count(struct message *message, struct outcome outcome)
{
	struct message_keys keys;

	if (message_quota_keys(message, &keys) == MESSAGE_KEYS_MEMORY)
		outcome.action = OUTCOME_TROUBLE;
	return outcome;
}

static struct outcome decide(struct message *message, const struct trouble_message *row)
{
	char from[80];

	snprintf(from, sizeof from, "<%s>", row->sender);
	struct outcome outcome = message_sender(message, text_of(from), TEXT(""), true);
	if (outcome.action != OUTCOME_CONTINUE)
		return outcome;
	for (const char *at = row->recipient; at && outcome.action == OUTCOME_CONTINUE; at = strchr(at, ' ')) {
		char to[80];
		at += *at == ' ';
		snprintf(to, sizeof to, "<%.*s>", (int)strcspn(at, " "), at);
		outcome = message_recipient(message, text_of(to), TEXT(""), true);
	}
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(message, true);
	if (outcome.action != OUTCOME_CONTINUE)
		return outcome;
	/* That a header is lost shows in what follows. */
	if (!row->header || (strcmp(row->header, "From") && strcmp(row->header, "Full-Name")))
		message_header(message, TEXT("From"), text_of(row->sender));
	if (row->header)
		message_header(message, text_of(row->header), text_of(row->value));
	outcome = message_headers_end(message, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(message);
	return outcome.action == OUTCOME_CONTINUE ? count(message, outcome) : outcome;
}

const char *trouble_answer(const struct generation *generation, const struct trouble_message *row)
{
	static char answer[80];
	struct client client = { .login = text_of(row->login), .tls = row->tls };
	const struct instant noon = { .seconds = 1780000000 };
	struct message *message = message_new();

	assert_true(!*row->client || ip_parse(text_of(row->client), &client.ip));
	if (!message)
		return "trouble";
	message_begin(message, generation, &client, &noon, true);
	struct outcome outcome = decide(message, row);
	if (outcome.action == OUTCOME_TROUBLE)
		strcpy(answer, "trouble");
	else if (outcome.action == OUTCOME_CONTINUE)
		strcpy(answer, "taken");
	else
		snprintf(answer, sizeof answer, "%s %s %s", stage_name(outcome.stage), reason_rows[outcome.reason].code,
			reason_rows[outcome.reason].word);
	message_free(message);
	return answer;
}
