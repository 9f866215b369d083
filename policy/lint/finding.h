/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * finding: what is wrong with a policy, where, what it does to mail, and the fix.
 *
 * All texts are printable: what came from a file is escaped. They live in the
 * arena of the list, the fixes are JSON of their own.
 */
#ifndef LINT_FINDING_H
#define LINT_FINDING_H

#include "base/arena.h"
#include "lint/kind.h"

#include <jansson.h>

/* A correction in the text that it belongs to. */
struct fix_text {
	size_t at, length; /* what is replaced: bytes of the text */
	struct text by;
	bool inner;       /* the text is that of a string in the file, not the file's */
	const char *diff; /* unified; NULL: its lines are too long for people */
};

struct finding {
	enum kind_number kind;
	const char *file;            /* as given; FILE[NAME] for a document inside a string */
	const char *outer;           /* FILE, if the place is one of a document inside a string; else NULL */
	unsigned line, column;       /* from 1; 0: not known */
	const char *policy;          /* name, or NULL */
	int statement;               /* index in its policy, or -1 */
	const char *sid;             /* or NULL */
	const char *message;         /* what is wrong, in this place */
	const char *mail;            /* what it does to mail; NULL: the kind's meaning says it */
	json_t *fix;                 /* the corrected statement, or NULL */
	const struct fix_text *text; /* the same in the text; NULL: not asked for, or there is no fix */
};

struct findings {
	struct arena arena;
	struct finding *list;
	size_t count, room;
	bool out_of_memory; /* something is missing: the run must not count as clean */
};

void findings_init(struct findings *findings);
void findings_free(struct findings *findings);

/* Takes the fix, also on failure. False when memory is short; out_of_memory is then set. */
bool findings_add(struct findings *findings, struct finding finding);

/* From `first` on in the order of their places; the order of checks is no order for people. */
void findings_sort(struct findings *findings, size_t first);

/* Is there one of at least this severity? */
bool findings_reach(const struct findings *findings, enum severity severity);

#endif
