/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_bytes.h"

#include <string.h>

/* A mark, the digits of a size_t, and the end of the line. */
#define HEAD_MOST (1 + 20 + 2)

size_t quota_redis_bytes_most(const struct text *words, size_t count)
{
	size_t most = HEAD_MOST;

	for (size_t i = 0; i < count; i++)
		most += HEAD_MOST + words[i].length + 2;
	return most;
}

static char *write_end(char *out)
{
	*out++ = '\r';
	*out++ = '\n';
	return out;
}

static char *write_head(char mark, size_t number, char *out)
{
	char digits[20], *at = digits + sizeof digits;

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	*out++ = mark;
	while (at < digits + sizeof digits)
		*out++ = *at++;
	return write_end(out);
}

size_t quota_redis_bytes_write(const struct text *words, size_t count, char *out)
{
	char *at = write_head('*', count, out);

	for (size_t i = 0; i < count; i++) {
		at = write_head('$', words[i].length, at);
		if (words[i].length)
			memcpy(at, words[i].at, words[i].length);
		at = write_end(at + words[i].length);
	}
	return (size_t)(at - out);
}
