/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readable: of a document that does not load, what can be read all the same. One fault must not hide what is dangerous
 * in another statement, nor in its own.
 */
#ifndef LINT_READABLE_H
#define LINT_READABLE_H

#include <jansson.h>
#include <stdbool.h>

/* How a statement of the copy came about. */
enum readable {
	READABLE_WHOLE,   /* as it is written */
	READABLE_IN_PART, /* what cannot be read was left out, or replaced by something of its form */
	READABLE_NOT,     /* in its place stands one that is about nothing */
};

/*
 * A copy that loads, each statement in the place of its own, and how each came about (of `room` statements, the others
 * are not copied). NULL: none of it can be read, or memory ran short, which *out_of_memory then says. The copy's members are those of the document, so
 * that places are found by the same paths.
 */
json_t *readable_copy(const json_t *document, bool identity, enum readable *how, size_t room, bool *out_of_memory);

#endif
