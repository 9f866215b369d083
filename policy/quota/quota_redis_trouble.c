/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_trouble.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

bool quota_redis_trouble_set(struct quota_redis_trouble *trouble, enum quota_error error, const char *format, ...)
{
	va_list arguments;

	trouble->error = error;
	va_start(arguments, format);
	vsnprintf(trouble->text, sizeof trouble->text, format, arguments);
	va_end(arguments);
	return false;
}

int64_t quota_redis_trouble_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
