/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command_completion.h"

#include "tool/lint_options.h"

#include "base/completion.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* More are not completed. */
#define COMMANDS_MAX 32

#define OPERANDS_SIZE 64

/* lint has a table of its own. */
static bool option_at(const void *context, size_t index, struct completed_option *out)
{
	const struct option_table *table = ((const struct command *)context)->options;

	if (!table)
		return lint_option_at(index, out);
	if (index == table->count) {
		*out = (struct completed_option){ .name = "help", .help = "print this help, and exit" };
		return true;
	}
	if (index > table->count)
		return false;
	const struct option_row *row = &table->rows[index];
	*out = (struct completed_option){
		.name = row->name,
		.argument = row->argument,
		.help = row->help,
		.path = row->completion == COMPLETE_PATH,
		.many = row->kind == OPTION_LIST,
	};
	return true;
}

/* "show|reset|set ..." are words as they stand, "FILE|FOLDER..." are names. */
static const char *words_of(const struct option_table *table, char room[OPERANDS_SIZE])
{
	if (!table || !table->operands || !islower((unsigned char)table->operands[0]))
		return NULL;
	snprintf(room, OPERANDS_SIZE, "%.*s", (int)strcspn(table->operands, " "), table->operands);
	for (char *at = room; (at = strchr(at, '|'));)
		*at = ' ';
	return room;
}

bool command_completion_print(const char *shell, const struct command *commands, size_t count)
{
	struct completed_command completed[COMMANDS_MAX];
	char words[COMMANDS_MAX][OPERANDS_SIZE];

	for (size_t i = 0; i < count && i < COMMANDS_MAX; i++) {
		const struct option_table *table = commands[i].options;
		const char *operands = words_of(table, words[i]);
		completed[i] = (struct completed_command){
			.name = commands[i].name,
			.help = commands[i].help,
			.operand_paths = !table || (table->operands && !operands),
			.operand_words = operands,
			.context = &commands[i],
		};
	}
	const struct completed_program program = { "ses-policy", completed, count < COMMANDS_MAX ? count : COMMANDS_MAX,
		option_at };
	return completion_print(shell, &program);
}
