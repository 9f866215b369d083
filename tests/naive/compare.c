/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void naive_append(struct naive_text *text, const char *utf8, int bytes, bool wildcards)
{
	for (int i = 0; i < bytes; i++) {
		unsigned char byte = (unsigned char)utf8[i];

		if (byte >= 0x80 && byte < 0xc0) {
			int *last = &text->cell[text->length - 1];

			*last = *last << 6 | (byte & 0x3f);
			continue;
		}
		if (text->length == NAIVE_LONGEST)
			abort();
		if (wildcards && byte == '*')
			text->cell[text->length++] = ANY_RUN;
		else if (wildcards && byte == '?')
			text->cell[text->length++] = ANY_ONE;
		else if (byte < 0x80)
			text->cell[text->length++] = byte;
		else if (byte < 0xe0)
			text->cell[text->length++] = byte & 0x1f;
		else if (byte < 0xf0)
			text->cell[text->length++] = byte & 0x0f;
		else
			text->cell[text->length++] = byte & 0x07;
	}
}

void naive_fold(struct naive_text *text)
{
	for (int i = 0; i < text->length; i++)
		if (text->cell[i] >= 'A' && text->cell[i] <= 'Z')
			text->cell[i] += 'a' - 'A';
}

static int lower(int cell)
{
	return cell >= 'A' && cell <= 'Z' ? cell + ('a' - 'A') : cell;
}

void naive_fold_domain(struct naive_text *pattern, int from, bool capitals)
{
	for (int i = from; i < pattern->length; i++)
		if (pattern->cell[i] == '@')
			from = i;
	for (int i = from; i < pattern->length; i++) {
		int cell = lower(pattern->cell[i]);

		if (cell >= 'a' && cell <= 'z' && (!capitals || cell != pattern->cell[i]))
			pattern->cell[i] = cell + ANY_CASE;
	}
}

static bool cells_match(const int *pattern, int pattern_length, const int *text, int length)
{
	if (pattern_length == 0)
		return length == 0;
	if (pattern[0] == ANY_RUN)
		return cells_match(pattern + 1, pattern_length - 1, text, length) ||
			(length > 0 && cells_match(pattern, pattern_length, text + 1, length - 1));
	if (length == 0)
		return false;
	return (pattern[0] == ANY_ONE || pattern[0] == text[0] ||
		       (pattern[0] >= ANY_CASE && pattern[0] - ANY_CASE == lower(text[0])) ||
		       (pattern[0] == DATA_COLON && text[0] == ':')) &&
		cells_match(pattern + 1, pattern_length - 1, text + 1, length - 1);
}

bool naive_matches(const struct naive_text *pattern, const struct naive_text *text)
{
	return cells_match(pattern->cell, pattern->length, text->cell, text->length);
}

/* Where field number wanted (0 to 5) begins, and its length; false if there is none. */
static bool find_field(const struct naive_text *text, int wanted, int *start, int *length)
{
	int own = 0, field = 0;

	for (int i = 0; i < text->length; i++)
		own += text->cell[i] == ':';
	*start = 0;
	*length = text->length;
	for (int i = 0; i < text->length && field < 5; i++) {
		if (text->cell[i] != ':' && (own >= 5 || text->cell[i] != DATA_COLON))
			continue;
		if (field == wanted) {
			*length = i - *start;
			return true;
		}
		field++;
		*start = i + 1;
		*length = text->length - *start;
	}
	return field == wanted;
}

bool naive_is_arn(const struct naive_text *text)
{
	int start, length;

	return find_field(text, 5, &start, &length) && find_field(text, 0, &start, &length) && length == 3 &&
		text->cell[0] == 'a' && text->cell[1] == 'r' && text->cell[2] == 'n';
}

int naive_arn_resource(const struct naive_text *arn)
{
	int start, length;

	return find_field(arn, 5, &start, &length) ? start : arn->length;
}

bool naive_arn_matches(const struct naive_text *pattern, const struct naive_text *arn)
{
	if (!naive_is_arn(pattern) || !naive_is_arn(arn))
		return false;
	for (int field = 0; field < 6; field++) {
		int pattern_start, pattern_length, start, length;

		find_field(pattern, field, &pattern_start, &pattern_length);
		find_field(arn, field, &start, &length);
		if (!cells_match(pattern->cell + pattern_start, pattern_length, arn->cell + start, length))
			return false;
	}
	return true;
}

bool naive_number(const char *text, __int128 *number)
{
	bool below_zero = *text == '-';
	size_t whole, part = 0;

	text += below_zero;
	whole = strspn(text, "0123456789");
	if (text[whole] == '.')
		part = strspn(text + whole + 1, "0123456789");
	if (whole == 0 || (text[whole] == '.' && part == 0))
		return false;
	if (text[whole + (part > 0) + part] != '\0')
		return false;
	if (whole > 18 || part > 18)
		abort();
	*number = 0;
	for (size_t i = 0; i < whole; i++)
		*number = *number * 10 + (text[i] - '0');
	for (size_t i = 0; i < 18; i++)
		*number = *number * 10 + (i < part ? text[whole + 1 + i] - '0' : 0);
	if (below_zero)
		*number = -*number;
	return true;
}

/* Takes count digits off *text into *number. */
static bool take_digits(const char **text, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++) {
		if (!isdigit((unsigned char)**text))
			return false;
		*number = *number * 10 + (*(*text)++ - '0');
	}
	return true;
}

static bool take(const char **text, char c)
{
	if (**text != c)
		return false;
	++*text;
	return true;
}

/* Digits after the point of a second; those beyond the ninth are dropped. */
static bool take_fraction(const char **text, int *nanoseconds)
{
	if (!isdigit((unsigned char)**text))
		return false;
	for (int scale = 100000000; isdigit((unsigned char)**text); ++*text, scale /= 10)
		*nanoseconds += (**text - '0') * scale;
	return true;
}

bool naive_date(const char *text, __int128 *moment)
{
	struct tm tm = { .tm_mday = 1 };
	int year, month = 1, zone = 0, zone_hour, zone_minute, nanoseconds = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits > 0 && digits < 19 && text[digits] == '\0') {
		*moment = (__int128)atoll(text) * 1000000000;
		return true;
	}
	if (!take_digits(&text, 4, &year) || !take(&text, '-') || !take_digits(&text, 2, &month))
		return false;
	if (*text != '\0' && (!take(&text, '-') || !take_digits(&text, 2, &tm.tm_mday)))
		return false;
	if (*text != '\0') {
		if (!take(&text, 'T') || !take_digits(&text, 2, &tm.tm_hour) || !take(&text, ':') ||
			!take_digits(&text, 2, &tm.tm_min))
			return false;
		if (take(&text, ':')) {
			if (!take_digits(&text, 2, &tm.tm_sec))
				return false;
			if (take(&text, '.') && !take_fraction(&text, &nanoseconds))
				return false;
		}
		if (*text != '\0' && !take(&text, 'Z')) {
			int sign = *text == '-' ? -1 : 1;

			if (!take(&text, '+') && !take(&text, '-'))
				return false;
			if (!take_digits(&text, 2, &zone_hour) || !take(&text, ':') || !take_digits(&text, 2, &zone_minute) ||
				zone_hour > 23 || zone_minute > 59)
				return false;
			zone = sign * (zone_hour * 3600 + zone_minute * 60);
		}
		if (*text != '\0' || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
			return false;
	}
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;

	struct tm real = tm;
	time_t seconds = timegm(&real);

	if (real.tm_mday != tm.tm_mday || real.tm_mon != tm.tm_mon)
		return false;
	*moment = ((__int128)seconds - zone) * 1000000000 + nanoseconds;
	return true;
}

/* Returns the number of bytes, 4 or 16, or 0; ::ffff:a.b.c.d is an IPv4 address. */
static int read_address(const char *text, unsigned char bytes[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return 0;
	if (memcmp(bytes, mapped, sizeof mapped) != 0)
		return 16;
	memmove(bytes, bytes + 12, 4);
	return 4;
}

bool naive_is_address(const char *text)
{
	unsigned char bytes[16];

	return read_address(text, bytes) != 0;
}

bool naive_in_network(const char *address, const char *network)
{
	unsigned char left[16], right[16];
	char base[64] = "";
	size_t length = strcspn(network, "/");
	int size = read_address(address, left), bits;

	if (length >= sizeof base)
		return false;
	memcpy(base, network, length);
	if (size == 0 || read_address(base, right) != size)
		return false;
	bits = network[length] == '/' ? atoi(network + length + 1) : size * 8;
	if (size == 4 && strchr(base, ':') && network[length] == '/')
		bits -= 96;
	for (int i = 0; i < bits; i++)
		if (((left[i / 8] ^ right[i / 8]) >> (7 - i % 8)) & 1)
			return false;
	return true;
}

/* Returns the number of bytes, or -1. */
static int read_base64(const char *text, unsigned char bytes[NAIVE_LONGEST])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	int length = (int)strlen(text), count = 0, held = 0;
	unsigned int window = 0;

	if (length % 4 != 0 || length > NAIVE_LONGEST)
		return -1;
	while (length > 0 && text[length - 1] == '=' && length % 4 != 2)
		length--;
	for (int i = 0; i < length; i++) {
		const char *place = strchr(alphabet, text[i]);

		if (!place)
			return -1;
		window = window << 6 | (unsigned int)(place - alphabet);
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[count++] = (unsigned char)(window >> held);
		}
	}
	return count;
}

bool naive_same_bytes(const char *a, const char *b)
{
	unsigned char left[NAIVE_LONGEST], right[NAIVE_LONGEST];
	int left_length = read_base64(a, left), right_length = read_base64(b, right);

	return left_length >= 0 && left_length == right_length && memcmp(left, right, (size_t)left_length) == 0;
}
