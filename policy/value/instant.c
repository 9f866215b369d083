/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/instant.h"

#include <inttypes.h>
#include <stdio.h>

/* Where the years of four digits begin and end. */
#define YEAR_0 (-62167219200)
#define YEAR_10000 253402300800

/* A cursor over the text. */
struct instant_scan {
	struct text text;
	size_t at;
};

static char scan_peek(const struct instant_scan *s)
{
	return s->at < s->text.length ? s->text.at[s->at] : '\0';
}

static bool scan_byte(struct instant_scan *s, char byte)
{
	if (s->at >= s->text.length || text_lower(s->text.at[s->at]) != byte)
		return false;
	s->at++;
	return true;
}

/* Exactly `digits` digits with a value from `low` to `high`. */
static bool scan_field(struct instant_scan *s, int digits, int low, int high, int *out)
{
	int value = 0;
	for (int i = 0; i < digits; i++) {
		char c = scan_peek(s);
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
		s->at++;
	}
	*out = value;
	return value >= low && value <= high;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to a day of the proleptic Gregorian calendar. Years are counted from March, so that leap days come last. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool epoch_parse(struct text t, struct instant *instant)
{
	size_t at = t.length && (t.at[0] == '-' || t.at[0] == '+');
	int64_t value = 0;

	if (at == t.length)
		return false;
	/* Counted away from zero on its own side: the most negative number has no positive. */
	int sign = t.at[0] == '-' ? -1 : 1;
	for (; at < t.length; at++) {
		if (t.at[at] < '0' || t.at[at] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, sign * (t.at[at] - '0'), &value))
			return false;
	}
	*instant = (struct instant){ .seconds = value };
	return true;
}

/* `.digits`; those past nanoseconds are cut. */
static bool fraction_parse(struct instant_scan *s, uint32_t *nanoseconds)
{
	uint32_t unit = 100000000;
	size_t first = s->at;

	for (; scan_peek(s) >= '0' && scan_peek(s) <= '9'; s->at++) {
		*nanoseconds += unit * (uint32_t)(scan_peek(s) - '0');
		unit /= 10;
	}
	return s->at > first;
}

/* Nothing, Z, or +hh:mm: seconds to take off. */
static bool zone_parse(struct instant_scan *s, int64_t *offset)
{
	int hours, minutes;
	char sign = scan_peek(s);

	*offset = 0;
	if (s->at == s->text.length || scan_byte(s, 'z'))
		return true;
	if (!scan_byte(s, '+') && !scan_byte(s, '-'))
		return false;
	if (!scan_field(s, 2, 0, 23, &hours) || !scan_byte(s, ':') || !scan_field(s, 2, 0, 59, &minutes))
		return false;
	*offset = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static bool date_parse(struct instant_scan *s, struct instant *instant)
{
	int year, month, day = 1, hour = 0, minute = 0, second = 0;
	int64_t offset = 0;

	*instant = (struct instant){ 0 };
	if (!scan_field(s, 4, 0, 9999, &year) || !scan_byte(s, '-') || !scan_field(s, 2, 1, 12, &month))
		return false;
	if (s->at < s->text.length && (!scan_byte(s, '-') || !scan_field(s, 2, 1, month_days(year, month), &day)))
		return false;
	if (s->at < s->text.length) {
		if (!scan_byte(s, 't') || !scan_field(s, 2, 0, 23, &hour) || !scan_byte(s, ':') ||
			!scan_field(s, 2, 0, 59, &minute))
			return false;
		if (scan_byte(s, ':')) {
			if (!scan_field(s, 2, 0, 60, &second))
				return false;
			if (scan_byte(s, '.') && !fraction_parse(s, &instant->nanoseconds))
				return false;
		}
		if (!zone_parse(s, &offset))
			return false;
	}
	instant->seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
	return s->at == s->text.length;
}

bool instant_parse(struct text t, struct instant *instant)
{
	struct instant_scan s = { .text = t };

	*instant = (struct instant){ 0 };
	if (text_find(t, '-', 1) == t.length && text_find(t, 'T', 0) == t.length && text_find(t, 't', 0) == t.length)
		return epoch_parse(t, instant);
	return date_parse(&s, instant);
}

int instant_compare(const struct instant *a, const struct instant *b)
{
	int order = (a->seconds > b->seconds) - (a->seconds < b->seconds);
	return order ? order : (a->nanoseconds > b->nanoseconds) - (a->nanoseconds < b->nanoseconds);
}

const char *instant_print(const struct instant *instant, char text[INSTANT_TEXT_SIZE])
{
	if (instant->seconds < YEAR_0 || instant->seconds >= YEAR_10000) {
		snprintf(text, INSTANT_TEXT_SIZE, "%" PRId64, instant->seconds);
		return text;
	}

	int64_t days = instant->seconds / 86400, rest = instant->seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	/* The inverse of days_from_civil. */
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t of_era = days - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	year += era * 400 + (month <= 2);
	/* The remainders change nothing; they show the compiler that it fits. */
	snprintf(text, INSTANT_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned int)year % 10000, (unsigned int)month % 100,
		(unsigned int)day % 100, (unsigned int)(rest / 3600) % 100, (unsigned int)(rest / 60 % 60),
		(unsigned int)(rest % 60));
	return text;
}
