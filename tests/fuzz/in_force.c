/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/in_force.h"

#include "early.h"
#include "fuzz/fuzz.h"
#include "fuzz/talk.h"
#include "log.h"

static struct hold *holds[TALK_SITES], *now;

struct hold *__wrap_holder_take(void);
bool __wrap_holder_monitors(void);
void __wrap_log_line(int priority, const char *format, ...);
void __wrap_log_record(int priority, const char *line);

struct hold *__wrap_holder_take(void)
{
	atomic_fetch_add(&now->users, 1);
	return now;
}

bool __wrap_holder_monitors(void)
{
	return now->conduct.monitor;
}

void __wrap_log_line(int priority, const char *format, ...)
{
	(void)priority, (void)format;
}

/* A line that is one, whatever is in it. */
void __wrap_log_record(int priority, const char *line)
{
	(void)priority;
	for (const char *c = line; *c; c++)
		FUZZ_CHECK(*c >= ' ' && *c <= '~');
}

void in_force_put(size_t site)
{
	if (!holds[site]) {
		struct loaded loaded = { .generation = talk_site(site) };
		if (site % 3 == 2)
			loaded.shadow = talk_site((site + 7) % TALK_SITES);
		if (site % 4 != 3)
			early_find(&loaded);
		holds[site] = holder_make(&loaded);
		FUZZ_CHECK(holds[site]);
	}
	now = holds[site];
}
