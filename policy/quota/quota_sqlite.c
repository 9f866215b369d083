/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_sqlite.h"
#include "quota/quota_memory.h"

bool quota_sqlite_is_built(struct faults *faults)
{
	(void)faults;
	return true;
}

bool quota_sqlite_check(const struct quota_options *options, struct faults *faults)
{
	(void)options;
	(void)faults;
	return true;
}

struct quota_store *quota_sqlite_open(const struct quota_options *options, struct faults *faults)
{
	struct quota_store *store = quota_memory_open(options);

	if (!store)
		fault_memory(faults);
	return store;
}
