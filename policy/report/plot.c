/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/plot.h"

#include "report/html.h"

/* The picture's own units; it is drawn as wide as the page has room. */
#define HEIGHT 1000
#define BAR 10
#define GAP 2

static long long span_sum(const json_t *span, const struct plot *plot)
{
	long long sum = 0;

	for (size_t i = 0; i < plot->count; i++)
		sum += view_number(span, plot->parts[i].member);
	return sum;
}

/* The next of 1, 2, 3, 4, 6, 8, 10, 20, ... */
static long long round_up(long long most)
{
	static const int steps[] = { 1, 2, 3, 4, 6, 8 };
	long long power = 1;

	for (;; power *= 10)
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
			if (steps[i] * power >= most)
				return steps[i] * power;
}

static void span_words(const struct view *view, const json_t *span, const struct plot *plot)
{
	html_put(view->out, "<title>%t:", view_text(span, "from"));
	for (size_t i = 0; i < plot->count; i++)
		if (view_number(span, plot->parts[i].member))
			html_put(view->out, " %d %t", view_number(span, plot->parts[i].member), plot->parts[i].words);
	html_put(view->out, "</title>");
}

static void span_bar(const struct view *view, const json_t *span, size_t index, long long top, const struct plot *plot)
{
	long long below = 0;

	html_put(view->out, "<g>");
	span_words(view, span, plot);
	for (size_t i = 0; i < plot->count; i++) {
		long long count = view_number(span, plot->parts[i].member);
		long long low = below * HEIGHT / top, high = (below + count) * HEIGHT / top;
		if (!count)
			continue;
		/* What is there is seen. */
		if (high - low < 4)
			high = low + 4;
		html_put(view->out, "<rect class=\"%t\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>", plot->parts[i].class,
			(unsigned long long)(index * BAR + GAP / 2), (unsigned long long)(high < HEIGHT ? HEIGHT - high : 0),
			(unsigned long long)(BAR - GAP), (unsigned long long)(high - low));
		below += count;
	}
	html_put(view->out, "</g>\n");
}

static void picture(const struct view *view, const json_t *time, const struct plot *plot, long long most, long long top)
{
	const json_t *spans = view_list(time, "spans"), *span;
	unsigned long long width = json_array_size(spans) * BAR;
	size_t i;

	html_put(view->out,
		"<svg class=\"plot\" viewBox=\"0 0 %u 1000\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"%t-t %t-d\">"
		"<title id=\"%t-t\">%t</title><desc id=\"%t-d\">Bars from %t to %t, each of %d minutes. The highest stands for %d. The "
		"table below has the numbers.</desc>\n",
		width, plot->id, plot->id, plot->id, plot->title, plot->id, view_text(time, "first"), view_text(time, "last"),
		view_number(time, "span_seconds") / 60, most);
	for (unsigned long long y = 0; y <= HEIGHT; y += HEIGHT / 2)
		html_put(view->out, "<line class=\"grid\" x1=\"0\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>", width, y, y);
	json_array_foreach(spans, i, span)
		span_bar(view, span, i, top, plot);
	html_put(view->out, "</svg>");
}

/* "hour", "6 hours", "day". */
static void span_name(const struct view *view, long long seconds)
{
	static const struct {
		long long seconds;
		const char *name;
	} units[] = { { 604800, "week" }, { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (seconds % units[i].seconds)
			continue;
		if (seconds != units[i].seconds)
			html_put(view->out, "%d %ts", seconds / units[i].seconds, units[i].name);
		else
			html_put(view->out, "%t", units[i].name);
		return;
	}
}

static void legend(const struct view *view, const json_t *time, const struct plot *plot)
{
	html_put(view->out, "<p class=\"legend\">");
	for (size_t i = 0; i < plot->count; i++)
		html_put(view->out,
			"<span><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\" focusable=\"false\"><rect class=\"%t\" "
			"width=\"10\" height=\"10\"/></svg>%t</span>",
			plot->parts[i].class, plot->parts[i].words);
	html_put(view->out, "<span class=\"per\">a bar for each ");
	span_name(view, view_number(time, "span_seconds"));
	html_put(view->out, "</span></p>\n");
}

static void table(const struct view *view, const json_t *time, const struct plot *plot)
{
	const json_t *span;
	size_t i;

	html_put(view->out,
		"<details class=\"numbers\"><summary>The numbers as a table</summary><div class=\"scroll\" role=\"region\" "
		"aria-label=\"%t, as a table\" tabindex=\"0\"><table class=\"counts\"><thead><tr><th scope=\"col\">From</th>",
		plot->title);
	for (size_t j = 0; j < plot->count; j++)
		html_put(view->out, "<th scope=\"col\" class=\"n\">%t</th>", plot->parts[j].words);
	html_put(view->out, "</tr></thead><tbody>\n");
	json_array_foreach(view_list(time, "spans"), i, span) {
		html_put(view->out, "<tr><th scope=\"row\">%m</th>", view_text(span, "from"));
		for (size_t j = 0; j < plot->count; j++)
			html_put(view->out, "<td class=\"n\">%d</td>", view_number(span, plot->parts[j].member));
		html_put(view->out, "</tr>\n");
	}
	html_put(view->out, "</tbody></table></div></details>\n");
}

/* The parts that occur at all. */
static size_t parts_used(const json_t *spans, const struct plot *plot, struct plot_part used[PLOT_PARTS_MAX])
{
	size_t count = 0, i;
	const json_t *span;

	for (size_t j = 0; j < plot->count && count < PLOT_PARTS_MAX; j++) {
		long long sum = 0;
		json_array_foreach(spans, i, span)
			sum += view_number(span, plot->parts[j].member);
		if (sum)
			used[count++] = plot->parts[j];
	}
	return count;
}

void plot(const struct view *view, const json_t *time, const struct plot *whole)
{
	struct plot_part used[PLOT_PARTS_MAX];
	struct plot shown = *whole, *plot = &shown;
	const json_t *spans = view_list(time, "spans"), *span;
	long long most = 0;
	size_t i;

	shown.parts = used;
	shown.count = parts_used(spans, whole, used);
	if (!shown.count)
		return;
	json_array_foreach(spans, i, span)
		if (span_sum(span, plot) > most)
			most = span_sum(span, plot);
	long long top = round_up(most > 0 ? most : 1);
	html_put(view->out, "<figure><figcaption>%t</figcaption>\n", plot->title);
	legend(view, time, plot);
	html_put(view->out, "<div class=\"chart\"><div class=\"y\" aria-hidden=\"true\"><span>%d</span><span>", top);
	if (top % 2)
		html_put(view->out, "%d.5</span><span>0</span></div>", top / 2);
	else
		html_put(view->out, "%d</span><span>0</span></div>", top / 2);
	picture(view, time, plot, most, top);
	html_put(view->out, "<div class=\"x\"><span>%m</span><span>%m</span></div></div>\n", view_text(time, "first"),
		view_text(time, "last"));
	table(view, time, plot);
	html_put(view->out, "</figure>\n");
}
