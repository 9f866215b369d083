/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * given_callers: policies of callers that the command line gives in place of those of the settings (--user-policy,
 * --boundary, --organization).
 */
#ifndef SETTINGS_GIVEN_CALLERS_H
#define SETTINGS_GIVEN_CALLERS_H

#include "settings/settings.h"

/* Are there any? */
bool given_callers_are_there(const struct settings_given *given);

/*
 * Put them in: the policies and the boundary become those of every principal, also of a client that fits no entry; each
 * path of the organization is a level. A path that is empty is a fault.
 */
void given_callers_apply(struct settings *settings, const struct settings_given *given, struct faults *faults);

#endif
