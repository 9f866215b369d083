/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_table: the one table of settings. Reading, checking, printing and
 * help all come from it.
 */
#ifndef MILTER_SETTING_TABLE_H
#define MILTER_SETTING_TABLE_H

#include "settings.h"

enum setting_type {
	SETTING_TEXT,  /* const char *; NULL: not set */
	SETTING_LIST,  /* struct string_list */
	SETTING_MODE,  /* unsigned; octal digits in a JSON string */
	SETTING_WORD,  /* unsigned; index into words */
	SETTING_LATER, /* a name that this version knows but does not support */
};

/*
 * A check of one text (of a list: each element). NULL if it is fine, else
 * `what; what would be right`, a constant or made in `room`.
 */
typedef const char *setting_check(const char *value, char *room, size_t size);

struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;             /* in struct settings */
	const char *fallback;      /* as the value would be written; NULL: none */
	const char *const *words;  /* of SETTING_WORD, NULL-terminated */
	unsigned long supported;   /* of SETTING_WORD: bit for each word that this version takes */
	setting_check *check;
	const char *bounds;        /* for help: what it may be */
	bool in_place;             /* a reload changes it */
	const char *help;
};

extern const struct setting setting_table[];
extern const size_t setting_count;

/* The row of a name, or NULL. */
const struct setting *setting_find(const char *name);

/* The name in the table most like `name`, or NULL if none is. */
const char *setting_nearest(const char *name);

/* Four octal digits or fewer, at most 0777. */
bool setting_parse_mode(const char *text, unsigned *mode);

/* Where a setting's value is. */
static inline void *setting_at(const struct settings *settings, const struct setting *row)
{
	return (char *)settings + row->offset;
}

#endif
