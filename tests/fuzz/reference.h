/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference: wildcards once more, as plainly as they can be said. Slow, and
 * only for short texts.
 */
#ifndef FUZZ_REFERENCE_H
#define FUZZ_REFERENCE_H

#include "base/text.h"

/* A longer pattern or value is cut by the targets. */
#define REFERENCE_LONGEST 200
/* Room for a pattern with all its variables written out. */
#define REFERENCE_SYMBOLS 2048

struct reference {
	size_t count;
	struct {
		enum { REFERENCE_BYTE, REFERENCE_ONE, REFERENCE_RUN } kind;
		char byte;
	} symbols[REFERENCE_SYMBOLS];
};

/* Add t: as data, or as a pattern in which `*` and `?` are wildcards. False: it does not fit. */
bool reference_add(struct reference *pattern, struct text t, bool literal);

/* Does the pattern cover all of the value (at most REFERENCE_LONGEST bytes)? */
bool reference_match(const struct reference *pattern, struct text value, bool fold);

#endif
