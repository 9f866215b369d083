/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/completion_bash.h"

#include "base/completion_name.h"

#include <stdio.h>

static void print_argument(const struct completed_option *option, const char *indent)
{
	printf("%s--%s", indent, option->name);
	if (option->letter)
		printf(" | -%c", option->letter);
	if (option->path)
		puts(") paths=yes ;;");
	else if (option->words)
		printf(") words='%s' ;;\n", option->words);
	else
		puts(") return ;;");
}

/* What follows an option, or else the options themselves. */
static void print_command(const struct completed_program *program, const struct completed_command *command, const char *indent)
{
	struct completed_option option;

	printf("%scase $previous in\n", indent);
	for (size_t i = 0; program->option(command->context, i, &option); i++)
		if (option.argument)
			print_argument(&option, indent);
	printf("%s*) words='", indent);
	for (size_t i = 0; program->option(command->context, i, &option); i++)
		printf("%s--%s", i ? " " : "", option.name);
	printf("%s%s'%s ;;\n%sesac\n", command->operand_words ? " " : "", command->operand_words ? command->operand_words : "",
		command->operand_paths ? " paths=yes" : "", indent);
}

static void print_commands(const struct completed_program *program)
{
	printf("\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords='");
	for (size_t i = 0; i < program->count; i++)
		printf("%s ", program->commands[i].name);
	puts("--help --version'\n\tfi\n\t[ \"$COMP_CWORD\" -eq 1 ] || case ${COMP_WORDS[1]} in");
	for (size_t i = 0; i < program->count; i++) {
		printf("\t%s)\n", program->commands[i].name);
		print_command(program, &program->commands[i], "\t\t");
		puts("\t\t;;");
	}
	puts("\tesac");
}

void completion_bash(const struct completed_program *program)
{
	char room[COMPLETION_NAME_SIZE];
	const char *name = completion_name(program, room);

	printf("# SPDX-License-Identifier: BSD-2-Clause\n# bash completion of %s: made by %s --completion bash\n%s() {\n",
		program->name, program->name, name);
	puts("\tlocal word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words='' paths=''\n\tCOMPREPLY=()\n"
	     "\t# --option=value comes as three words.\n"
	     "\tif [ \"$word\" = = ]; then\n\t\tword=''\n"
	     "\telif [ \"$previous\" = = ]; then\n\t\tprevious=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi");
	if (program->commands->name)
		print_commands(program);
	else
		print_command(program, program->commands, "\t");
	printf("\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	       "\tif [ -n \"$paths\" ] && [ \"${word#-}\" = \"$word\" ]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n\t\tcompopt -o filenames 2>/dev/null\n\tfi\n}\n"
	       "complete -F %s %s\n",
		name, program->name);
}
