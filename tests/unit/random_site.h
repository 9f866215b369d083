/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random_site: settings and policies made of a seed, with a boundary and an
 * organization now and then: for tests of whole messages.
 */
#ifndef UNIT_RANDOM_SITE_H
#define UNIT_RANDOM_SITE_H

#include "unit/check.h"

#include "ses/generation.h"

#define PICK(seed, table) ((table)[check_below((seed), COUNT_OF(table))])

/* Of clients, and of a relay. */
enum { RANDOM_ADDRESSES = 3 };
extern const char *const random_addresses[RANDOM_ADDRESSES];

/*
 * Statements at random behind one that names account and region and never matches. `of_client`: the policies speak of the
 * client, whatever the site says. To be freed with generation_free().
 */
struct generation *random_generation(uint64_t *seed, bool of_client);

/* The folder for the files of boundaries, organizations and the account's state: set-up and tear-down of a group of tests. */
int random_limits_make(void **state);
int random_limits_remove(void **state);

#endif
