/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_print: printing, help and comparison: what else comes from the table of settings.
 */
#ifndef SETTINGS_SETTINGS_PRINT_H
#define SETTINGS_SETTINGS_PRINT_H

#include "settings/settings.h"

#include <stdio.h>

/* As JSON that is a settings file again: every supported setting, also those left at their defaults. */
void settings_print(const struct settings *settings, FILE *out);

/* A line for each setting: where its value came from. */
void settings_print_origins(const struct settings *settings, FILE *out);

/* The settings with defaults and bounds, for --help. */
void settings_help(FILE *out);

/*
 * Compare what cannot change while the daemon runs. Calls `say` with the name
 * of each such setting that differs.
 */
void settings_compare_fixed(const struct settings *before, const struct settings *after, void (*say)(const char *name));

#endif
