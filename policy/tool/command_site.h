/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command_site: settings and policies as a command is told to load them, just as the
 * daemon loads them. Without a settings file and policies of its own that is
 * the default settings file.
 */
#ifndef TOOL_COMMAND_SITE_H
#define TOOL_COMMAND_SITE_H

#include "ses/generation.h"
#include "settings/settings.h"
#include "tool/option.h"

struct command_site {
	struct settings settings;
	struct generation *generation;
};

/*
 * Load them. `context`: KEY=VALUE words; a key that stands in them is taken out
 * of the settings wherever it is; several values make a list. False: what is wrong
 * was told to standard error. command_site_free is due in either case.
 */
bool command_site_load(struct command_site *site, const char *settings, const struct word_list *policies,
	const struct word_list *context);

/* The same with one principal for everybody in place of those of the settings; NULL: those. */
bool command_site_load_as(struct command_site *site, const char *settings, const struct word_list *policies,
	const struct word_list *context, const char *principal);
void command_site_free(struct command_site *site);

/* Tell faults, and notes that have not been told yet, to standard error. */
void command_site_tell(const struct faults *faults);

#endif
