/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * short_arena: besides malloc (short_memory.h) each piece of an arena, and each network that is read, is an
 * allocation that may be the one to fail. Programs that use it are linked with SHORT_MEMORY_WRAPS and SHORT_ARENA_WRAPS.
 */
#ifndef UNIT_SHORT_ARENA_H
#define UNIT_SHORT_ARENA_H

#include "unit/short_memory.h"

#endif
