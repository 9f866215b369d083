/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/quotas.h"

#include "ses/generation.h"

bool generation_counts(const struct generation *generation)
{
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		if (generation->quotas.rules[scope].count)
			return true;
	return false;
}
