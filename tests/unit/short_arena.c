/* SPDX-License-Identifier: BSD-2-Clause */
/* An arena takes memory by the block; here each piece of it may be the one for which there is none. */
#include "unit/short_arena.h"

#include "base/arena.h"
#include "value/ip.h"

#include <libcidr.h>
#include <stdarg.h>
#include <stdio.h>

void *__real_arena_take(struct arena *arena, size_t size);
char *__real_arena_bytes(struct arena *arena, size_t size);
void *__real_arena_array(struct arena *arena, size_t count, size_t size);
struct text __real_arena_text(struct arena *arena, struct text t);
struct text __real_arena_join(struct arena *arena, const struct text *parts, size_t count);
void *__wrap_arena_take(struct arena *arena, size_t size);
char *__wrap_arena_bytes(struct arena *arena, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
struct text __wrap_arena_text(struct arena *arena, struct text t);
struct text __wrap_arena_join(struct arena *arena, const struct text *parts, size_t count);
const char *__wrap_arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
CIDR *__real_cidr_from_str(const char *text);
CIDR *__real_cidr_addr_network(const CIDR *cidr);
CIDR *__wrap_cidr_from_str(const char *text);
CIDR *__wrap_cidr_addr_network(const CIDR *cidr);
enum ip_network_parsed __real_ip_network_parse(struct text t, struct ip_network *network, const char **wrong);
enum ip_network_parsed __wrap_ip_network_parse(struct text t, struct ip_network *network, const char **wrong);

static bool fails(struct arena *arena)
{
	bool failed = short_memory_fails();

	arena->failed |= failed;
	return failed;
}

void *__wrap_arena_take(struct arena *arena, size_t size)
{
	return fails(arena) ? NULL : __real_arena_take(arena, size);
}

char *__wrap_arena_bytes(struct arena *arena, size_t size)
{
	return fails(arena) ? NULL : __real_arena_bytes(arena, size);
}

void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
	return fails(arena) ? NULL : __real_arena_array(arena, count, size);
}

struct text __wrap_arena_text(struct arena *arena, struct text t)
{
	return fails(arena) ? (struct text){ NULL, 0 } : __real_arena_text(arena, t);
}

struct text __wrap_arena_join(struct arena *arena, const struct text *parts, size_t count)
{
	return fails(arena) ? (struct text){ NULL, 0 } : __real_arena_join(arena, parts, count);
}

const char *__wrap_arena_printf(struct arena *arena, const char *format, ...)
{
	char printed[4096];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(printed, sizeof printed, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof printed || fails(arena))
		return NULL;
	return __real_arena_text(arena, (struct text){ printed, (size_t)length }).at;
}

/* libcidr keeps its own malloc, and says errno when that fails. */

CIDR *__wrap_cidr_from_str(const char *text)
{
	return short_memory_fails() ? NULL : __real_cidr_from_str(text);
}

CIDR *__wrap_cidr_addr_network(const CIDR *cidr)
{
	return short_memory_fails() ? NULL : __real_cidr_addr_network(cidr);
}

/* It asks libcidr for the first networks of each length alone: in a process that has read some, none would be without memory any more. */
enum ip_network_parsed __wrap_ip_network_parse(struct text t, struct ip_network *network, const char **wrong)
{
	return short_memory_fails() ? IP_NETWORK_MEMORY : __real_ip_network_parse(t, network, wrong);
}
