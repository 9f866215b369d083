/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_quotas: the rows of `quotas`, and those of a limit, which an entry of `principals` has too.
 */
#ifndef SETTINGS_SETTING_QUOTAS_H
#define SETTINGS_SETTING_QUOTAS_H

#include "settings/setting_table.h"

extern const struct setting_number setting_per_day, setting_per_second, setting_burst;

/* The rows of a limit at an offset. */
#define SETTING_LIMIT_ROWS(at_limit) \
	{ .name = "per_day", .type = SETTING_NUMBER, .offset = at_limit(per_day), .number = &setting_per_day }, \
		{ .name = "per_second", .type = SETTING_NUMBER, .offset = at_limit(per_second), .number = &setting_per_second }, \
	{ \
		.name = "burst", .type = SETTING_NUMBER, .offset = at_limit(burst), .number = &setting_burst \
	}

extern const struct setting_group setting_quotas;

/* What is wrong with a limit that need not be there, or NULL. */
const char *setting_limit_wrong(const struct limit_option *limit);

/* What the settings say of quotas in more than one place. Faults say what does not go together. */
void setting_quotas_check(const char *file, const struct site_options *site, struct faults *faults);

/* Calls `say` with the name of each setting of the store that differs, and takes a restart. Both have quotas. */
void setting_quotas_compare(const struct quotas_option *before, const struct quotas_option *after, void (*say)(const char *name));

#endif
