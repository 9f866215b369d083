/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One tree for a million addresses would take ten times what the file does, so jansson reads one element of the list
 * after the other, and only what is around them is read here.
 */
#include "ses/account_suppressed.h"

#include "value/string_set.h"

#include <stdlib.h>
#include <string.h>

#define LIST "SuppressedDestinationSummaries"
#define FILE_NAME "suppressed.json"

static const char *const words[SUPPRESSIONS] = { [SUPPRESSION_BOUNCE] = "BOUNCE", [SUPPRESSION_COMPLAINT] = "COMPLAINT" };

struct addresses {
	struct text *at;
	size_t count, room;
};

struct list_reader {
	struct generation *generation;
	const struct account_folder *folder;
	const struct json_source *source;
	size_t at;          /* how far the text has been read */
	size_t element;     /* which one of the list is next */
	struct arena spare; /* for one address */
	struct addresses of[SUPPRESSIONS];
};

/* The next byte that is no blank, or 0 at the end. */
static char next(struct list_reader *reader)
{
	struct text text = reader->source->text;

	while (reader->at < text.length && memchr(" \t\r\n", text.at[reader->at], 4))
		reader->at++;
	return reader->at < text.length ? text.at[reader->at] : '\0';
}

static bool take(struct list_reader *reader, char byte)
{
	if (next(reader) != byte)
		return false;
	reader->at++;
	return true;
}

static bool broken(struct list_reader *reader)
{
	unsigned line, column;

	text_place(reader->source->text, reader->at, &line, &column);
	fault_add(reader->folder->faults,
		"%s:%u:%u: is not what `aws sesv2 list-suppressed-destinations` prints; fetch the account's state again",
		reader->source->file, line, column);
	return false;
}

/* {"SuppressedDestinationSummaries": [ */
static bool head(struct list_reader *reader)
{
	struct text text = reader->source->text, name = TEXT("\"" LIST "\"");

	if (!take(reader, '{') || next(reader) != '"' || !text_starts_with(text_from(text, reader->at), name))
		return broken(reader);
	reader->at += name.length;
	return (take(reader, ':') && take(reader, '[')) || broken(reader);
}

/* Behind the list: a member NextToken would mean that pages are missing. */
static bool tail(struct list_reader *reader)
{
	return (take(reader, '}') && next(reader) == '\0' && reader->at == reader->source->text.length) || broken(reader);
}

static bool no_memory(struct list_reader *reader)
{
	fault_memory(reader->folder->faults);
	return false;
}

static bool keep(struct list_reader *reader, struct text address, enum suppression reason)
{
	struct addresses *list = &reader->of[reason];

	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 256;
		struct text *grown = realloc(list->at, room * sizeof *grown);
		if (!grown)
			return no_memory(reader);
		list->at = grown;
		list->room = room;
	}
	struct text copy = arena_text(&reader->generation->arena, address);
	if (!copy.at)
		return no_memory(reader);
	list->at[list->count++] = copy;
	return true;
}

/* An address that none can send to is passed over. */
static bool add(struct list_reader *reader, struct text address, enum suppression reason)
{
	struct mailbox mailbox = mailbox_parse(&reader->spare, address, TEXT(""), reader->generation->address_case);
	bool good = mailbox.kind != MAILBOX_MEMORY || no_memory(reader);

	if (mailbox.kind == MAILBOX_ADDRESS)
		good = keep(reader, mailbox.address, reason);
	arena_reset(&reader->spare);
	return good;
}

static bool element_take(struct list_reader *reader, const json_t *element)
{
	const json_t *address = json_object_get(element, "EmailAddress");
	const char *word = json_string_value(json_object_get(element, "Reason"));
	const struct json_path list = { .member = LIST }, here = { .parent = &list, .index = reader->element };

	for (enum suppression reason = 0; json_is_string(address) && word && reason < SUPPRESSIONS; reason++)
		if (strcmp(word, words[reason]) == 0)
			return add(reader, (struct text){ json_string_value(address), json_string_length(address) }, reason);
	json_fault(reader->source, &here, reader->folder->faults,
		"has no EmailAddress, or no Reason that is BOUNCE or COMPLAINT; fetch the account's state again");
	return false;
}

static bool element_read(struct list_reader *reader)
{
	struct text rest = text_from(reader->source->text, reader->at);
	bool memory_short = false;
	json_error_t error;
	json_t *element = json_memory_loadb(rest.at, rest.length, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error,
		&memory_short);

	if (memory_short)
		return no_memory(reader);
	if (!json_is_object(element)) {
		json_decref(element);
		return broken(reader);
	}
	bool good = element_take(reader, element);
	json_decref(element);
	reader->at += (size_t)error.position;
	reader->element++;
	return good;
}

static bool list_read(struct list_reader *reader)
{
	if (!head(reader))
		return false;
	if (take(reader, ']'))
		return tail(reader);
	do {
		next(reader);
		if (!element_read(reader))
			return false;
	} while (take(reader, ','));
	return (take(reader, ']') || broken(reader)) && tail(reader);
}

void account_suppressed_load(struct generation *generation, const struct account_folder *folder)
{
	struct account_state *state = &generation->account_state;
	struct json_source source;
	struct list_reader reader = { .generation = generation, .folder = folder, .source = &source };

	if (!account_file_read(folder, FILE_NAME, ACCOUNT_LIST_MAX, &source, NULL))
		return;
	bool good = list_read(&reader);
	for (enum suppression reason = 0; reason < SUPPRESSIONS; reason++) {
		struct addresses *list = &reader.of[reason];
		if (good && list->count) {
			state->suppressed[reason] = string_set_new(&generation->arena, STRING_SET_EXACT, list->at, list->count);
			good = state->suppressed[reason] || no_memory(&reader);
			state->suppressed_count += list->count;
		}
		free(list->at);
	}
	arena_free(&reader.spare);
	account_source_free(&source);
}

unsigned account_suppressed_find(const struct account_state *state, struct text address)
{
	unsigned found = 0;

	for (enum suppression reason = 0; reason < SUPPRESSIONS; reason++)
		if (state->suppressed[reason] && string_set_holds(state->suppressed[reason], address, NULL))
			found |= 1u << reason;
	return found;
}
