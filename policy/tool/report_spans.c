/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_spans.h"

#include "tool/report_json.h"

#include <string.h>

const char *const report_fate_names[FATES] = { "refused", "deferred", "trouble", "would_refuse", "shadow", "allowed" };

/* Seconds; each is a multiple of the one before. */
static const int64_t ladder[] = { 60, 300, 900, 3600, 10800, 21600, 86400, 604800, 2419200, 31449600 };

#define STEPS (sizeof ladder / sizeof *ladder)

/* From 2000 to 2100: what is not in it is no time of a relay, and would make one span of all others. */
#define EARLIEST INT64_C(946684800)
#define LATEST INT64_C(4102444800)

static void widen(struct report_spans *spans)
{
	int64_t step = ladder[spans->width + 1] / ladder[spans->width], first = spans->first / step;
	uint64_t of[SPANS_MAX][FATES] = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < spans->count; i++) {
		size_t at = (size_t)((spans->first + (int64_t)i) / step - first);
		for (size_t fate = 0; fate < FATES; fate++)
			of[at][fate] += spans->of[i][fate];
		count = at + 1;
	}
	memcpy(spans->of, of, sizeof of);
	spans->count = count;
	spans->first = first;
	spans->width++;
}

/* Room for the spans from `first` to `last`. The widest ones always have it. */
static void reach(struct report_spans *spans, int64_t seconds)
{
	int64_t at, first, last;

	for (;;) {
		at = seconds / ladder[spans->width];
		first = spans->count && spans->first < at ? spans->first : at;
		last = spans->count && spans->first + (int64_t)spans->count - 1 > at ? spans->first + (int64_t)spans->count - 1
										     : at;
		if (last - first < SPANS_MAX)
			break;
		widen(spans);
	}
	size_t moved = spans->count ? (size_t)(spans->first - first) : 0;
	if (moved) {
		memmove(spans->of[moved], spans->of[0], spans->count * sizeof spans->of[0]);
		memset(spans->of[0], 0, moved * sizeof spans->of[0]);
	}
	spans->first = first;
	spans->count = (size_t)(last - first + 1);
}

void report_spans_add(struct report_spans *spans, int64_t seconds, enum report_fate fate)
{
	if (seconds < EARLIEST || seconds >= LATEST) {
		spans->timeless++;
		return;
	}
	if (!spans->count || seconds < spans->earliest)
		spans->earliest = seconds;
	if (!spans->count || seconds > spans->latest)
		spans->latest = seconds;
	reach(spans, seconds);
	spans->of[seconds / ladder[spans->width] - spans->first][fate]++;
}

static json_t *span_json(const struct report_spans *spans, size_t index)
{
	json_t *made = json_pack("{s:o}", "from", report_time((spans->first + (int64_t)index) * ladder[spans->width]));
	bool good = made;

	for (size_t fate = 0; good && fate < FATES; fate++)
		good = report_set(made, report_fate_names[fate], json_integer((json_int_t)spans->of[index][fate]));
	if (good)
		return made;
	json_decref(made);
	return NULL;
}

json_t *report_spans_json(const struct report_spans *spans)
{
	struct report_spans told = *spans;
	json_t *list = json_array();
	bool good = list;

	while (told.count > SPANS_TOLD && told.width + 1 < STEPS)
		widen(&told);
	for (size_t i = 0; good && i < told.count; i++)
		good = report_push(list, span_json(&told, i));
	if (good)
		return json_pack("{s:o, s:o, s:I, s:o, s:I}", "first", told.count ? report_time(told.earliest) : json_null(),
			"last", told.count ? report_time(told.latest) : json_null(), "span_seconds", (json_int_t)ladder[told.width],
			"spans", list, "timeless", (json_int_t)told.timeless);
	json_decref(list);
	return NULL;
}
