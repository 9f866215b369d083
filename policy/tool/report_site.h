/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_site: what is in force: the site, its files with their digests and times, and its limits.
 */
#ifndef TOOL_REPORT_SITE_H
#define TOOL_REPORT_SITE_H

#include "ses/generation.h"
#include "settings/settings.h"

#include <jansson.h>

/*
 * {"settings", "mode", "account", "region", "connection", "identities", "statements", "shadow": [PATH], "changed": the newest time of a
 * file, "files": [{"file", "sha256", "changed"}]}. NULL when memory is short, here and below; or a fault says which file could not be looked at.
 */
json_t *report_site(const struct settings *settings, const struct generation *generation, struct faults *faults);

/* [{"scope", "name", "per_day", "per_second", "burst", "monitor", "each"}]: a limit that is not there is null. `each`: the name is a pattern. */
json_t *report_limits(const struct quotas *quotas);

#endif
