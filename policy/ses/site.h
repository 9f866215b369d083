/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site: whose mail the policies are about: partition, account, region, and the
 * verified identities. What the settings do not say is taken from the policies,
 * which name it in the ARNs of their resources, as long as they all agree.
 *
 * Identities are those of the settings, and those on which a resource policy
 * hangs: SES takes no such policy for an identity that is not there. The policies
 * of users add none. Where SES itself says which are verified (account_state.h), one on which a policy hangs is still the
 * resource of its mail, but the mail of one that is not verified is refused.
 */
#ifndef SES_SITE_H
#define SES_SITE_H

#include "ses/generation.h"

struct resource_pattern;

/*
 * Fill in account, region, partition and identities of a generation whose
 * policy set is complete. A field with a wildcard names nothing. Faults say which
 * line of the settings would help.
 */
void site_find(struct generation *generation, const struct site_options *options, struct faults *faults);

/*
 * What stands behind `identity/` in an entry of Resource or NotResource that is about this account and region; maybe
 * with wildcards. Empty: it is about something else, or has variables.
 */
struct text site_identity_name(const struct generation *generation, const struct resource_pattern *pattern);

#endif
