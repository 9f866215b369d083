/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/completion.h"

#include "tool/lint_options.h"

#include <string.h>

struct one {
	const char *name, *argument, *help;
	bool path, many; /* many: may be repeated, as far as is known */
};

/* Option number `index` of a command. lint has a table of its own. False: no more. */
static bool option_at(const struct command *command, size_t index, struct one *out)
{
	const struct option_table *table = command->options;

	*out = (struct one){ .many = true };
	if (!table) {
		bool found = lint_option_at(index, &out->name, &out->argument, &out->help);
		bool named = found && out->argument;
		out->path = named && (!strcmp(out->argument, "FILE") || !strcmp(out->argument, "PATH"));
		return found;
	}
	if (index == table->count) {
		*out = (struct one){ .name = "help", .help = "print this help, and exit" };
		return true;
	}
	if (index > table->count)
		return false;
	const struct option_row *row = &table->rows[index];
	*out = (struct one){ row->name, row->argument, row->help, row->completion == COMPLETE_PATH, row->kind == OPTION_LIST };
	return true;
}

/* Commands without operands complete options alone. */
static bool takes_paths(const struct command *command)
{
	return !command->options || command->options->operands;
}

static void bash_command(const struct command *command)
{
	struct one option;

	printf("\t%s)\n\t\tcase $previous in\n", command->name);
	for (size_t i = 0; option_at(command, i, &option); i++)
		if (option.argument && option.path)
			printf("\t\t--%s) paths=yes ;;\n", option.name);
		else if (option.argument)
			printf("\t\t--%s) return ;;\n", option.name);
	printf("\t\t*) words='");
	for (size_t i = 0; option_at(command, i, &option); i++)
		printf("%s--%s", i ? " " : "", option.name);
	printf("'%s ;;\n\t\tesac\n\t\t;;\n", takes_paths(command) ? " paths=yes" : "");
}

static void bash(const struct command *commands, size_t count)
{
	puts("# SPDX-License-Identifier: BSD-2-Clause\n# bash completion of ses-policy: made by ses-policy --completion bash\n"
	     "_ses_policy() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words='' paths=''\n"
	     "\tCOMPREPLY=()\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then");
	printf("\t\twords='");
	for (size_t i = 0; i < count; i++)
		printf("%s ", commands[i].name);
	puts("--help --version'\n\tfi\n\t[ \"$COMP_CWORD\" -eq 1 ] || case ${COMP_WORDS[1]} in");
	for (size_t i = 0; i < count; i++)
		bash_command(&commands[i]);
	puts("\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	     "\tif [ -n \"$paths\" ] && [ \"${word#-}\" = \"$word\" ]; then\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n\t\tcompopt -o filenames 2>/dev/null\n\tfi\n}\n"
	     "complete -F _ses_policy ses-policy");
}

/* Within single quotes, and within the brackets of _arguments. */
static void put_zsh(const char *text)
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

static void zsh_command(const struct command *command)
{
	struct one option;

	printf("\t%s)\n\t\t_arguments", command->name);
	for (size_t i = 0; option_at(command, i, &option); i++) {
		printf(" \\\n\t\t\t'%s--%s[", option.many ? "*" : "", option.name);
		put_zsh(option.help);
		putchar(']');
		if (option.argument) {
			putchar(':');
			put_zsh(option.argument);
			fputs(option.path ? ":_files" : ":", stdout);
		}
		putchar('\'');
	}
	puts(takes_paths(command) ? " \\\n\t\t\t'*:file:_files'\n\t\t;;" : "\n\t\t;;");
}

static void zsh(const struct command *commands, size_t count)
{
	puts("#compdef ses-policy\n# SPDX-License-Identifier: BSD-2-Clause\n# zsh completion of ses-policy: made by ses-policy --completion zsh\n"
	     "_ses_policy() {\n\tlocal -a commands\n\tcommands=(");
	for (size_t i = 0; i < count; i++) {
		printf("\t\t'%s:", commands[i].name);
		put_zsh(commands[i].help);
		puts("'");
	}
	puts("\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\t_arguments '--help[print the commands]' '--version[print the version]'\n"
	     "\t\treturn\n\tfi\n\tlocal command=${words[2]}\n\tshift words\n\t(( CURRENT-- ))\n\tcase $command in");
	for (size_t i = 0; i < count; i++)
		zsh_command(&commands[i]);
	puts("\tesac\n}\n_ses_policy \"$@\"");
}

bool completion_print(const char *shell, const struct command *commands, size_t count)
{
	static const struct {
		const char *name;
		void (*print)(const struct command *, size_t);
	} shells[] = {
		{ "bash", bash },
		{ "zsh", zsh },
	};

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (!strcmp(shell, shells[i].name)) {
			shells[i].print(commands, count);
			return true;
		}
	fputs("ses-policy: --completion wants bash or zsh\n", stderr);
	return false;
}
