/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_store.h"
#include "quota/quota_clock.h"

#include <stdarg.h>
#include <stdio.h>

bool quota_store_make(struct quota_store *store, const struct quota_store_kind *kind, const struct quota_options *options)
{
	*store = (struct quota_store){ .kind = kind, .say = options->say, .context = options->context };
	store->floor = quota_table_make(options->now ? options->now : quota_clock_elapsed, options->now_context);
	if (!store->floor)
		return false;
	if (quota_full_make(&store->full))
		return true;
	quota_table_free(store->floor);
	return false;
}

void quota_store_clear(struct quota_store *store)
{
	quota_table_free(store->floor);
	quota_full_free(&store->full);
}

void quota_store_say(struct quota_store *store, int priority, const char *format, ...)
{
	char line[1000];
	va_list values;

	if (!store->say)
		return;
	va_start(values, format);
	vsnprintf(line, sizeof line, format, values);
	va_end(values);
	store->say(store->context, priority, line);
}
