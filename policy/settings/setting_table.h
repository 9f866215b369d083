/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_table: the one table of settings. Reading, checking, printing and
 * help all come from it.
 */
#ifndef SETTINGS_SETTING_TABLE_H
#define SETTINGS_SETTING_TABLE_H

#include "settings/setting_check.h"
#include "settings/setting_number.h"
#include "settings/settings.h"

enum setting_type {
	SETTING_TEXT,   /* const char *; NULL: not set */
	SETTING_LIST,   /* struct string_list */
	SETTING_MODE,   /* unsigned; octal digits in a JSON string */
	SETTING_LEVELS, /* struct level_list: lists, none of them empty */
	SETTING_WORD,   /* unsigned; index into words */
	SETTING_SWITCH, /* unsigned; 0 or 1; true or false in JSON; with words, the first is 2 */
	SETTING_MAP,    /* struct map; an object whose values are texts or lists of texts */
	SETTING_NUMBER, /* struct option_number */
	SETTING_OBJECT, /* a struct that begins with an unsigned: 0: not given, 1: an object with the rows of `group`, 2: the text `instead` */
	SETTING_OBJECTS, /* a list of objects, each with the rows of `group`: a pointer and a count, as struct principal_options has */
};

struct setting_group;

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;            /* in struct settings, or in an element of the group */
	const char *fallback;     /* as the value would be written; NULL: none */
	const char *const *words; /* of SETTING_WORD, NULL-terminated; of a switch: beside true and false; NULL: none */
	const char *
		instead; /* of a list: a text that may stand in its place; it is then a list of that text alone. Of an object: the same */
	const struct setting_number *number; /* of a number */
	setting_check *check;                /* of a text, of each element of a list, of each value of a map */
	setting_check *check_name;           /* of a map: its names */
	bool single;                         /* of a map: one value a name */
	bool required;                       /* of a group: must be there */
	bool beside_alone;                   /* of a group: may stand beside the group's `alone` */
	const struct setting_group *group;
	const char *bounds; /* for help: what it may be */
	bool in_place;      /* a reload changes it */
	const char *help;
};

struct setting_group {
	const struct setting *rows;
	size_t count;
	size_t size;       /* of an element */
	const char *alone; /* a switch: where it is true no other row is there but those with beside_alone; NULL: none */
	/* What is wrong with an element whose rows are all right, `what; what would be right`; or NULL. NULL: nothing can be. */
	const char *(*whole)(const void *element);
	const char *example;
};

extern const struct setting setting_table[];
extern const size_t setting_count;

/* The row of a name among `count` rows, or NULL. */
const struct setting *setting_find(const struct setting *rows, size_t count, const char *name);

/* The name among the rows most like `name`, or NULL if none is. */
const char *setting_nearest(const struct setting *rows, size_t count, const char *name);

/* The word's index, or -1. */
int setting_word(const struct setting *row, const char *text);

#endif
