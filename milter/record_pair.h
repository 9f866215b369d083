/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_pair: the `key=value` pairs of a record's line (record.h), for logs that keep them apart. Values stay escaped as they are in
 * the line.
 */
#ifndef MILTER_RECORD_PAIR_H
#define MILTER_RECORD_PAIR_H

#include "base/text.h"

struct record_pair {
	struct text key, value; /* the value without the quotes of a reply */
	bool number;
};

/* The next pair of what is left of the line. False: there is none. */
bool record_pair_next(struct text *rest, struct record_pair *out);

#endif
