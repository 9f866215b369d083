/* SPDX-License-Identifier: BSD-2-Clause */
/* Printing, help and comparison: what else comes from the table of settings. */
#include "setting_table.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static void print_text(const char *text, FILE *out)
{
	json_t *value = json_string(text);
	char *dump = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	fputs(dump ? dump : "null", out);
	free(dump);
	json_decref(value);
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

static void print_value(const struct settings *settings, const struct setting *row, FILE *out)
{
	const void *at = setting_at(settings, row);

	switch (row->type) {
	case SETTING_TEXT:
		print_text(*(const char *const *)at, out);
		break;
	case SETTING_LIST:
		print_list(at, out);
		break;
	case SETTING_MODE:
		fprintf(out, "\"%04o\"", *(const unsigned *)at);
		break;
	case SETTING_WORD:
		print_text(row->words[*(const unsigned *)at], out);
		break;
	case SETTING_LATER:
		break;
	}
}

/* A text that is not set has no spelling in the file: it is left out. */
static bool is_set(const struct settings *settings, const struct setting *row)
{
	if (row->type == SETTING_TEXT)
		return *(const char *const *)setting_at(settings, row) != NULL;
	return row->type != SETTING_LATER;
}

void settings_print(const struct settings *settings, FILE *out)
{
	const char *separator = "{\n";

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		if (!is_set(settings, row))
			continue;
		fprintf(out, "%s  \"%s\": ", separator, row->name);
		print_value(settings, row, out);
		separator = ",\n";
	}
	fputs("\n}\n", out);
}

static void help_bounds(const struct setting *row, FILE *out)
{
	if (!row->words) {
		fputs(row->bounds, out);
		return;
	}
	for (size_t i = 0; row->words[i]; i++)
		fprintf(out, "%s%s%s", i ? " | " : "", row->words[i], row->supported >> i & 1 ? "" : " (not yet)");
}

void settings_help(FILE *out)
{
	fputs("\nSettings (" SETTINGS_FILE ", one JSON object):\n", out);
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		if (row->type == SETTING_LATER)
			continue;
		fprintf(out, "  %-14s %s\n  %-14s ", row->name, row->help, "");
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
