/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/settings_print.h"

#include "base/text.h"
#include "settings/setting_table.h"

#include <string.h>

static const void *setting_at(const struct settings *settings, const struct setting *row)
{
	return (const char *)settings + row->offset;
}

/* As JSON, and without memory: a text for which there is none would look like a setting that is not there. */
static void print_text(const char *text, FILE *out)
{
	struct text t = text_of(text);

	if (!text) {
		fputs("null", out);
		return;
	}
	fputc('"', out);
	for (size_t i = 0, n; i < t.length; i += n) {
		unsigned char byte = (unsigned char)t.at[i];
		n = text_character(t, i);
		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(out, "\\u%04x", byte);
		else if (n == 1 && byte >= 0x80)
			fputs("\\ufffd", out); /* a path on the command line need not be UTF-8 */
		else
			fwrite(t.at + i, 1, n, out);
	}
	fputc('"', out);
}

static void print_list(const struct string_list *list, FILE *out)
{
	fputc('[', out);
	for (size_t i = 0; i < list->count; i++) {
		fputs(i ? ", " : "", out);
		print_text(list->at[i], out);
	}
	fputc(']', out);
}

static void print_levels(const struct level_list *levels, FILE *out)
{
	fputc('[', out);
	for (size_t i = 0; i < levels->count; i++) {
		fputs(i ? ", " : "", out);
		print_list(&levels->at[i], out);
	}
	fputc(']', out);
}

/* Does the text that may stand in the place of a list do so? */
static bool is_instead(const struct setting *row, const struct string_list *list)
{
	return row->instead && list->count == 1 && strcmp(list->at[0], row->instead) == 0;
}

static void print_map(const struct map *map, FILE *out)
{
	fputc('{', out);
	for (size_t i = 0; i < map->count; i++) {
		fputs(i ? ", " : "", out);
		print_text(map->at[i].name, out);
		fputs(": ", out);
		if (map->at[i].values.count == 1)
			print_text(map->at[i].values.at[0], out);
		else
			print_list(&map->at[i].values, out);
	}
	fputc('}', out);
}

static void print_object(const struct setting_group *group, const char *element, FILE *out);
static void print_objects(const struct setting_group *group, const void *at, FILE *out);

static void print_value(const struct setting *row, const void *at, FILE *out)
{
	switch (row->type) {
	case SETTING_TEXT:
		print_text(*(const char *const *)at, out);
		break;
	case SETTING_LIST:
		if (is_instead(row, at))
			print_text(row->instead, out);
		else
			print_list(at, out);
		break;
	case SETTING_LEVELS:
		print_levels(at, out);
		break;
	case SETTING_MODE:
		fprintf(out, "\"%04o\"", *(const unsigned *)at);
		break;
	case SETTING_WORD:
		print_text(row->words[*(const unsigned *)at], out);
		break;
	case SETTING_SWITCH:
		if (*(const unsigned *)at > 1)
			print_text(row->words[*(const unsigned *)at - 2], out);
		else
			fputs(*(const unsigned *)at ? "true" : "false", out);
		break;
	case SETTING_MAP:
		print_map(at, out);
		break;
	case SETTING_NUMBER:
		setting_number_print(row->number, ((const struct option_number *)at)->value, out);
		break;
	case SETTING_OBJECT:
		if (*(const unsigned *)at == 2)
			print_text(row->instead, out);
		else
			print_object(row->group, at, out);
		break;
	case SETTING_OBJECTS:
		print_objects(row->group, at, out);
		break;
	}
}

/* What is not set has no spelling in the file: it is left out. An empty list says something. */
static bool is_set(const struct setting *row, const void *at)
{
	if (row->type == SETTING_LIST)
		return ((const struct string_list *)at)->at != NULL;
	if (row->type == SETTING_LEVELS)
		return ((const struct level_list *)at)->at != NULL;
	if (row->type == SETTING_NUMBER)
		return ((const struct option_number *)at)->given;
	if (row->type == SETTING_OBJECT)
		return *(const unsigned *)at;
	return row->type != SETTING_TEXT || *(const char *const *)at != NULL;
}

/* In an element of a group also maps and lists that were not given are left out, switches that are off and words that say what holds anyway. */
static bool is_given(const struct setting *row, const void *at)
{
	if (row->type == SETTING_MAP)
		return ((const struct map *)at)->at != NULL;
	if (row->type == SETTING_SWITCH || row->type == SETTING_WORD)
		return *(const unsigned *)at;
	if (row->type == SETTING_OBJECTS)
		return *(const void *const *)at != NULL;
	return is_set(row, at);
}

static void print_object(const struct setting_group *group, const char *element, FILE *out)
{
	const char *separator = "";

	fputc('{', out);
	for (size_t r = 0; r < group->count; r++) {
		const char *member = element + group->rows[r].offset;
		if (!is_given(&group->rows[r], member))
			continue;
		fprintf(out, "%s\"%s\": ", separator, group->rows[r].name);
		print_value(&group->rows[r], member, out);
		separator = ", ";
	}
	fputc('}', out);
}

static void print_objects(const struct setting_group *group, const void *at, FILE *out)
{
	const char *elements;
	size_t count;

	memcpy(&elements, at, sizeof elements);
	memcpy(&count, (const char *)at + sizeof elements, sizeof count);
	fputc('[', out);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		print_object(group, elements + i * group->size, out);
	}
	fputc(']', out);
}

void settings_print(const struct settings *settings, FILE *out)
{
	const char *separator = "{\n";

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		if (!is_set(row, setting_at(settings, row)))
			continue;
		fprintf(out, "%s  \"%s\": ", separator, row->name);
		print_value(row, setting_at(settings, row), out);
		separator = ",\n";
	}
	fputs("\n}\n", out);
}

void settings_print_origins(const struct settings *settings, FILE *out)
{
	char shown[512];

	for (size_t i = 0; i < setting_count; i++)
		fprintf(out, "%s: %s\n", setting_table[i].name,
			settings->origins[i] ? text_escape(text_of(settings->origins[i]), shown, sizeof shown) : "default");
}

static void help_bounds(const struct setting *row, FILE *out)
{
	if (row->type == SETTING_SWITCH)
		fprintf(out, "true | false%s%s", row->words ? " | " : "", row->words ? *row->words : "");
	else if (!row->words)
		fputs(row->bounds, out);
	else
		for (size_t i = 0; row->words[i]; i++)
			fprintf(out, "%s%s", i ? " | " : "", row->words[i]);
}

void settings_help(FILE *out)
{
	fputs("\nSettings (" SETTINGS_FILE ", one JSON object):\n", out);
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		fprintf(out, "  %-18s %s\n  %-18s ", row->name, row->help, "");
		help_bounds(row, out);
		if (row->fallback)
			fprintf(out, "; default %s", row->fallback);
		fprintf(out, "; changed by %s\n", row->in_place ? "reload" : "restart");
	}
}

static bool differs(const struct settings *a, const struct settings *b, const struct setting *row)
{
	const void *x = setting_at(a, row), *y = setting_at(b, row);

	if (row->type == SETTING_MODE)
		return *(const unsigned *)x != *(const unsigned *)y;
	const char *s = *(const char *const *)x, *t = *(const char *const *)y;
	return s && t ? strcmp(s, t) != 0 : s != t;
}

void settings_compare_fixed(const struct settings *before, const struct settings *after, void (*say)(const char *name))
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		/* Lists and words all change in place. */
		if (!row->in_place && (row->type == SETTING_TEXT || row->type == SETTING_MODE) && differs(before, after, row))
			say(row->name);
	}
}
