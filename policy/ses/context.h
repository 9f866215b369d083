/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context: condition keys whose values the site gives: for every message, for
 * clients of a network, for a principal. Only keys that a policy uses are kept.
 */
#ifndef SES_CONTEXT_H
#define SES_CONTEXT_H

#include "iam/request.h"
#include "ses/site_options.h"

struct context_entry {
	int slot;
	struct text *values;
	size_t count;
};

struct context {
	struct context_entry *entries;
	size_t count;
};

struct network_context {
	struct ip_network network;
	struct context context;
};

/*
 * Compile what the settings say, copied to the arena. `place` names the setting
 * in faults ("networks[2].context"). False: faults were told.
 */
bool context_compile(struct arena *arena, const struct policy_set *set, const struct map *map, const char *place,
	struct context *out, struct faults *faults);

/* Put the values into those slots of the request that are still absent: the first to speak wins. False when memory is short. */
bool context_apply(const struct context *context, struct request *request);

/* Those of its slots that are still absent may come to hold a value. */
void context_pending(const struct context *context, struct request *request);

#endif
