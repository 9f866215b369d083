/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/memory_short.h"

static _Thread_local size_t times;

void memory_short_note(void)
{
	times++;
}

size_t memory_short_count(void)
{
	return times;
}
