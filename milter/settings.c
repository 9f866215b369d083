/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include "iam/json_source.h"
#include "read_file.h"
#include "ses/mailbox.h"
#include "setting_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What reading one file needs at every step. */
struct reader {
	struct settings *settings;
	const struct json_source *source;
	struct faults *faults;
};

static const char *copy(struct settings *settings, const char *text, struct faults *faults)
{
	struct text kept = arena_text(&settings->arena, text_of(text));

	if (!kept.at)
		fault_memory(faults);
	return kept.at;
}

/* The word's index, or -1. */
static int word_find(const struct setting *row, const char *text)
{
	for (int i = 0; row->words[i]; i++)
		if (strcmp(row->words[i], text) == 0)
			return i;
	return -1;
}

/* "a", "b" or "c": the words of a row that this version takes. */
static const char *words_show(const struct setting *row, char *out, size_t size)
{
	size_t used = 0;
	size_t left = 0;

	for (size_t i = 0; row->words[i]; i++)
		left += row->supported >> i & 1;
	out[0] = '\0';
	for (size_t i = 0; row->words[i] && used < size; i++) {
		if (!(row->supported >> i & 1))
			continue;
		left--;
		used += (size_t)snprintf(out + used, size - used, "\"%s\"%s", row->words[i],
			left > 1 ? ", " : left == 1 ? " or " : "");
	}
	return out;
}

static void store_text(struct reader *reader, const struct json_path *path, const struct setting *row, const char *text)
{
	struct settings *settings = reader->settings;
	char room[256], words[128];
	const char *wrong = row->check ? row->check(text, room, sizeof room) : NULL;

	if (wrong) {
		json_fault(reader->source, path, reader->faults, "%s", wrong);
		return;
	}
	if (row->type == SETTING_MODE) {
		setting_parse_mode(text, setting_at(settings, row));
		return;
	}
	if (row->type == SETTING_TEXT) {
		const char **at = setting_at(settings, row);
		*at = copy(settings, text, reader->faults);
		return;
	}
	int word = word_find(row, text);
	if (word < 0)
		json_fault(reader->source, path, reader->faults, "unknown word; write %s", words_show(row, words, sizeof words));
	else if (!(row->supported >> word & 1))
		json_fault(reader->source, path, reader->faults, "\"%s\" is not supported by this version; write %s",
			text, words_show(row, words, sizeof words));
	else
		*(unsigned *)setting_at(settings, row) = (unsigned)word;
}

static void store_list(struct reader *reader, const struct json_path *path, const struct setting *row, const json_t *value)
{
	struct string_list *list = setting_at(reader->settings, row);
	size_t count = json_array_size(value);
	char room[256];

	list->at = arena_array(&reader->settings->arena, count + 1, sizeof *list->at);
	if (!list->at) {
		fault_memory(reader->faults);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(value, i));
		const struct json_path step = { .parent = path, .index = i };
		const char *wrong = !text ? "not a text; write it in double quotes" : row->check(text, room, sizeof room);
		if (wrong)
			json_fault(reader->source, &step, reader->faults, "%s", wrong);
		else if ((list->at[list->count] = copy(reader->settings, text, reader->faults)))
			list->count++;
	}
}

static void store(struct reader *reader, const char *name, const json_t *value)
{
	const struct json_path path = { .member = name };
	const struct json_path key = { .member = name, .at_key = true };
	const struct setting *row = setting_find(name);
	char shown[JSON_SHOW_SIZE];

	if (!row) {
		const char *nearest = setting_nearest(name);
		if (nearest)
			json_fault(reader->source, &key, reader->faults, "unknown setting; write \"%s\" if that is meant", nearest);
		else
			json_fault(reader->source, &key, reader->faults, "unknown setting; --help lists them");
	} else if (row->type == SETTING_LATER) {
		json_fault(reader->source, &key, reader->faults, "not supported by this version; take it out");
	} else if (row->type == SETTING_LIST) {
		if (json_is_array(value))
			store_list(reader, &path, row, value);
		else
			json_fault(reader->source, &path, reader->faults, "%s is not a list; write [\"...\"]", json_show(value, shown));
	} else if (json_is_string(value)) {
		store_text(reader, &path, row, json_string_value(value));
	} else {
		json_fault(reader->source, &path, reader->faults, "%s is not a text; write it in double quotes", json_show(value, shown));
	}
}

static void read_settings(struct settings *settings, const char *file, struct faults *faults)
{
	size_t size;
	char *bytes = read_file(file, SETTINGS_FILE_MAX, &size);

	settings->file = copy(settings, file, faults);
	if (!bytes) {
		fault_add(faults, "%s: cannot be read: %s; create it, or name another with --settings", file,
			errno == EFBIG ? "larger than 1 MiB" : strerror(errno));
		return;
	}
	const struct json_source source = { .file = file, .text = { bytes, size } };
	json_t *root = json_source_read(&source, faults);
	struct reader reader = { settings, &source, faults };
	const char *name;
	json_t *value;

	if (root && !json_is_object(root))
		json_fault(&source, NULL, faults, "not an object; write { \"policies\": [\"...\"] }");
	else if (root)
		json_object_foreach(root, name, value)
			store(&reader, name, value);
	json_decref(root);
	free(bytes);
}

/* An option's value in place of a setting's. */
static void apply_option(struct settings *settings, const char *name, const char *value, struct faults *faults)
{
	const struct setting *row = setting_find(name);
	char room[256], shown[256];

	if (!value)
		return;
	const char *wrong = row->check(value, room, sizeof room);
	if (wrong)
		fault_add(faults, "--%s %s: %s", name, text_escape(text_of(value), shown, sizeof shown), wrong);
	else
		*(const char **)setting_at(settings, row) = copy(settings, value, faults);
}

static void apply_policies(struct settings *settings, const struct options *options, struct faults *faults)
{
	struct string_list *list = &settings->policies;

	if (options->policy_count == 0)
		return;
	list->count = 0;
	list->at = arena_array(&settings->arena, options->policy_count, sizeof *list->at);
	if (!list->at) {
		fault_memory(faults);
		return;
	}
	for (size_t i = 0; i < options->policy_count; i++) {
		if (!*options->policies[i])
			fault_add(faults, "--policy: is empty; name a file or a folder");
		else if ((list->at[list->count] = copy(settings, options->policies[i], faults)))
			list->count++;
	}
}

static void set_defaults(struct settings *settings)
{
	static_assert(MAILBOX_CASE_DOMAIN == 0 && MAILBOX_CASE_PRESERVE == 1, "order of the words of address_case");

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		if (row->type == SETTING_TEXT)
			*(const char **)setting_at(settings, row) = row->fallback;
		else if (row->type == SETTING_MODE)
			setting_parse_mode(row->fallback, setting_at(settings, row));
		else if (row->type == SETTING_WORD)
			*(unsigned *)setting_at(settings, row) = (unsigned)word_find(row, row->fallback);
	}
}

bool settings_load(struct settings *settings, const struct options *options, struct faults *faults)
{
	size_t before = faults->count;
	char room[256];

	memset(settings, 0, sizeof *settings);
	arena_init(&settings->arena);
	set_defaults(settings);
	if (options->settings || options->policy_count == 0)
		read_settings(settings, options->settings ? options->settings : SETTINGS_FILE, faults);
	apply_option(settings, "socket", options->socket, faults);
	apply_option(settings, "user", options->user, faults);
	apply_policies(settings, options, faults);
	if (faults->count == before && settings->policies.count == 0)
		fault_add(faults, "%s: no policies; add \"policies\": [\"/etc/ses-policy-milter/policies.d\"], or use --policy",
			settings->file ? settings->file : "settings");
	if (faults->count != before)
		return false;
	/* It has been checked; this only keeps the parts. */
	return socket_spec_parse(settings->socket, &settings->listen, room, sizeof room) == NULL;
}

void settings_free(struct settings *settings)
{
	arena_free(&settings->arena);
}
