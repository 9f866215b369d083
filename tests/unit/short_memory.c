/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/short_memory.h"

#include <stdbool.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static size_t fails_from, asked;

void short_memory_after(size_t n)
{
	fails_from = n;
	asked = 0;
}

size_t short_memory_count(void)
{
	return asked;
}

static bool fails(void)
{
	asked++;
	return fails_from != 0 && asked >= fails_from;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	size_t product;

	/* AddressSanitizer takes a product that overflows for a mistake of the caller's. */
	return fails() || __builtin_mul_overflow(count, size, &product) ? NULL : __real_calloc(count, size);
}
