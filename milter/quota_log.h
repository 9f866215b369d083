/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_log: how often a limit that is used up stands in the log: one line a second for each key. The next line says how many there were
 * in between. Records have all of them.
 */
#ifndef MILTER_QUOTA_LOG_H
#define MILTER_QUOTA_LOG_H

#include "quota/quota.h"

/* May a line about the key be written now? Then `more` is how many were not since the last. Any thread. */
bool quota_log_may(const struct quota_key *key, unsigned long *more);

/* Write what no later line has told, a second or more after the last one. */
void quota_log_flush(void);

#endif
