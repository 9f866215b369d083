/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/completion_zsh.h"

#include "base/completion_name.h"

#include <stdio.h>
#include <string.h>

/* Within single quotes, and within the brackets of _arguments. */
static void put_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr("[]:\\", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_option(const struct completed_option *option, const char *indent)
{
	printf(" \\\n%s", indent);
	/* Of the two forms one is enough. */
	if (option->letter)
		printf("'(-%c --%s)'{-%c,--%s%s}'[", option->letter, option->name, option->letter, option->name,
			option->argument ? "=" : "");
	else
		printf("'%s--%s%s[", option->many ? "*" : "", option->name, option->argument ? "=" : "");
	put_quoted(option->help);
	putchar(']');
	if (option->argument) {
		putchar(':');
		put_quoted(option->argument);
		if (option->words)
			printf(":(%s)", option->words);
		else
			fputs(option->path ? ":_files" : ":", stdout);
	}
	putchar('\'');
}

static void print_command(const struct completed_program *program, const struct completed_command *command, const char *indent)
{
	struct completed_option option;
	char deeper[8];

	snprintf(deeper, sizeof deeper, "%s\t", indent);
	printf("%s_arguments", indent);
	for (size_t i = 0; program->option(command->context, i, &option); i++)
		print_option(&option, deeper);
	if (command->operand_paths)
		printf(" \\\n%s'*:file:_files'", deeper);
	else if (command->operand_words)
		printf(" \\\n%s'1:what:(%s)'", deeper, command->operand_words);
	putchar('\n');
}

static void print_commands(const struct completed_program *program)
{
	puts("\tlocal -a commands\n\tcommands=(");
	for (size_t i = 0; i < program->count; i++) {
		printf("\t\t'%s:", program->commands[i].name);
		put_quoted(program->commands[i].help);
		puts("'");
	}
	puts("\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n"
	     "\t\t_arguments '--help[print the commands]' '--version[print the version]'\n\t\treturn\n\tfi\n"
	     "\tlocal command=${words[2]}\n\tshift words\n\t(( CURRENT-- ))\n\tcase $command in");
	for (size_t i = 0; i < program->count; i++) {
		printf("\t%s)\n", program->commands[i].name);
		print_command(program, &program->commands[i], "\t\t");
		puts("\t\t;;");
	}
	puts("\tesac");
}

void completion_zsh(const struct completed_program *program)
{
	char room[COMPLETION_NAME_SIZE];
	const char *name = completion_name(program, room);

	printf("#compdef %s\n# SPDX-License-Identifier: BSD-2-Clause\n# zsh completion of %s: made by %s --completion zsh\n%s() {\n",
		program->name, program->name, program->name, name);
	if (program->commands->name)
		print_commands(program);
	else
		print_command(program, program->commands, "\t");
	printf("}\n%s \"$@\"\n", name);
}
