/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_tenants: the tenants of the account, each in two files: tenants/NAME.json, what `aws sesv2 get-tenant` prints, and
 * tenants/NAME.resources.json, what `aws sesv2 list-tenant-resources` prints, all pages. (SES API v2, GetTenant,
 * ListTenantResources.)
 */
#ifndef SES_ACCOUNT_TENANTS_H
#define SES_ACCOUNT_TENANTS_H

#include "ses/account_files.h"
#include "ses/generation.h"

/* Into generation->account_state. Faults say what is wrong. */
void account_tenants_load(struct generation *generation, const struct account_folder *folder);

/* NULL: the account has no such tenant. */
const struct account_tenant *account_tenant_find(const struct account_state *state, struct text name);

/* Is the resource, an ARN as the generation spells it, associated with the tenant? */
bool account_tenant_has(const struct account_tenant *tenant, struct text resource);

#endif
