/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site: whose mail the policies are about: partition, account, region, and the
 * verified identities. What the settings do not say is taken from the policies,
 * which name it in the ARNs of their resources, as long as they all agree.
 */
#ifndef SES_SITE_H
#define SES_SITE_H

#include "ses/generation.h"

/*
 * Fill in account, region, partition and identities of a generation whose
 * policy set is complete. A field with a wildcard names nothing. Faults say which
 * line of the settings would help.
 */
void site_find(struct generation *generation, const struct site_options *options, struct faults *faults);

#endif
