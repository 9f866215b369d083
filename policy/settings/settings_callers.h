/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_callers: policies of callers that the command line names, in place of what the settings file says: each
 * principal has these policies and this boundary, and so has who fits no entry; the organization is this one.
 */
#ifndef SETTINGS_SETTINGS_CALLERS_H
#define SETTINGS_SETTINGS_CALLERS_H

#include "settings/settings.h"

/* Is there anything of it? Policies are named then, and no settings file is looked for. */
bool settings_callers_given(const struct given_callers *given);

/* The settings file, if there is one, has been read. Copies go into the settings' arena; empty paths are faults. */
void settings_callers_apply(struct settings *settings, const struct given_callers *given, struct faults *faults);

#endif
