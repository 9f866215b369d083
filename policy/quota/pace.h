/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pace: recipients a second, with a burst and SES's rule of debt.
 *
 * The generic cell rate algorithm (ITU-T I.371) with one number for each key: the moment at which all that was sent is paid
 * off at the rate. A message passes while that moment is less than burst - 1 recipients ahead, whatever its size, and then
 * moves it on by all its recipients: SES lets a message to several recipients pass if any of the quota is left, and
 * the rest is a debt. Moments are microseconds; time is an argument.
 */
#ifndef QUOTA_PACE_H
#define QUOTA_PACE_H

#include <stdint.h>

/* Microseconds until a message may pass; 0: now. `rate` in thousandths a second, from 1 on; `burst` from 1 on. */
int64_t pace_wait(int64_t paid, int64_t now, int64_t rate, int64_t burst);

/*
 * The moment after `recipients` more. Where the message may not pass yet and is counted all the same, the debt ends at what a message
 * that may pass could have left: who is only watched is not frozen later.
 */
int64_t pace_add(int64_t paid, int64_t now, int64_t rate, int64_t burst, int64_t recipients);

/* The moment if they had not been. */
int64_t pace_take_back(int64_t paid, int64_t rate, int64_t recipients);

#endif
