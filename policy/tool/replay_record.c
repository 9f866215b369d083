/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_record.h"

#include "base/json_memory.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_TLS = RECORD_TEXTS, KEY_STATEMENT, KEY_RECIPIENTS, KEY_COMPLETED, KEY_FROM, KEY_FROM_RAW, KEY_QUOTA, KEYS };

/* In the daemon's order: the next key is usually the next row. */
static const struct {
	struct text name;
	int key;
} keys[] = {
	{ { "time", 4 }, RECORD_TIME },
	{ { "id", 2 }, RECORD_ID },
	{ { "queue_id", 8 }, RECORD_QUEUE_ID },
	{ { "stage", 5 }, RECORD_STAGE },
	{ { "decision", 8 }, RECORD_DECISION },
	{ { "client", 6 }, RECORD_CLIENT },
	{ { "login", 5 }, RECORD_LOGIN },
	{ { "tls", 3 }, KEY_TLS },
	{ { "principal", 9 }, RECORD_PRINCIPAL },
	{ { "sender", 6 }, RECORD_SENDER },
	{ { "header_from", 11 }, KEY_FROM },
	{ { "header_from_raw", 15 }, KEY_FROM_RAW },
	{ { "recipients", 10 }, KEY_RECIPIENTS },
	{ { "completed", 9 }, KEY_COMPLETED },
	{ { "return_path", 11 }, RECORD_RETURN_PATH },
	{ { "configuration_set", 17 }, RECORD_CONFIGURATION_SET },
	{ { "source_arn", 10 }, RECORD_SOURCE_ARN },
	{ { "from_arn", 8 }, RECORD_FROM_ARN },
	{ { "return_path_arn", 15 }, RECORD_RETURN_PATH_ARN },
	{ { "tenant", 6 }, RECORD_TENANT },
	{ { "full_name", 9 }, RECORD_FULL_NAME },
	{ { "ses_header", 10 }, RECORD_SES_HEADER },
	{ { "policy", 6 }, RECORD_POLICY },
	{ { "sid", 3 }, RECORD_SID },
	{ { "statement", 9 }, KEY_STATEMENT },
	{ { "reason", 6 }, RECORD_REASON },
	{ { "quota", 5 }, KEY_QUOTA },
	{ { "mode", 4 }, RECORD_MODE },
};

#define ROWS (sizeof keys / sizeof *keys)

static void clear(struct replay_record *record)
{
	memset(record->of, 0, sizeof record->of);
	record->tls = record->has_from = false;
	record->statement = -1;
	record->raw = record->quota = (struct text){ 0 };
	record->raw_json = record->quota_json = NULL;
	record->recipient_count = record->from_count = record->completed_count = 0;
	json_decref(record->root);
	record->root = NULL;
}

void replay_record_free(struct replay_record *record)
{
	json_decref(record->root);
	free(record->recipients);
	free(record->from);
	free(record->completed);
}

struct text replay_record_form(const struct replay_record *record, struct text address)
{
	for (size_t i = 0; i < record->completed_count; i++)
		if (text_equals(record->completed[i].address, address))
			return record->completed[i].as;
	return TEXT("");
}

static bool grow(void **array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return true;
	size_t wanted = *room ? 2 * *room : 8;
	void *grown = reallocarray(*array, wanted, size);
	if (!grown)
		return false;
	*array = grown;
	*room = wanted;
	return true;
}

static bool add_recipient(struct replay_record *record, struct text address)
{
	void *array = record->recipients;
	bool good = grow(&array, record->recipient_count, &record->recipient_room, sizeof *record->recipients);

	record->recipients = array;
	if (good)
		record->recipients[record->recipient_count++] = address;
	return good;
}

static bool add_from(struct replay_record *record, struct record_mailbox mailbox)
{
	void *array = record->from;
	bool good = grow(&array, record->from_count, &record->from_room, sizeof *record->from);

	record->from = array;
	if (good)
		record->from[record->from_count++] = mailbox;
	return good;
}

static bool add_completed(struct replay_record *record, struct replay_record_form form)
{
	void *array = record->completed;
	bool good = grow(&array, record->completed_count, &record->completed_room, sizeof *record->completed);

	record->completed = array;
	if (good)
		record->completed[record->completed_count++] = form;
	return good;
}

/* ---- the quick way: false anywhere means that jansson shall look ---- */

struct record_scan {
	const char *at, *end;
};

static void blanks(struct record_scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r'))
		scan->at++;
}

static bool mark(struct record_scan *scan, char byte)
{
	blanks(scan);
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool next_is(struct record_scan *scan, char byte)
{
	blanks(scan);
	return scan->at < scan->end && *scan->at == byte;
}

/* A text without escapes. */
static bool string(struct record_scan *scan, struct text *out)
{
	if (!mark(scan, '"'))
		return false;
	const char *quote = memchr(scan->at, '"', (size_t)(scan->end - scan->at));
	if (!quote)
		return false;
	*out = (struct text){ scan->at, (size_t)(quote - scan->at) };
	if (memchr(out->at, '\\', out->length))
		return false;
	scan->at = quote + 1;
	return true;
}

static bool word(struct record_scan *scan, const char *expected, size_t length)
{
	blanks(scan);
	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, expected, length) != 0)
		return false;
	scan->at += length;
	return true;
}

static bool is_null(struct record_scan *scan)
{
	return next_is(scan, 'n') && word(scan, "null", 4);
}

/* Past a value that is not needed, whatever is in it. */
static bool pass_value(struct record_scan *scan)
{
	int depth = 0;

	do {
		blanks(scan);
		if (scan->at == scan->end)
			return false;
		char byte = *scan->at;
		if (byte == '"') {
			for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++)
				if (*scan->at == '\\')
					scan->at++;
			if (scan->at >= scan->end)
				return false;
			scan->at++;
		} else if (byte == '{' || byte == '[') {
			depth++;
			scan->at++;
		} else if (byte == '}' || byte == ']') {
			depth--;
			scan->at++;
		} else if (depth && (byte == ',' || byte == ':')) {
			scan->at++;
		} else {
			const char *before = scan->at;
			while (scan->at < scan->end && !strchr(",:]}\" \t\r", *scan->at))
				scan->at++;
			if (scan->at == before)
				return false;
		}
	} while (depth > 0);
	return depth == 0;
}

static bool recipients(struct record_scan *scan, struct replay_record *record)
{
	record->recipient_count = 0;
	if (!mark(scan, '['))
		return false;
	if (next_is(scan, ']'))
		return mark(scan, ']');
	do {
		struct text address;
		if (!string(scan, &address) || !add_recipient(record, address))
			return false;
	} while (mark(scan, ','));
	return mark(scan, ']');
}

/* An object of an address and another text, of which `there` says whether it is one: null is none. */
static bool pair(struct record_scan *scan, struct text *address, struct text other, struct text *out, bool *there)
{
	*address = *out = TEXT("");
	*there = false;
	if (!mark(scan, '{'))
		return false;
	do {
		struct text name, *value;
		if (!string(scan, &name) || !mark(scan, ':'))
			return false;
		value = text_equals(name, TEXT("address")) ? address : text_equals(name, other) ? out : NULL;
		if (!value)
			return false;
		if (is_null(scan))
			continue;
		if (!string(scan, value))
			return false;
		*there |= value == out;
	} while (mark(scan, ','));
	return mark(scan, '}');
}

static bool from(struct record_scan *scan, struct replay_record *record)
{
	record->from_count = 0;
	record->has_from = true;
	if (!mark(scan, '['))
		return false;
	if (next_is(scan, ']'))
		return mark(scan, ']');
	do {
		struct record_mailbox one;
		if (!pair(scan, &one.address, TEXT("name"), &one.name, &one.named) || !add_from(record, one))
			return false;
	} while (mark(scan, ','));
	return mark(scan, ']');
}

static bool completed(struct record_scan *scan, struct replay_record *record)
{
	record->completed_count = 0;
	if (!mark(scan, '['))
		return false;
	if (next_is(scan, ']'))
		return mark(scan, ']');
	do {
		struct replay_record_form one;
		bool there;
		if (!pair(scan, &one.address, TEXT("as"), &one.as, &there) || !add_completed(record, one))
			return false;
	} while (mark(scan, ','));
	return mark(scan, ']');
}

/* Only marked: it is read where it is needed. */
static bool marked(struct record_scan *scan, char opening, struct text *out)
{
	blanks(scan);
	const char *start = scan->at;
	if (!next_is(scan, opening) || !pass_value(scan))
		return false;
	*out = (struct text){ start, (size_t)(scan->at - start) };
	return true;
}

static bool number(struct record_scan *scan, int *out)
{
	blanks(scan);
	for (*out = 0; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && *out < 100000000; scan->at++)
		*out = 10 * *out + (*scan->at - '0');
	return scan->at < scan->end && (*scan->at == ',' || *scan->at == '}' || *scan->at == ' ');
}

static bool value(struct record_scan *scan, struct replay_record *record, int key)
{
	if (key < 0)
		return pass_value(scan);
	if (is_null(scan))
		return true;
	switch (key) {
	case KEY_TLS:
		record->tls = next_is(scan, 't');
		return record->tls ? word(scan, "true", 4) : word(scan, "false", 5);
	case KEY_STATEMENT:
		return number(scan, &record->statement);
	case KEY_RECIPIENTS:
		return recipients(scan, record);
	case KEY_COMPLETED:
		return completed(scan, record);
	case KEY_FROM:
		return from(scan, record);
	case KEY_FROM_RAW:
		return marked(scan, '[', &record->raw);
	case KEY_QUOTA:
		return marked(scan, '{', &record->quota);
	default:
		return string(scan, &record->of[key]);
	}
}

/* The row of a key, looked for from `*row` on; -1: not needed. */
static int key_find(struct text name, size_t *row)
{
	for (size_t i = 0; i < ROWS; i++) {
		size_t at = (*row + i) % ROWS;
		if (text_equals(keys[at].name, name)) {
			*row = at + 1;
			return keys[at].key;
		}
	}
	return -1;
}

static bool read_quickly(struct replay_record *record, struct text line)
{
	struct record_scan scan = { line.at, line.at + line.length };
	size_t row = 0;

	if (!mark(&scan, '{'))
		return false;
	do {
		struct text name;
		if (!string(&scan, &name) || !mark(&scan, ':') || !value(&scan, record, key_find(name, &row)))
			return false;
	} while (mark(&scan, ','));
	if (!mark(&scan, '}'))
		return false;
	blanks(&scan);
	return scan.at == scan.end;
}

/* ---- the slow way ---- */

static struct text string_of(const json_t *json)
{
	return (struct text){ json_string_value(json), json_string_length(json) };
}

/* Of one of the lists. */
static enum record_found take_element(struct replay_record *record, int key, const json_t *one)
{
	const json_t *address = key == KEY_RECIPIENTS ? one : json_object_get(one, "address");
	const json_t *name = json_object_get(one, "name");
	bool added;

	if (!json_is_string(address))
		return RECORD_INVALID;
	if (key == KEY_FROM)
		added = add_from(record, (struct record_mailbox){ string_of(address), string_of(name), json_is_string(name) });
	else if (key == KEY_COMPLETED)
		added = add_completed(record,
			(struct replay_record_form){ string_of(address), string_of(json_object_get(one, "as")) });
	else
		added = add_recipient(record, string_of(address));
	return added ? RECORD_READ : RECORD_MEMORY;
}

static enum record_found take(struct replay_record *record, int key, const json_t *json)
{
	if (json_is_null(json))
		return RECORD_READ;
	if (key == KEY_TLS) {
		record->tls = json_is_true(json);
		return json_is_boolean(json) ? RECORD_READ : RECORD_INVALID;
	}
	if (key == KEY_STATEMENT) {
		json_int_t index = json_integer_value(json);
		record->statement = (int)index;
		return json_is_integer(json) && index >= 0 && index < 100000000 ? RECORD_READ : RECORD_INVALID;
	}
	if (key == KEY_FROM_RAW) {
		record->raw_json = json;
		return json_is_array(json) ? RECORD_READ : RECORD_INVALID;
	}
	if (key == KEY_QUOTA) {
		record->quota_json = json;
		return json_is_object(json) ? RECORD_READ : RECORD_INVALID;
	}
	if (key == KEY_RECIPIENTS || key == KEY_FROM || key == KEY_COMPLETED) {
		record->has_from = record->has_from || key == KEY_FROM;
		if (!json_is_array(json))
			return RECORD_INVALID;
		for (size_t i = 0; i < json_array_size(json); i++) {
			enum record_found found = take_element(record, key, json_array_get(json, i));
			if (found != RECORD_READ)
				return found;
		}
		return RECORD_READ;
	}
	record->of[key] = string_of(json);
	return json_is_string(json) ? RECORD_READ : RECORD_INVALID;
}

static enum record_found read_slowly(struct replay_record *record, struct text line)
{
	bool memory_short;

	clear(record);
	record->root = json_memory_loadb(line.at, line.length, 0, NULL, &memory_short);
	if (memory_short)
		return RECORD_MEMORY;
	if (!json_is_object(record->root))
		return RECORD_INVALID;
	for (size_t i = 0; i < ROWS; i++) {
		const json_t *json = json_object_get(record->root, keys[i].name.at);
		enum record_found found = json ? take(record, keys[i].key, json) : RECORD_READ;
		if (found != RECORD_READ)
			return found;
	}
	return RECORD_READ;
}

enum record_found replay_record_read(struct replay_record *record, struct text line)
{
	clear(record);
	enum record_found found = read_quickly(record, line) ? RECORD_READ : read_slowly(record, line);
	/* What says neither what was decided nor about whom is no record. */
	return found == RECORD_READ && !record->of[RECORD_DECISION].length ? RECORD_INVALID : found;
}
