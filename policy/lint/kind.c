/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/kind.h"

const struct kind kinds[KINDS] = {
#define KIND(name, id, severity, title, meaning) [KIND_##name] = { id, SEVERITY_##severity, title, meaning },
#include "lint/kind_list.h"
#undef KIND
};

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_SUGGESTION] = "suggestion",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_SECURITY] = "security",
		[SEVERITY_ERROR] = "error",
	};
	return names[severity];
}
