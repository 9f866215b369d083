/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/tenant.h"

#include "ses/configuration_set.h"

bool tenant_is_valid(struct text name)
{
	/* The two have one grammar. */
	return configuration_set_is_valid(name);
}
