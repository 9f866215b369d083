/* SPDX-License-Identifier: BSD-2-Clause */
/* In the place of quota_sqlite.c in a program that is built without SQLite. */
#include "config.h"

#include "quota/quota_sqlite.h"

#ifndef HAVE_SQLITE
static bool refuse(struct faults *faults)
{
	fault_add(faults,
		"quotas.store: this program is built without SQLite, and keeps no counts in a file; name a Redis, or build it with "
		"libsqlite3");
	return false;
}

bool quota_sqlite_is_built(struct faults *faults)
{
	return refuse(faults);
}

bool quota_sqlite_check(const struct quota_options *options, struct faults *faults)
{
	(void)options;
	return refuse(faults);
}

struct quota_store *quota_sqlite_open(const struct quota_options *options, struct faults *faults)
{
	(void)options;
	refuse(faults);
	return NULL;
}

bool quota_sqlite_list(const char *path, quota_each *each, void *context, struct faults *faults)
{
	(void)path;
	(void)each;
	(void)context;
	return refuse(faults);
}
#endif
