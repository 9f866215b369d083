/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_settings: findings in the settings: what they say of clients, and what a client falls to that they do not name as
 * it comes.
 */
#ifndef LINT_LINT_SETTINGS_H
#define LINT_LINT_SETTINGS_H

#include "lint/lint.h"

/* Look at the settings, which are in options.site.options and .clients. Their text is for the places: empty, there are none. */
void lint_settings(struct lint *lint, const struct json_source *source);

#endif
