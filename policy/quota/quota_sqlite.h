/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_sqlite: counts in memory, and behind them in a file of SQLite's.
 *
 * A thread writes what has changed in one transaction, 50 ms afterwards at most, and has it synced once a second; what
 * changes during a sync is written after it. No message waits for the disk.
 */
#ifndef QUOTA_QUOTA_SQLITE_H
#define QUOTA_QUOTA_SQLITE_H

#include "quota/quota.h"

/* False and a fault: this program is built without SQLite. */
bool quota_sqlite_is_built(struct faults *faults);

/* As quota_check() and quota_open(). `options->store` is a path. */
bool quota_sqlite_check(const struct quota_options *options, struct faults *faults);
struct quota_store *quota_sqlite_open(const struct quota_options *options, struct faults *faults);

/* What the file says, for people, also while no daemon runs, or one that does not answer. False and a fault: it cannot be read. */
bool quota_sqlite_list(const char *path, quota_each *each, void *context, struct faults *faults);

#endif
