/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option: the options of a command, one table: it is parsed by, printed as
 * --help, and completed by the shells.
 */
#ifndef TOOL_OPTION_H
#define TOOL_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_TEXT, /* const char *; the last one counts */
	OPTION_LIST, /* struct words; may be repeated */
};

enum option_completion { COMPLETE_NONE, COMPLETE_PATH };

struct option_row {
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;
	enum option_kind kind;
	size_t offset; /* of where the value goes, in what the command gives */
	enum option_completion completion;
};

struct option_table {
	const char *command;
	const char *summary;    /* what the command does, as sentences */
	const char *operands;   /* "FILE...", or NULL: takes none */
	size_t operands_offset; /* of a struct words */
	const char *status;     /* what its exit status says */
	const struct option_row *rows;
	size_t count;
	const char *letters; /* the short forms of the first rows, one each, for their helps to say; NULL: none */
};

struct word_list {
	const char **at; /* argv's strings; the list itself is allocated */
	size_t count;
};

enum options_found {
	OPTIONS_READ,
	OPTIONS_HELP,  /* help was asked for, and printed */
	OPTIONS_WRONG, /* what is wrong was told */
};

/* Read the command line (argv[0] is the command's name) into *out, which is zeroed. options_free is due in any case. */
enum options_found options_read(const struct option_table *table, int argc, char **argv, void *out);
void options_free(const struct option_table *table, void *out);

void options_help(const struct option_table *table, FILE *out);

#endif
