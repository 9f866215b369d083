/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

/*
 * Everything a message points to that is its own is one block, which begins
 * with the array of recipients: free(message->recipients) gives all back.
 */

static const char *const no_memory = "memory is short";

static const char *expect_parse(struct bench_message *message, const char *text)
{
	size_t length = strcspn(text, " ");
	const char *letters = text[length] ? text + length + 1 : NULL;
	char *at;
	long code;

	message->expected_recipients = letters;
	if (letters && (strlen(letters) != message->recipient_count || letters[strspn(letters, "AR")]))
		return "expected recipients must be one A or R for each recipient";
	if (length == 1 && text[0] == '-') {
		message->expected_any = true;
		return NULL;
	}
	if (length == strlen("accept") && !strncmp(text, "accept", length)) {
		message->expected = (struct answer){ 250, WIRE_EOM };
		return NULL;
	}
	code = strtol(text, &at, 10);
	if (code < 400 || code > 599 || *at != '@')
		return "expected answer must be -, accept or CODE@STAGE, as in 550@mail";
	at++;
	for (int stage = WIRE_CONNECT; stage < WIRE_STAGES; stage++) {
		const char *name = wire_events[stage].name;

		if ((size_t)(text + length - at) == strlen(name) && !strncmp(at, name, strlen(name))) {
			message->expected = (struct answer){ (int)code, (enum wire_stage)stage };
			return NULL;
		}
	}
	return "stage must be one of connect, helo, mail, rcpt, data, header, eoh, body, eom";
}

static struct bench_message *message_new(struct scenario *scenario)
{
	struct bench_message *messages = realloc(scenario->messages, (scenario->count + 1) * sizeof *messages);

	if (!messages)
		return NULL;
	scenario->messages = messages;
	messages += scenario->count;
	*messages = (struct bench_message){ 0 };
	return messages;
}

/* Take the message in if its expectation is understood. */
static const char *message_keep(struct scenario *scenario, struct bench_message *message, const char *expected)
{
	const char *fault = expect_parse(message, expected);

	if (fault) {
		free(message->recipients);
		return fault;
	}
	if (message->recipient_count > scenario->recipients_max)
		scenario->recipients_max = message->recipient_count;
	scenario->count++;
	return NULL;
}

const char *scenario_add(struct scenario *scenario, const char *client, const char *sender, const char *recipient,
	size_t recipients, const char *expected)
{
	const char *domain = strrchr(recipient, '@');
	size_t room = strlen(recipient) + sizeof "18446744073709551615";
	struct bench_message *message;
	char *text;

	if (!domain)
		return "recipient must be an address, as in user@example.org";
	if (recipients < 1 || recipients > 100000)
		return "recipients must be 1 to 100000";
	message = message_new(scenario);
	if (!message)
		return no_memory;
	message->recipients = malloc(recipients * (sizeof *message->recipients + room));
	if (!message->recipients)
		return no_memory;
	text = (char *)(message->recipients + recipients);
	for (size_t i = 0; i < recipients; i++, text += room) {
		snprintf(text, room, "%.*s%zu%s", (int)(domain - recipient), recipient, i + 1, domain);
		message->recipients[i] = text;
	}
	message->recipient_count = recipients;
	message->client = client;
	message->sender = sender;
	return message_keep(scenario, message, expected);
}

static const char *line_add(struct scenario *scenario, const char *line)
{
	enum { CLIENT, SENDER, RECIPIENTS, EXPECTED, FIELDS };
	char *field[FIELDS], *own, *next;
	struct bench_message *message;
	size_t recipients = 1, length = strlen(line);

	for (const char *at = line; (at = strchr(at, ',')); at++)
		recipients++;
	message = message_new(scenario);
	if (!message)
		return no_memory;
	message->recipients = malloc(recipients * sizeof *message->recipients + length + 1);
	if (!message->recipients)
		return no_memory;
	next = own = memcpy(message->recipients + recipients, line, length + 1);
	for (int i = 0; i < FIELDS; i++) {
		field[i] = strsep(&next, "\t");
		if (!field[i] || (i == FIELDS - 1 && next)) {
			free(message->recipients);
			return "a line must have four fields with tabs between: client, sender, recipients, expected answer";
		}
	}
	for (next = field[RECIPIENTS]; next;)
		message->recipients[message->recipient_count++] = strsep(&next, ",");
	message->client = field[CLIENT];
	message->sender = field[SENDER];
	return message_keep(scenario, message, field[EXPECTED]);
}

const char *scenario_read(struct scenario *scenario, FILE *file, size_t *line)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	const char *fault = NULL;

	for (*line = 0; !fault && (length = getline(&text, &room, file)) > 0;) {
		++*line;
		text[strcspn(text, "\n")] = '\0';
		if (text[0] && text[0] != '#')
			fault = line_add(scenario, text);
	}
	free(text);
	if (!fault && ferror(file))
		fault = "cannot be read";
	if (!fault && !scenario->count)
		fault = "no messages";
	return fault;
}

void scenario_free(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->count; i++)
		free(scenario->messages[i].recipients);
	free(scenario->messages);
	*scenario = (struct scenario){ 0 };
}

bool scenario_expects(const struct bench_message *message, struct answer answer, const char *recipients)
{
	char implied = RECIPIENT_TAKEN;

	if (message->expected_any)
		return true;
	if (answer.code != message->expected.code || answer.stage != message->expected.stage)
		return false;
	if (message->expected_recipients)
		return !memcmp(recipients, message->expected_recipients, message->recipient_count);
	/* Refused before any recipient was shown, or taken without being shown: nothing to compare. */
	if (answer.stage < WIRE_RCPT)
		return true;
	if (answer.stage == WIRE_RCPT)
		implied = RECIPIENT_REFUSED;
	for (size_t i = 0; i < message->recipient_count; i++)
		if (recipients[i] != implied)
			return false;
	return true;
}
