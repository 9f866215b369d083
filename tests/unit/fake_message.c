/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake_message.h"

#include "ses/certain.h"
#include "ses/message_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIVE 0x600d

struct message {
	const struct generation *generation;
	const struct client *client;
	char sender[128], recipient[128], from[128], completed[128];
	size_t recipients;
	bool held_back; /* a refusal that could not be told */
	bool at_data;
	bool over;       /* only message_begin may follow */
	bool on_its_way; /* not given back yet */
};

struct client fake_client;
char fake_login[64];
size_t fake_messages, fake_message_memory, fake_generations;
bool fake_no_memory;
struct conduct fake_conduct;

struct generation *fake_generation(const char *stages)
{
	struct generation *generation = calloc(1, sizeof *generation);

	if (!generation)
		abort();
	generation->file_count = ALIVE;
	generation->set = policy_set_new();
	generation->may_refuse[STAGE_MAIL] = strchr(stages, 'M');
	generation->may_refuse[STAGE_RCPT] = strchr(stages, 'R');
	generation->may_refuse[STAGE_DATA] = strchr(stages, 'D');
	generation->may_refuse[STAGE_EOH] = generation->wants_headers = strchr(stages, 'H');
	generation->may_refuse[STAGE_EOM] = true;
	fake_generations++;
	return generation;
}

void generation_free(struct generation *generation)
{
	if (generation->file_count != ALIVE)
		abort();
	generation->file_count = 0;
	policy_set_free(generation->set);
	free(generation);
	fake_generations--;
}

unsigned long fake_put(const char *stages)
{
	struct conduct conduct = fake_conduct;

	conduct.may_accept[STAGE_MAIL] = conduct.may_accept[STAGE_RCPT] = strchr(stages, 'A');
	conduct.may_accept[STAGE_DATA] = strpbrk(stages, "Aa");
	return holder_put(&(struct loaded){ fake_generation(stages), NULL, conduct });
}

const char *stage_name(enum stage stage)
{
	static const char *const names[] = { "MAIL", "RCPT", "DATA", "EOH", "EOM" };

	return names[stage];
}

const char *decision_name(enum decision decision)
{
	return decision == DECISION_EXPLICIT_DENY ? "explicitDeny" : "implicitDeny";
}

struct message *message_new(void)
{
	struct message *message = fake_no_memory ? NULL : calloc(1, sizeof *message);

	fake_message_memory += message != NULL;
	return message;
}

void message_free(struct message *message)
{
	if (message && message->on_its_way)
		abort();
	if (message)
		fake_message_memory--;
	free(message);
}

void message_clear(struct message *message)
{
	if (!message->on_its_way)
		abort();
	message->on_its_way = false;
	fake_messages--;
}

void message_begin(struct message *message, const struct generation *generation, const struct client *client,
	const struct instant *now, bool headers_come)
{
	(void)headers_come;
	if (now->seconds < 1)
		abort();
	fake_messages += !message->on_its_way;
	memset(message, 0, sizeof *message);
	message->on_its_way = true;
	message->generation = generation;
	message->client = client;
	fake_client = *client;
	snprintf(fake_login, sizeof fake_login, "%.*s", TEXT_ARGS(client->login));
}

static struct outcome outcome(struct message *message, enum stage stage, enum outcome_action action, const char *address)
{
	if (message->over || message->generation->file_count != ALIVE)
		abort();
	if (action == OUTCOME_TROUBLE || (action == OUTCOME_REFUSE && stage != STAGE_RCPT))
		message->over = true;
	return (struct outcome){
		.action = action,
		.stage = stage,
		.decision = DECISION_EXPLICIT_DENY,
		.statement = 2,
		.text = action == OUTCOME_TROUBLE ? "Memory is short" : "Access denied",
		.address = text_of(address),
		.policy = TEXT("p"),
		.sid = TEXT("s"),
		.principal = TEXT("arn:p"),
		.resource = TEXT("arn:r"),
		.reason = action == OUTCOME_TROUBLE ? REASON_MEMORY : REASON_POLICY,
	};
}

static struct outcome take(struct message *message, enum stage stage, const char *address, bool may_refuse)
{
	enum outcome_action action = OUTCOME_CONTINUE;

	if (strstr(address, "trouble"))
		action = OUTCOME_TROUBLE;
	else if (strstr(address, "refuse") && may_refuse)
		action = OUTCOME_REFUSE;
	else if (strstr(address, "refuse") || strstr(address, "late"))
		message->held_back = true;
	else if (strstr(address, "data"))
		message->at_data = true;
	return outcome(message, stage, action, address);
}

struct outcome message_sender(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	snprintf(message->sender, sizeof message->sender, "%.*s%.*s", TEXT_ARGS(raw), TEXT_ARGS(completed));
	fake_client = *message->client;
	snprintf(message->completed, sizeof message->completed, "%.*s", TEXT_ARGS(completed));
	return take(message, STAGE_MAIL, message->sender, may_refuse);
}

struct outcome message_recipient(struct message *message, struct text raw, struct text completed, bool may_refuse)
{
	snprintf(message->recipient, sizeof message->recipient, "%.*s%.*s", TEXT_ARGS(raw), TEXT_ARGS(completed));
	message->recipients++;
	return take(message, STAGE_RCPT, message->recipient, may_refuse);
}

struct outcome message_data(struct message *message, bool may_refuse)
{
	bool refuse = may_refuse && message->at_data;

	message->held_back |= message->at_data;
	return outcome(message, STAGE_DATA, refuse ? OUTCOME_REFUSE : OUTCOME_CONTINUE, "");
}

bool message_header(struct message *message, struct text name, struct text value)
{
	if (text_equals_fold(name, TEXT("From")))
		snprintf(message->from, sizeof message->from, "%.*s", TEXT_ARGS(value));
	return true;
}

struct outcome message_headers_end(struct message *message, bool may_refuse)
{
	return take(message, STAGE_EOH, message->from, may_refuse);
}

struct outcome message_end(struct message *message)
{
	bool refuse = message->held_back || message->at_data;

	return outcome(message, STAGE_EOM, refuse ? OUTCOME_REFUSE : OUTCOME_CONTINUE, "");
}

/* Whatever stands behind the at sign is a realm. */
struct text message_login(const struct message *message)
{
	struct text login = text_of(fake_login);

	(void)message;
	return text_first(login, text_find(login, '@', 0));
}

/* The login "stray" is one. */
bool message_login_strays(const struct message *message)
{
	return text_starts_with(message_login(message), TEXT("stray"));
}

const char *message_login_stray(const struct message *message, char out[STRAY_LOGIN_SIZE])
{
	(void)message;
	return strcpy(out, "the login strays");
}

enum stage certain_stage(const struct generation *generation)
{
	(void)generation;
	return STAGE_MAIL;
}

bool certain_yes(const struct message *message, enum stage stage)
{
	(void)stage;
	return !strstr(message->sender, "wait") && !message->held_back && !message->at_data;
}

struct text message_sender_address(const struct message *message)
{
	return text_of(message->sender);
}

size_t message_recipient_count(const struct message *message)
{
	return message->recipients;
}

struct text message_recipient_address(const struct message *message, size_t index)
{
	(void)index;
	return text_of(message->recipient);
}

struct text message_sender_completed(const struct message *message)
{
	return text_of(message->completed);
}

struct text message_recipient_completed(const struct message *message, size_t index)
{
	(void)index;
	return text_of(message->completed);
}

size_t message_from_count(const struct message *message)
{
	return message->from[0] != '\0';
}

struct text message_from_address(const struct message *message, size_t index)
{
	(void)index;
	return text_of(message->from);
}

bool message_from_is_read(const struct message *message)
{
	(void)message;
	return true;
}

bool message_from_is_named(const struct message *message)
{
	(void)message;
	return true;
}

bool message_from_headers(const struct message *message, const struct text **values, size_t *count)
{
	static struct text value;

	value = text_of(message->from);
	*values = &value;
	*count = 1;
	return true;
}

struct text message_from_name(const struct message *message, size_t index)
{
	(void)message, (void)index;
	return TEXT("Name");
}

struct text message_return_path(const struct message *message)
{
	(void)message;
	return TEXT("");
}

struct text message_header_value(const struct message *message, enum header_field field)
{
	(void)message;
	return field == HEADER_CONFIGURATION_SET ? TEXT("set-1") : TEXT("");
}

size_t message_resource_count(const struct message *message)
{
	(void)message;
	return 3;
}

struct text message_resource(const struct message *message, size_t index)
{
	static const char *const resources[] = { "arn:r1", "arn:r2", "arn:r1" };

	(void)message;
	return text_of(resources[index]);
}
