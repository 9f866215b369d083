/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_count: what is known of one key.
 */
#ifndef QUOTA_QUOTA_COUNT_H
#define QUOTA_QUOTA_COUNT_H

#include "quota/ring.h"

struct quota_count {
	struct ring ring;
	int64_t paid;                    /* pace.h */
	int64_t touched;                 /* last counted or set */
	int64_t doubtful;                /* until then its day cannot be told; 0: it can */
	int32_t reached_80, reached_100; /* number of the bucket in which it was told, plus 1; 0: never */
};

/* Two that were kept of the same key become one: what either of them has counted, and the later of each moment. */
void quota_count_merge(struct quota_count *count, const struct quota_count *other);

#endif
