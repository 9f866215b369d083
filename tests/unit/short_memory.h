/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short_memory: let the n-th allocation fail. Programs that use it are linked
 * with SHORT_MEMORY_WRAPS, so that it stands between the code under test and
 * the C library (GLib, libcidr and cmocka keep their own).
 */
#ifndef UNIT_SHORT_MEMORY_H
#define UNIT_SHORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* The n-th allocation from now on fails, and all after it; 0: none does. */
void short_memory_after(size_t n);

/* The n-th allocation from now on fails, and it alone; 0: none does. */
void short_memory_once(size_t n);

/* One more allocation, by something else than these functions: does it fail? errno then says so. */
bool short_memory_fails(void);

/* Allocations asked for since then. */
size_t short_memory_count(void);

/* Blocks taken and not given back, whatever failed. */
long short_memory_live(void);

#endif
