/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_site: what the settings say of the site, for lint.
 */
#ifndef TOOL_LINT_SITE_H
#define TOOL_LINT_SITE_H

#include "lint/lint.h"
#include "settings/settings.h"

/*
 * Fill in what is not there yet (options of the command line win). What does not stand in the settings already is
 * made in `arena`. False when memory is short.
 */
bool lint_site_from_settings(struct lint_site *site, const struct settings *settings, struct arena *arena);

#endif
