/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_count.h"

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void quota_count_merge(struct quota_count *count, const struct quota_count *other)
{
	ring_merge(&count->ring, &other->ring);
	count->paid = later(count->paid, other->paid);
	count->touched = later(count->touched, other->touched);
	count->doubtful = later(count->doubtful, other->doubtful);
	count->reached_80 = (int32_t)later(count->reached_80, other->reached_80);
	count->reached_100 = (int32_t)later(count->reached_100, other->reached_100);
}
