/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/option.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* Rows, --help, and the end. */
#define ROWS_MAX 24

static void *place(void *out, size_t offset)
{
	return (char *)out + offset;
}

static bool words_add(struct word_list *words, const char *word)
{
	const char **grown = reallocarray(words->at, words->count + 1, sizeof *grown);

	if (!grown) {
		fputs("ses-policy: memory is short\n", stderr);
		return false;
	}
	words->at = grown;
	words->at[words->count++] = word;
	return true;
}

static bool apply(const struct option_row *row, const char *argument, void *out)
{
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)place(out, row->offset) = true;
		return true;
	case OPTION_TEXT:
		*(const char **)place(out, row->offset) = argument;
		return true;
	case OPTION_LIST:
		return words_add(place(out, row->offset), argument);
	}
	return false;
}

static void try_help(const struct option_table *table)
{
	fprintf(stderr, "Try `ses-policy %s --help`.\n", table->command);
}

/* The row of a short option; -1: it is none. */
static int lettered(const struct option_table *table, int letter)
{
	const char *found = table->letters && letter > 2 ? strchr(table->letters, letter) : NULL;

	return found ? (int)(found - table->letters) : -1;
}

enum options_found options_read(const struct option_table *table, int argc, char **argv, void *out)
{
	struct option rows[ROWS_MAX + 1] = { 0 };
	char shown[64], letters[2 * ROWS_MAX + 1], *end = letters;
	size_t count = table->letters ? strlen(table->letters) : 0;
	int index, found;

	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		rows[i] = (struct option){ row->name, row->argument ? required_argument : no_argument, NULL, 1 };
		if (i >= count)
			continue;
		*end++ = table->letters[i];
		if (row->argument)
			*end++ = ':';
	}
	*end = '\0';
	rows[table->count] = (struct option){ "help", no_argument, NULL, 2 };
	/* getopt's own messages begin with this. */
	snprintf(shown, sizeof shown, "ses-policy %s", table->command);
	argv[0] = shown;
	optind = 0;
	while ((found = getopt_long(argc, argv, letters, rows, &index)) == 1 || (index = lettered(table, found)) >= 0)
		if (!apply(&table->rows[index], optarg, out))
			return OPTIONS_WRONG;
	if (found == 2) {
		options_help(table, stdout);
		return OPTIONS_HELP;
	}
	if (found != -1) {
		try_help(table);
		return OPTIONS_WRONG;
	}
	if (optind < argc && !table->operands) {
		fprintf(stderr, "ses-policy %s: unexpected argument `%s`\n", table->command, argv[optind]);
		try_help(table);
		return OPTIONS_WRONG;
	}
	for (; optind < argc; optind++)
		if (!words_add(place(out, table->operands_offset), argv[optind]))
			return OPTIONS_WRONG;
	return OPTIONS_READ;
}

void options_free(const struct option_table *table, void *out)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].kind == OPTION_LIST)
			free(((struct word_list *)place(out, table->rows[i].offset))->at);
	if (table->operands)
		free(((struct word_list *)place(out, table->operands_offset))->at);
}

void options_help(const struct option_table *table, FILE *out)
{
	fprintf(out, "Usage: ses-policy %s [OPTION]...%s%s\n%s\n\nOptions:\n", table->command, table->operands ? " " : "",
		table->operands ? table->operands : "", table->summary);
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		char left[48];
		snprintf(left, sizeof left, "--%s%s%s", row->name, row->argument ? " " : "", row->argument ? row->argument : "");
		fprintf(out, "  %-24s %s%s\n", left, row->help, row->kind == OPTION_LIST ? "; may be repeated" : "");
	}
	fprintf(out, "  %-24s %s\n\nExit status: %s\n", "--help", "print this help, and exit", table->status);
}
