/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_clock: time that passes, also while the machine sleeps, and that nobody sets.
 */
#ifndef QUOTA_QUOTA_CLOCK_H
#define QUOTA_QUOTA_CLOCK_H

#include <stdint.h>

/* Microseconds since the machine started (CLOCK_BOOTTIME). */
int64_t quota_clock_elapsed(void *unused);

/* Microseconds that this machine has been awake: by this one nobody is late because it slept. */
int64_t quota_clock_awake(void);

/* Microseconds since 1970, by a clock that may be wrong and may be set. */
int64_t quota_clock_wall(void);

#endif
