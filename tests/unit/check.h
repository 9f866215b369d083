/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check: what the table-driven unit tests share. A case that goes wrong is
 * printed with its name, the rest of the table still runs, and the test fails
 * at the end.
 */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Count a failure in `failures` unless `condition` holds. */
#define CHECK_CASE(failures, name, condition) \
	do { \
		if (!(condition)) { \
			print_error("%s:%d: case '%s': %s\n", __FILE__, __LINE__, (name), #condition); \
			(failures)++; \
		} \
	} while (0)

/* A seeded generator (splitmix64), so that a failing question can be asked again. */
static inline uint64_t check_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* A number from 0 to below - 1. */
static inline size_t check_below(uint64_t *state, size_t below)
{
	return (size_t)(check_random(state) % below);
}

#endif
