/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a moment a line.
 *
 * Promises: what is accepted is made of the bytes that dates are made of; the
 * order is one (antisymmetric, transitive, equal to itself); the C library
 * counts days as we do; what is printed reads back as the same second; a day
 * prints as it was written; a zone moves the moment by just its offset.
 */
#include "fuzz/fuzz.h"
#include "value/instant.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MOMENTS = 8 };

#define YEAR_0 (-62167219200)  /* 0000-01-01T00:00:00Z */
#define YEAR_9999 253402300799 /* 9999-12-31T23:59:59Z */

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static void print_check(const struct instant *instant)
{
	char text[INSTANT_TEXT_SIZE], want[80];
	struct instant again;
	struct tm tm;
	time_t seconds = (time_t)instant->seconds;

	instant_print(instant, text);
	if (instant->seconds >= YEAR_0 && instant->seconds <= YEAR_9999) {
		FUZZ_CHECK(gmtime_r(&seconds, &tm));
		snprintf(want, sizeof want, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec);
		FUZZ_CHECK(!strcmp(text, want));
	}
	FUZZ_CHECK(instant_parse(text_of(text), &again));
	FUZZ_CHECK(again.seconds == instant->seconds && !again.nanoseconds);
}

static void day_check(struct text t, const struct instant *instant)
{
	char text[INSTANT_TEXT_SIZE];

	if (t.length == strlen("2026-05-01") && t.at[4] == '-')
		FUZZ_CHECK(text_starts_with(text_of(instant_print(instant, text)), t));
}

/* The same with Z in place of +hh:mm. */
static void zone_check(struct text t, const struct instant *instant)
{
	struct text zone = t.length > strlen("+hh:mm") ? text_from(t, t.length - strlen("+hh:mm")) : TEXT("");
	char zulu[64];
	struct instant moved;

	if (text_find(t, ':', 0) >= t.length - strlen("+hh:mm") || !zone.length || (zone.at[0] != '+' && zone.at[0] != '-'))
		return;
	int minutes = ((zone.at[1] - '0') * 10 + zone.at[2] - '0') * 60 + (zone.at[4] - '0') * 10 + zone.at[5] - '0';
	int length = snprintf(zulu, sizeof zulu, "%.*sZ", (int)(t.length - zone.length), t.at);
	if ((size_t)length >= sizeof zulu)
		return;
	FUZZ_CHECK(instant_parse(text_of(zulu), &moved));
	FUZZ_CHECK(moved.seconds - instant->seconds == (zone.at[0] == '-' ? -60 : 60) * minutes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text lines[MOMENTS];
	struct instant known[MOMENTS];
	size_t lines_count = fuzz_lines(fuzz_text(data, size), lines, MOMENTS), count = 0;

	for (size_t i = 0; i < lines_count; i++) {
		if (!instant_parse(lines[i], &known[count]))
			continue;
		for (size_t at = 0; at < lines[i].length; at++)
			FUZZ_CHECK(lines[i].at[at] && strchr("0123456789+-:.TtZz", lines[i].at[at]));
		FUZZ_CHECK(known[count].nanoseconds < 1000000000);
		print_check(&known[count]);
		day_check(lines[i], &known[count]);
		zone_check(lines[i], &known[count++]);
	}
	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++) {
			int order = instant_compare(&known[a], &known[b]);

			FUZZ_CHECK(sign(order) == -sign(instant_compare(&known[b], &known[a])));
			FUZZ_CHECK(order || (known[a].seconds == known[b].seconds && known[a].nanoseconds == known[b].nanoseconds));
			for (size_t c = 0; order <= 0 && c < count; c++)
				FUZZ_CHECK(instant_compare(&known[b], &known[c]) > 0 || instant_compare(&known[a], &known[c]) <= 0);
		}
	return 0;
}
