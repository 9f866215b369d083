/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot: what happened when, as a picture (SVG) of stacked bars, and the same numbers as a table.
 */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/view.h"

/* A part of each bar: a member of a span, its words, and its class in the style. Constants. */
struct plot_part {
	const char *member, *words, *class;
};

#define PLOT_PARTS_MAX 8

struct plot {
	const char *id, *title;
	const struct plot_part *parts;
	size_t count;
};

/* `time` as tool/report_spans.h has it. Parts that never occur are left out; nothing is written where none does. */
void plot(const struct view *view, const json_t *time, const struct plot *whole);

#endif
