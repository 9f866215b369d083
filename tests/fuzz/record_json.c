/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines. The first: a letter chooses one of 52 random sites, a second one the client's address and TLS, a third how the
 * decisions are told. Then a message (talk.h).
 *
 * Promises: each decision about it becomes one line of printable UTF-8, an object without a member twice; replay reads back what
 * was written, each text as it was but for bytes that are no UTF-8; what is in the log is one line of printable ASCII.
 */
#include "fuzz/fuzz.h"
#include "fuzz/in_force.h"
#include "fuzz/talk.h"
#include "unit/random_site.h"

#include "record.h"
#include "record_json.h"
#include "session.h"
#include "ses/message_report.h"
#include "tool/replay_record.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* How long the character is that begins there, by the table of RFC 3629, section 4; 0: none does. */
static size_t character(const unsigned char *at, size_t left)
{
	static const struct {
		unsigned char first, last, low, high;
		size_t length;
	} rows[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (*at < rows[i].first || *at > rows[i].last || left < rows[i].length)
			continue;
		for (size_t n = 1; n < rows[i].length; n++)
			if (at[n] < (n == 1 ? rows[i].low : 0x80) || at[n] > (n == 1 ? rows[i].high : 0xbf))
				return 0;
		return rows[i].length;
	}
	return 0;
}

/* Is `read` what was `written`, with U+FFFD for each byte that is of no character? */
static bool same(struct text read, struct text written)
{
	const unsigned char *at = (const unsigned char *)written.at;
	size_t used = 0;

	for (size_t i = 0; i < written.length;) {
		size_t length = character(at + i, written.length - i);
		struct text want = length ? (struct text){ written.at + i, length } : TEXT("\xef\xbf\xbd");
		if (!text_equals(text_first(text_from(read, used), want.length), want))
			return false;
		used += want.length;
		i += length ? length : 1;
	}
	return used == read.length;
}

static void texts_check(const struct replay_record *read, const struct record *record, const struct message *message)
{
	static const struct {
		enum record_text text;
		enum header_field field;
	} fields[] = {
		{ RECORD_CONFIGURATION_SET, HEADER_CONFIGURATION_SET },
		{ RECORD_SOURCE_ARN, HEADER_SOURCE_ARN },
		{ RECORD_FROM_ARN, HEADER_FROM_ARN },
		{ RECORD_RETURN_PATH_ARN, HEADER_RETURN_PATH_ARN },
		{ RECORD_TENANT, HEADER_TENANT },
	};
	const struct outcome *outcome = record->outcome;
	const char *decision = outcome->action == OUTCOME_TROUBLE ? "error"
		: record->throttled                               ? "throttled"
		: outcome->action == OUTCOME_CONTINUE             ? "allowed"
		: outcome->decision == DECISION_EXPLICIT_DENY     ? "explicitDeny"
								  : "implicitDeny";

	FUZZ_CHECK(text_equals(read->of[RECORD_ID], text_of(record->session->id)));
	FUZZ_CHECK(same(read->of[RECORD_QUEUE_ID], text_of(record->queue)));
	FUZZ_CHECK(text_equals(read->of[RECORD_DECISION], text_of(decision)));
	FUZZ_CHECK(text_equals(read->of[RECORD_STAGE], text_of(stage_name(outcome->stage))));
	FUZZ_CHECK(text_equals(read->of[RECORD_REASON], text_of(reason_rows[outcome->reason].word)));
	FUZZ_CHECK(text_equals(read->of[RECORD_MODE], text_of(record_mode_name(record->mode))));
	FUZZ_CHECK(same(read->of[RECORD_POLICY], outcome->policy));
	FUZZ_CHECK(same(read->of[RECORD_SID], outcome->sid));
	FUZZ_CHECK(same(read->of[RECORD_PRINCIPAL], outcome->principal));
	FUZZ_CHECK(same(read->of[RECORD_LOGIN], message_login(message)));
	FUZZ_CHECK(same(read->of[RECORD_SENDER], record_sender(record, message)));
	FUZZ_CHECK(same(read->of[RECORD_RETURN_PATH], message_return_path(message)));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		FUZZ_CHECK(same(read->of[fields[i].text], message_header_value(message, fields[i].field)));
	FUZZ_CHECK(read->tls == record->session->client.tls);
	FUZZ_CHECK(read->statement == (outcome->action == OUTCOME_REFUSE ? outcome->statement : -1));
}

static void moment_check(struct text written, const struct instant *began)
{
	struct instant read;

	FUZZ_CHECK(instant_parse(written, &read) && read.seconds == began->seconds);
	FUZZ_CHECK(read.nanoseconds == began->nanoseconds / 1000000 * 1000000);
}

static void lists_check(const struct replay_record *read, const struct record *record, const struct message *message)
{
	size_t count = message_recipient_count(message), forms = 0;

	if (record->outcome->stage == STAGE_RCPT) {
		FUZZ_CHECK(read->recipient_count == (record->outcome->address.length > 0));
		FUZZ_CHECK(!read->recipient_count || same(read->recipients[0], record->outcome->address));
		return;
	}
	FUZZ_CHECK(read->recipient_count == count);
	forms += message_sender_completed(message).length > 0;
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(same(read->recipients[i], message_recipient_address(message, i)));
		forms += message_recipient_completed(message, i).length > 0;
	}
	FUZZ_CHECK(read->completed_count == forms);
	FUZZ_CHECK(read->has_from == message_from_is_read(message));
	FUZZ_CHECK(read->from_count == (read->has_from ? message_from_count(message) : 0));
	for (size_t i = 0; i < read->from_count; i++) {
		FUZZ_CHECK(same(read->from[i].address, message_from_address(message, i)));
		FUZZ_CHECK(read->from[i].named == message_from_is_named(message));
		FUZZ_CHECK(!read->from[i].named || same(read->from[i].name, message_from_name(message, i)));
	}
}

static json_t *marked(struct text text, const json_t *json)
{
	return text.at ? json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES, NULL) : json_deep_copy(json);
}

/* The From headers are kept as they came, or not at all. */
static void raw_check(const struct replay_record *read, const struct record *record, const struct message *message)
{
	json_t *raw = marked(read->raw, read->raw_json);
	const struct text *values;
	size_t count;

	if (raw) {
		FUZZ_CHECK(record->outcome->stage >= STAGE_EOH && message_from_headers(message, &values, &count));
		FUZZ_CHECK(json_array_size(raw) == count);
		for (size_t i = 0; i < count; i++) {
			const json_t *one = json_array_get(raw, i);
			FUZZ_CHECK(text_equals(values[i], (struct text){ json_string_value(one), json_string_length(one) }));
		}
	}
	json_decref(raw);
}

static void limit_check(const struct replay_record *read, const struct throttled *throttled)
{
	json_t *quota = marked(read->quota, read->quota_json);

	FUZZ_CHECK(!quota == !throttled);
	if (quota) {
		const json_t *key = json_object_get(quota, "key");
		FUZZ_CHECK(same((struct text){ json_string_value(key), json_string_length(key) }, throttled->key->name));
		FUZZ_CHECK(json_integer_value(json_object_get(quota, "asked")) == throttled->asked);
	}
	json_decref(quota);
}

static void line_check(const struct record *record, const char *client)
{
	const struct message *message = record_message(record);
	static struct replay_record read;
	char log[RECORD_MAX];
	struct json_line line;

	size_t length = record_line(record, log);
	FUZZ_CHECK(length < RECORD_MAX && strlen(log) == length);
	for (size_t i = 0; i < length; i++)
		FUZZ_CHECK(log[i] >= ' ' && log[i] <= '~');
	FUZZ_CHECK(record_json(record, &line));
	struct text whole = text_first((struct text){ line.at, line.used }, line.used - 1);
	FUZZ_CHECK(line.used && line.at[line.used - 1] == '\n' && fuzz_printable(whole));
	json_t *root = json_loadb(whole.at, whole.length, JSON_REJECT_DUPLICATES, NULL);
	FUZZ_CHECK(json_is_object(root));
	json_decref(root);
	FUZZ_CHECK(replay_record_read(&read, whole) == RECORD_READ);
	FUZZ_CHECK(text_equals(read.of[RECORD_CLIENT], text_of(client)));
	texts_check(&read, record, message);
	moment_check(read.of[RECORD_TIME], &record->session->began);
	lists_check(&read, record, message);
	raw_check(&read, record, message);
	limit_check(&read, record->throttled);
	free(line.at);
	replay_record_free(&read);
	memset(&read, 0, sizeof read);
}

struct telling {
	struct session *session;
	const char *client, *queue;
	enum record_mode mode;
	const struct throttled *throttled;
};

/* False: nothing may follow. */
static bool tell(const struct telling *telling, struct outcome outcome)
{
	const struct reason_info *info = &reason_rows[outcome.reason];
	const struct reply reply = { info->code, info->xcode, outcome.text, session_id(telling->session) };
	const struct throttled *throttled = outcome.stage == STAGE_EOM ? telling->throttled : NULL;
	const struct record record = { telling->session, &outcome, outcome.action == OUTCOME_CONTINUE ? NULL : &reply,
		telling->queue, telling->mode, throttled };

	line_check(&record, telling->client);
	return outcome.action == OUTCOME_CONTINUE || (outcome.action == OUTCOME_REFUSE && outcome.stage == STAGE_RCPT);
}

static void message_tell(const struct telling *telling, struct message *message, const struct talk *talk)
{
	bool early = telling->throttled;

	if (!tell(telling, message_sender(message, talk->sender, talk->sender_form, early)))
		return;
	for (size_t i = 0; i < talk->recipient_count; i++)
		if (!tell(telling, message_recipient(message, talk->recipients[i].raw, talk->recipients[i].form, early)))
			return;
	if (!tell(telling, message_data(message, early)))
		return;
	for (size_t i = 0; i < talk->header_count; i++)
		FUZZ_CHECK(message_header(message, talk->headers[i].name, talk->headers[i].value));
	if (tell(telling, message_headers_end(message, early)))
		tell(telling, message_end(message));
}

static void client_connect(struct session *session, const char *address)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(2525) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(2525) };
	bool is_six = address && inet_pton(AF_INET6, address, &six.sin6_addr) == 1;

	FUZZ_CHECK(!address || is_six || inet_pton(AF_INET, address, &four.sin_addr) == 1);
	session_connect(session, !address ? NULL : is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = fuzz_text(data, size), rest = input, first = fuzz_line(&rest);
	size_t site = talk_letter(&first), address = talk_letter(&first), how = talk_letter(&first);
	struct session *session = session_new();
	char login[256], queue[256];
	struct talk talk;

	FUZZ_CHECK(session);
	talk_read(rest, &talk);
	const struct quota_key key = { .scope = how % QUOTA_SCOPES, .name = talk.limit };
	const struct throttled throttled = { &key, how % THROTTLED_KINDS, (int64_t)how * 1000 - 1, 1500, (int64_t)address,
		(int64_t)site };
	snprintf(login, sizeof login, "%.*s", TEXT_ARGS(talk.login));
	snprintf(queue, sizeof queue, "%.*s", TEXT_ARGS(talk.queue));
	struct telling telling = { session, address < RANDOM_ADDRESSES ? random_addresses[address] : NULL,
		talk.queue.length ? queue : NULL, how % 3, how & 4 ? &throttled : NULL };
	in_force_put(site);
	client_connect(session, telling.client);
	FUZZ_CHECK(session_begin(session, login, false));
	session->client.tls = address & 4;
	/* Any moment from the year 1970 to the year 9999. */
	uint64_t state = fuzz_hash(input);
	session->began = (struct instant){ (int64_t)(fuzz_random(&state) % 253402300800),
		(uint32_t)(fuzz_random(&state) % 1000000000) };
	if (telling.mode == RECORD_SHADOW && !session->shadow)
		telling.mode = RECORD_MONITOR;
	message_tell(&telling, telling.mode == RECORD_SHADOW ? session->shadow : session->message, &talk);
	session_free(session);
	return 0;
}
