/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tenant: the tenant of SES that a message is sent for, as X-SES-TENANT names it (SES developer guide, "Tenants").
 */
#ifndef SES_TENANT_H
#define SES_TENANT_H

#include "base/text.h"

/* 1 to 64 letters, digits, hyphens and underscores (SES API v2, CreateTenant). */
bool tenant_is_valid(struct text name);

#endif
