/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_read.h"

#include <stdlib.h>
#include <string.h>

#define ROOM 256

const char *setting_copy(struct arena *arena, const char *text, struct faults *faults)
{
	struct text kept = arena_text(arena, text_of(text));

	if (!kept.at)
		fault_memory(faults);
	return kept.at;
}

static void *at(void *base, const struct setting *row)
{
	return (char *)base + row->offset;
}

static void *take(const struct setting_reader *reader, size_t count, size_t size)
{
	void *taken = arena_array(reader->arena, count, size);

	if (!taken)
		fault_memory(reader->faults);
	return taken;
}

/* "a", "b" or "c" */
static const char *words_show(const struct setting *row, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; row->words[i] && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "\"%s\"%s", row->words[i],
			!row->words[i + 1]          ? ""
				: row->words[i + 2] ? ", "
						    : " or ");
	return out;
}

/* The text of a value that passes `check` (NULL: any does), or NULL and a fault. */
static const char *checked(const struct setting_reader *reader, const struct json_path *path, setting_check *check,
	const json_t *value)
{
	char room[ROOM], shown[JSON_SHOW_SIZE];
	const char *text = json_string_value(value);

	if (!text) {
		json_fault(reader->source, path, reader->faults, "%s is not a text; write it in double quotes",
			json_show(value, shown));
		return NULL;
	}
	const char *wrong = check ? check(text, room, sizeof room) : NULL;
	if (wrong) {
		json_fault(reader->source, path, reader->faults, "%s", wrong);
		return NULL;
	}
	return text;
}

static void read_text(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	const char *text = checked(reader, path, row->check, value);

	if (text)
		*(const char **)at(base, row) = setting_copy(reader->arena, text, reader->faults);
}

static void read_mode(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	const char *text = checked(reader, path, row->check, value);

	if (text)
		setting_parse_mode(text, at(base, row));
}

static void read_word(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	char words[ROOM];
	const char *text = checked(reader, path, NULL, value);
	int word = text ? setting_word(row, text) : 0;

	if (word < 0)
		json_fault(reader->source, path, reader->faults, "unknown word; write %s", words_show(row, words, sizeof words));
	else if (text)
		*(unsigned *)at(base, row) = (unsigned)word;
}

static void read_switch(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	char shown[JSON_SHOW_SIZE];

	int word = row->words && json_is_string(value) ? setting_word(row, json_string_value(value)) : -1;

	if (json_is_boolean(value))
		*(unsigned *)at(base, row) = json_is_true(value);
	else if (word >= 0)
		*(unsigned *)at(base, row) = (unsigned)word + 2;
	else if (row->words)
		json_fault(reader->source, path, reader->faults, "%s is neither true, nor false, nor \"%s\"; write one of them",
			json_show(value, shown), *row->words);
	else
		json_fault(reader->source, path, reader->faults, "%s is neither true nor false; write one of them, without quotes",
			json_show(value, shown));
}

/* The elements of a list, or a text that stands for a list of one. */
static void read_strings(const struct setting_reader *reader, const struct json_path *path, setting_check *check,
	const json_t *value, struct string_list *list)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	const char **texts = take(reader, count + 1, sizeof *texts);

	*list = (struct string_list){ texts, 0 };
	for (size_t i = 0; texts && i < count; i++) {
		const struct json_path step = { .parent = path, .index = i };
		const char *text = json_is_array(value) ? checked(reader, &step, check, json_array_get(value, i))
							: checked(reader, path, check, value);
		if (text && (texts[list->count] = setting_copy(reader->arena, text, reader->faults)))
			list->count++;
	}
}

static void read_list(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	char shown[JSON_SHOW_SIZE];
	const char *text = json_string_value(value);

	if (json_is_array(value))
		read_strings(reader, path, row->check, value, at(base, row));
	else if (row->instead && text && strcmp(text, row->instead) == 0)
		read_strings(reader, path, NULL, value, at(base, row));
	else if (row->instead)
		json_fault(reader->source, path, reader->faults, "%s is not a list; write [\"...\"], or \"%s\"",
			json_show(value, shown), row->instead);
	else
		json_fault(reader->source, path, reader->faults, "%s is not a list; write [\"...\"]", json_show(value, shown));
}

/* Lists of texts, none of them empty. */
static void read_levels(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	struct level_list *levels = at(base, row);
	char shown[JSON_SHOW_SIZE];

	if (!json_is_array(value)) {
		json_fault(reader->source, path, reader->faults, "%s is not a list; write a list for each level: [[\"...\"]]",
			json_show(value, shown));
		return;
	}
	size_t count = json_array_size(value);
	struct string_list *lists = take(reader, count + 1, sizeof *lists);
	*levels = (struct level_list){ lists, lists ? count : 0 };
	for (size_t i = 0; i < levels->count; i++) {
		const struct json_path step = { .parent = path, .index = i };
		const json_t *level = json_array_get(value, i);
		if (!json_is_array(level))
			json_fault(reader->source, &step, reader->faults, "%s is not a list; write the level as [\"...\"]",
				json_show(level, shown));
		else if (!json_array_size(level))
			json_fault(reader->source, &step, reader->faults,
				"an empty level; each level must allow, and one without policies allows nothing: "
				"name its policies, or take the level out");
		else
			read_strings(reader, &step, row->check, level, &lists[i]);
	}
}

static void read_map(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	struct map *map = at(base, row);
	char shown[JSON_SHOW_SIZE], room[ROOM];
	const char *name;
	json_t *inner;

	if (!json_is_object(value)) {
		json_fault(reader->source, path, reader->faults, "%s is not an object; write {\"NAME\": \"VALUE\"}",
			json_show(value, shown));
		return;
	}
	map->count = 0;
	map->at = take(reader, json_object_size(value) + 1, sizeof *map->at);
	if (!map->at)
		return;
	json_object_foreach((json_t *)value, name, inner) {
		const struct json_path step = { .parent = path, .member = name };
		const struct json_path key = { .parent = path, .member = name, .at_key = true };
		const char *wrong = row->check_name(name, room, sizeof room);
		struct map_entry *entry = &map->at[map->count];
		if (wrong) {
			json_fault(reader->source, &key, reader->faults, "%s", wrong);
			continue;
		}
		if (json_is_array(inner) && (row->single || json_array_size(inner) == 0)) {
			json_fault(reader->source, &step, reader->faults,
				row->single ? "a list; write one text" : "an empty list; write a value, or remove it");
			continue;
		}
		read_strings(reader, &step, row->check, inner, &entry->values);
		if ((entry->name = setting_copy(reader->arena, name, reader->faults)))
			map->count++;
	}
}

static void read_number(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	struct option_number *number = at(base, row);
	char room[ROOM];
	const char *wrong = setting_number_read(row->number, value, &number->value, room, sizeof room);

	if (wrong)
		json_fault(reader->source, path, reader->faults, "%s", wrong);
	else
		number->given = true;
}

/* What the file does not say. */
static void read_fallbacks(const struct setting_group *group, void *element)
{
	for (size_t i = 0; i < group->count; i++) {
		const struct setting *row = &group->rows[i];
		if (row->fallback && row->type == SETTING_TEXT)
			*(const char **)at(element, row) = row->fallback;
		else if (row->fallback && row->type == SETTING_NUMBER)
			*(struct option_number *)at(element, row) = (struct option_number){ true,
				strtoll(row->fallback, NULL, 10) * row->number->scale };
	}
}

static void read_element(const struct setting_reader *reader, const struct json_path *path, const struct setting_group *group,
	const json_t *value, void *element)
{
	char shown[JSON_SHOW_SIZE];

	if (!json_is_object(value)) {
		json_fault(reader->source, path, reader->faults, "%s is not an object; write for instance %s",
			json_show(value, shown), group->example);
		return;
	}
	size_t before = reader->faults->count;
	read_fallbacks(group, element);
	setting_read_object(reader, path, value, group->rows, group->count, element, NULL, NULL);
	bool alone = group->alone && json_is_true(json_object_get(value, group->alone));
	for (size_t i = 0; i < group->count; i++) {
		const struct setting *row = &group->rows[i];
		const struct json_path key = { .parent = path, .member = row->name, .at_key = true };
		bool there = json_object_get(value, row->name);
		if (alone && there && !row->beside_alone)
			json_fault(reader->source, &key, reader->faults,
				"stands beside \"%s\": true, which leaves nothing for it to do; remove one of them", group->alone);
		else if (!alone && row->required && !there)
			json_fault(reader->source, path, reader->faults, "no \"%s\"; write for instance %s", row->name,
				group->example);
	}
	const char *wrong = group->whole && reader->faults->count == before ? group->whole(element) : NULL;
	if (wrong)
		json_fault(reader->source, path, reader->faults, "%s", wrong);
}

/* Whatever stood there before is replaced as a whole. */
static void read_one_object(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	const char *text = json_string_value(value);
	void *element = at(base, row);
	char shown[JSON_SHOW_SIZE];

	memset(element, 0, row->group->size);
	if (row->instead && text && strcmp(text, row->instead) == 0) {
		*(unsigned *)element = 2;
	} else if (row->instead && !json_is_object(value)) {
		json_fault(reader->source, path, reader->faults, "%s is not an object; write for instance %s, or \"%s\"",
			json_show(value, shown), row->group->example, row->instead);
	} else {
		read_element(reader, path, row->group, value, element);
		*(unsigned *)element = 1;
	}
}

/* The list's struct is a pointer and a count, whatever it points to. */
struct objects {
	void *at;
	size_t count;
};

static void read_objects(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base)
{
	struct objects objects = { NULL, json_array_size(value) };
	char shown[JSON_SHOW_SIZE];

	if (!json_is_array(value)) {
		json_fault(reader->source, path, reader->faults, "%s is not a list; write for instance [%s]",
			json_show(value, shown), row->group->example);
		return;
	}
	objects.at = take(reader, objects.count + 1, row->group->size);
	if (!objects.at)
		return;
	memcpy(at(base, row), &objects, sizeof objects);
	for (size_t i = 0; i < objects.count; i++) {
		const struct json_path step = { .parent = path, .index = i };
		read_element(reader, &step, row->group, json_array_get(value, i), (char *)objects.at + i * row->group->size);
	}
}

typedef void read_type(const struct setting_reader *reader, const struct json_path *path, const struct setting *row,
	const json_t *value, void *base);

static read_type *const readers[] = {
	[SETTING_TEXT] = read_text,
	[SETTING_LIST] = read_list,
	[SETTING_LEVELS] = read_levels,
	[SETTING_MODE] = read_mode,
	[SETTING_WORD] = read_word,
	[SETTING_SWITCH] = read_switch,
	[SETTING_MAP] = read_map,
	[SETTING_NUMBER] = read_number,
	[SETTING_OBJECT] = read_one_object,
	[SETTING_OBJECTS] = read_objects,
};

void setting_read_object(const struct setting_reader *reader, const struct json_path *path, const json_t *object,
	const struct setting *rows, size_t count, void *base,
	void (*seen)(const struct setting *row, const struct json_path *path, void *argument), void *argument)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) {
		const struct json_path step = { .parent = path, .member = name };
		const struct json_path key = { .parent = path, .member = name, .at_key = true };
		const struct setting *row = setting_find(rows, count, name);
		const char *nearest = row ? NULL : setting_nearest(rows, count, name);
		const char *what = reader->what ? reader->what : "setting";
		if (!row && nearest) {
			json_fault(reader->source, &key, reader->faults, "unknown %s; did you mean \"%s\"?", what, nearest);
		} else if (!row) {
			json_fault(reader->source, &key, reader->faults, "unknown %s; %s lists them", what,
				reader->listed_by ? reader->listed_by : "--help");
		} else {
			readers[row->type](reader, &step, row, value, base);
			if (seen)
				seen(row, &step, argument);
		}
	}
}
