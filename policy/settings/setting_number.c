/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/setting_number.h"

#include "base/json_source.h"

#include <inttypes.h>

#define NUMBER_SIZE 40

/* In decimal, without zeros at the end of a fraction. */
static const char *number_text(const struct setting_number *number, int64_t value, char out[NUMBER_SIZE])
{
	int length = snprintf(out, NUMBER_SIZE, "%" PRId64, value / number->scale);
	int64_t fraction = value % number->scale;

	if (fraction)
		out[length++] = '.';
	for (int64_t scale = number->scale; fraction; fraction %= scale) {
		scale /= 10;
		out[length++] = (char)('0' + fraction / scale);
	}
	out[length] = '\0';
	return out;
}

void setting_number_print(const struct setting_number *number, int64_t value, FILE *out)
{
	char text[NUMBER_SIZE];

	fputs(number_text(number, value, text), out);
}

const char *setting_number_read(const struct setting_number *number, const json_t *value, int64_t *out, char *room, size_t size)
{
	char shown[JSON_SHOW_SIZE], least[NUMBER_SIZE], most[NUMBER_SIZE];
	double scaled = json_number_value(value) * (double)number->scale, past;

	json_show(value, shown);
	number_text(number, number->least, least);
	number_text(number, number->most, most);
	if (!json_is_number(value) || (number->scale == 1 && !json_is_integer(value))) {
		snprintf(room, size, "%s is not a %snumber; write one from %s to %s, without quotes", shown,
			number->scale == 1 ? "whole " : "", least, most);
		return room;
	}
	if (scaled < (double)number->least && number->least_words)
		return number->least_words;
	if (scaled < (double)number->least || scaled > (double)number->most) {
		snprintf(room, size, "%s is out of bounds; write a number from %s to %s", shown, least, most);
		return room;
	}
	/* Within bounds all whole numbers are a double's. A decimal fraction seldom is. */
	int64_t nearest = (int64_t)(scaled + 0.5);
	past = scaled - (double)nearest;
	if (past > 1e-6 || past < -1e-6) {
		snprintf(room, size, "%s has more decimals than are kept; write three at most", shown);
		return room;
	}
	*out = nearest;
	return NULL;
}
