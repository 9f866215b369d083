/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation_of: a generation from policies that stand in a test, by way of a
 * temporary folder, as the daemon loads them.
 */
#ifndef UNIT_GENERATION_OF_H
#define UNIT_GENERATION_OF_H

#include "ses/generation.h"

/*
 * Write each of `count` policies to its own file (p0.json, p1.json, ...) and load
 * them; options->policies is filled in here. NULL: `faults` says why.
 */
struct generation *generation_of(const char *const *policies, size_t count, struct site_options *options, struct faults *faults);

/* One policy, which must load; options->policies is filled in here. */
struct generation *generation_of_site(const char *policy, struct site_options *options);

/* The same; the envelope alone gives the sender. */
struct generation *generation_of_one(const char *policy);

/* The same with a caller who may do only what the policy allows. */
struct generation *generation_of_allows(const char *policy);

#endif
