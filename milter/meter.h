/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * meter: the store of counts (quota/quota.h) that is open in this process, if there are quotas. It is opened once, at the start
 * or by the first reload that brings quotas, and stays open until the end.
 */
#ifndef MILTER_METER_H
#define MILTER_METER_H

#include "quota/quota.h"
#include "ses/generation.h"
#include "settings/settings.h"

/* Can it be opened, as far as that can be told without doing so? True if there are no quotas. */
bool meter_check(const struct settings *settings, const struct generation *generation, struct faults *faults);

/*
 * Open it for the settings, if they have quotas and it is not open yet. As the user that serves. Nothing is counted in it for good before
 * meter_start.
 */
bool meter_open(const struct settings *settings, const struct generation *generation, struct faults *faults);

/* Signals are blocked, and the user is the one that serves. False: threads cannot be made; errno. */
bool meter_start(void);

/*
 * Other limits are in force, perhaps for another account or Region: that is logged. `say` is called with the name of each setting of the
 * store that has changed and takes a restart.
 */
void meter_reloaded(const struct settings *settings, const struct generation *generation, void (*say)(const char *name));

/* Keep what was counted and close. Who asks from now on finds no store. */
void meter_stop(int64_t milliseconds);

/* For any thread: the store until meter_leave; NULL: there is none, or it is closed (nothing is to be left then). */
struct quota_store *meter_enter(void);
void meter_leave(void);

/* Where it is, as the settings name it. Only between these two. */
const char *meter_store_name(void);

/* Is there one? */
bool meter_is_open(void);

/* Is there one that does not answer, or does not keep what it counts? Waits for nobody. */
bool meter_is_in_trouble(void);

#endif
