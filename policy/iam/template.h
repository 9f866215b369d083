/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template: a policy text with policy variables: ${key}, ${key, 'default'},
 * and ${*} ${?} ${$} for the characters themselves.
 * (IAM User Guide, "IAM policy elements: Variables and tags".)
 *
 * What a variable brings in is data: a `*` in it is a star, not a wildcard.
 */
#ifndef IAM_TEMPLATE_H
#define IAM_TEMPLATE_H

#include "iam/compile.h"
#include "value/glob.h"

struct request;

/* More pieces than this in one text are a fault at load; they bound the stack of a match. */
#define TEMPLATE_PIECES 64

struct template_piece {
	struct text text; /* of the policy; for a variable its default, .at NULL if it has none */
	int slot;         /* -1: not a variable */
	bool literal;     /* stands for itself: ${*} and the like */
};

struct template
{
	struct text source; /* as written */
	struct template_piece *pieces;
	size_t count;
	bool fixed;                /* no variables, only escapes */
	enum glob_letters letters; /* of its domain, where domains have no case (domain.h) */
};

/* Is there anything to do: does `t` hold `${`, in a policy whose version knows variables? */
bool template_needed(const struct compile *c, struct text t);

/* Read a text. False: a fault was told. */
bool template_compile(struct compile *c, const struct json_path *path, struct text t, struct template *out);

/* May the domain of the text that comes of it have capitals? */
bool template_may_fold(const struct template *template);

enum template_state {
	TEMPLATE_RESOLVED,
	TEMPLATE_UNRESOLVED, /* a key without a default is missing or holds a list */
	TEMPLATE_PENDING,    /* a key is not known yet */
};

/* Fill in a request's values; `pieces` has room for TEMPLATE_PIECES and gets template->count. Nothing is folded. */
enum template_state template_resolve(const struct template *template, const struct request *request, struct glob_piece *pieces);

/* Is the text of the pieces, as data, the value; `ignore_case`: without regard to case, also of pieces that do not fold? */
bool template_equals(const struct glob_piece *pieces, size_t count, struct text value, bool ignore_case);

#endif
