/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/completion_fish.h"

#include <stdio.h>

/* In single quotes, within which a backslash and the quote itself are escaped. */
static void put_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

/* The beginning of each line: when it counts. */
static void begin(const struct completed_program *program, const struct completed_command *command)
{
	printf("complete -c %s", program->name);
	if (command->name)
		printf(" -n '__fish_seen_subcommand_from %s'", command->name);
}

static void print_option(const struct completed_option *option)
{
	if (option->letter)
		printf(" -s %c", option->letter);
	printf(" -l %s", option->name);
	if (option->argument && option->path)
		fputs(" -r -F", stdout);
	else if (option->argument && option->words)
		printf(" -x -a '%s'", option->words);
	else if (option->argument)
		fputs(" -x", stdout);
	fputs(" -d ", stdout);
	put_quoted(option->help);
	putchar('\n');
}

static void print_command(const struct completed_program *program, const struct completed_command *command)
{
	struct completed_option option;

	for (size_t i = 0; program->option(command->context, i, &option); i++) {
		begin(program, command);
		print_option(&option);
	}
	if (!command->operand_paths && !command->operand_words)
		return;
	begin(program, command);
	if (command->operand_paths)
		puts(" -F");
	else
		printf(" -a '%s'\n", command->operand_words);
}

void completion_fish(const struct completed_program *program)
{
	printf("# SPDX-License-Identifier: BSD-2-Clause\n# fish completion of %s: made by %s --completion fish\n"
	       "# Files only where something takes them.\ncomplete -c %s -f\n",
		program->name, program->name, program->name);
	for (size_t i = 0; i < program->count && program->commands[i].name; i++) {
		printf("complete -c %s -n __fish_use_subcommand -a %s -d ", program->name, program->commands[i].name);
		put_quoted(program->commands[i].help);
		putchar('\n');
	}
	if (program->commands->name)
		printf("complete -c %s -n __fish_use_subcommand -l help -d 'print the commands'\n"
		       "complete -c %s -n __fish_use_subcommand -l version -d 'print the version'\n",
			program->name, program->name);
	for (size_t i = 0; i < program->count; i++)
		print_command(program, &program->commands[i]);
}
