/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/short_memory.h"

#include <errno.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void __wrap_free(void *at);

static size_t fails_from, fails_to, asked;
static long live;

void short_memory_after(size_t n)
{
	fails_from = n;
	fails_to = n ? (size_t)-1 : 0;
	asked = 0;
}

void short_memory_once(size_t n)
{
	fails_from = fails_to = n;
	asked = 0;
}

size_t short_memory_count(void)
{
	return asked;
}

long short_memory_live(void)
{
	return live;
}

bool short_memory_fails(void)
{
	asked++;
	if (asked < fails_from || asked > fails_to)
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *at)
{
	live += at != NULL;
	return at;
}

void *__wrap_malloc(size_t size)
{
	return short_memory_fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	size_t product;

	/* AddressSanitizer takes a product that overflows for a mistake of the caller's. */
	return short_memory_fails() || __builtin_mul_overflow(count, size, &product) ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *at, size_t size)
{
	void *moved = short_memory_fails() ? NULL : __real_realloc(at, size);

	live += moved != NULL && at == NULL;
	return moved;
}

void __wrap_free(void *at)
{
	live -= at != NULL;
	__real_free(at);
}
