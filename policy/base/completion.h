/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion: what shells complete behind the name of a program, made from the tables of its options. The scripts are in
 * contrib/completion, and tests hold them to what is printed here.
 */
#ifndef BASE_COMPLETION_H
#define BASE_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

struct completed_option {
	const char *name;
	char letter;          /* the short form; 0: there is none */
	const char *argument; /* NULL: takes none */
	const char *help;
	bool path;         /* the argument is a file or a folder */
	const char *words; /* it is one of these, with spaces between; NULL: it is not */
	bool many;         /* may be repeated, as far as is known */
};

struct completed_command {
	const char *name; /* NULL: the program has no commands, and these are its options */
	const char *help;
	bool operand_paths;        /* what stands behind the options are files or folders */
	const char *operand_words; /* or is one of these, with spaces between; NULL: it is not */
	const void *context;       /* of `option` */
};

struct completed_program {
	const char *name;
	const struct completed_command *commands;
	size_t count;
	/* Option number `index` of a command. False: no more. */
	bool (*option)(const void *context, size_t index, struct completed_option *out);
};

/* The script of a shell, "bash", "zsh" or "fish", on standard output. False: no such shell, which was told. */
bool completion_print(const char *shell, const struct completed_program *program);

#endif
