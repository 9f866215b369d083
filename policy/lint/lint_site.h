/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_site: what the settings say of the site, for lint.
 */
#ifndef LINT_LINT_SITE_H
#define LINT_LINT_SITE_H

#include "lint/lint.h"

/*
 * Fill in what is not there yet (options of the command line win). What does not stand in the settings already is
 * made in `arena`. False when memory is short.
 */
bool lint_site_from_options(struct lint_site *site, const struct site_options *options, struct arena *arena);

#endif
