/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_spans: what happened when: counts by spans of time, which grow wider as the records go on, so that their number is bounded.
 */
#ifndef TOOL_REPORT_SPANS_H
#define TOOL_REPORT_SPANS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What becomes of a message or a recipient. */
enum report_fate {
	FATE_REFUSED,
	FATE_DEFERRED, /* by a quota */
	FATE_TROUBLE,  /* 451: trouble of the filter */
	FATE_WOULD,    /* monitor mode: not told */
	FATE_SHADOW,   /* shadow policies would have refused it */
	FATE_ALLOWED,
	FATES
};

/* "refused", "deferred", "trouble", "would_refuse", "shadow", "allowed" */
extern const char *const report_fate_names[FATES];

#define SPANS_MAX 400
/* So many at most are told. */
#define SPANS_TOLD 72

struct report_spans {
	unsigned width; /* number of the ladder's step */
	int64_t first;  /* of the first span: seconds divided by the width */
	size_t count;   /* 0: no time yet */
	uint64_t of[SPANS_MAX][FATES];
	int64_t earliest, latest; /* seconds */
	uint64_t timeless;        /* without a time that can be */
};

/* A zeroed struct is empty. */
void report_spans_add(struct report_spans *spans, int64_t seconds, enum report_fate fate);

/* {"first", "last", "span_seconds", "spans": [{"from", "refused", ...}], "timeless"}; first is null without any. NULL when memory is short. */
json_t *report_spans_json(const struct report_spans *spans);

#endif
