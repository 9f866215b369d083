/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_memory.h"
#include "quota/quota_clock.h"
#include "quota/quota_store.h"

#include <stdlib.h>

struct memory_store {
	struct quota_store store;
	struct quota_table *table;
};

/* As many calls look at all keys once; a key more than it should be is no harm. */
#define SWEPT_A_CALL 2

static struct quota_table *table_of(struct quota_store *store)
{
	return ((struct memory_store *)store)->table;
}

static bool memory_start(struct quota_store *store)
{
	(void)store;
	return true;
}

static void memory_close(struct quota_store *store, int64_t milliseconds)
{
	(void)milliseconds;
	quota_table_free(table_of(store));
	quota_store_clear(store);
	free(store);
}

static struct quota_answer memory_take(struct quota_store *store, const struct quota_key *const *keys, size_t count,
	int64_t recipients, unsigned how)
{
	quota_table_sweep(table_of(store), SWEPT_A_CALL, NULL, NULL);
	return quota_table_take(table_of(store), keys, count, recipients, how);
}

static void memory_give_back(struct quota_store *store, const struct quota_key *const *keys, size_t count, int64_t recipients,
	int64_t bucket)
{
	quota_table_give_back(table_of(store), keys, count, recipients, bucket);
}

static int64_t memory_full_for(struct quota_store *store, const struct quota_key *key)
{
	return quota_table_full_for(table_of(store), key);
}

static bool memory_list(struct quota_store *store, quota_each *each, void *context, struct faults *faults)
{
	(void)faults;
	quota_table_list(table_of(store), each, context);
	return true;
}

static enum quota_found memory_show(struct quota_store *store, enum quota_scope scope, struct text name, struct quota_row *row,
	struct faults *faults)
{
	(void)faults;
	return quota_table_show(table_of(store), scope, name, row);
}

static enum quota_found memory_reset(struct quota_store *store, enum quota_scope scope, struct text name, struct faults *faults)
{
	(void)faults;
	return quota_table_reset(table_of(store), scope, name);
}

static bool memory_set(struct quota_store *store, enum quota_scope scope, struct text name, int64_t used, struct faults *faults)
{
	if (quota_table_set(table_of(store), scope, name, used))
		return true;
	fault_memory(faults);
	return false;
}

static void memory_status(struct quota_store *store, struct quota_status *status)
{
	status->up = true;
	status->keys = quota_table_keys(table_of(store));
}

static const struct quota_store_kind kind = {
	.start = memory_start,
	.close = memory_close,
	.take = memory_take,
	.give_back = memory_give_back,
	.full_for = memory_full_for,
	.list = memory_list,
	.show = memory_show,
	.reset = memory_reset,
	.set = memory_set,
	.status = memory_status,
};

struct quota_store *quota_memory_open(const struct quota_options *options)
{
	struct memory_store *memory = calloc(1, sizeof *memory);

	if (!memory)
		return NULL;
	memory->table = quota_table_make(options->now ? options->now : quota_clock_elapsed, options->now_context);
	if (memory->table && quota_store_make(&memory->store, &kind, options))
		return &memory->store;
	quota_table_free(memory->table);
	free(memory);
	return NULL;
}
