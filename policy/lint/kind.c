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

bool kind_is_of_settings(enum kind_number kind)
{
	switch (kind) {
	case KIND_DENY_OF_ALL:
	case KIND_ALLOW_OF_NONE:
	case KIND_ALLOWED_NOTHING:
	case KIND_KEY_NOT_GIVEN:
	case KIND_NO_CLIENT_THERE:
	case KIND_PUBLIC_ADDRESS:
	case KIND_PRIVATE_OF_RELAY:
	case KIND_CLEAR_OF_CLIENT:
	case KIND_EGRESS_PRIVATE:
	case KIND_ENDPOINT_AND_EGRESS:
		return true;
	default:
		return false;
	}
}
