/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * throttled: a limit that a message met, as log, record and counters tell of it.
 */
#ifndef MILTER_THROTTLED_H
#define MILTER_THROTTLED_H

#include "quota/quota.h"

/* Kinds of limits. */
enum throttled_kind { THROTTLED_DAY, THROTTLED_SECOND, THROTTLED_SIZE, THROTTLED_KINDS };

struct throttled {
	const struct quota_key *key;
	enum throttled_kind kind;
	int64_t used;        /* -1: not known */
	int64_t limit;       /* per_day, of SECOND the rate in thousandths */
	int64_t asked;       /* recipients of the message */
	int64_t retry_after; /* seconds; 0: not known, or never */
};

/* "day", "second", "size" */
const char *throttled_kind_name(enum throttled_kind kind);

#endif
