/* SPDX-License-Identifier: BSD-2-Clause */
#include "throttled.h"

const char *throttled_kind_name(enum throttled_kind kind)
{
	static const char *const names[THROTTLED_KINDS] = { "day", "second", "size" };

	return names[kind];
}
