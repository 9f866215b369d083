/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random_account: the state of an account made of a seed, for tests of whole messages (random_site.h).
 */
#ifndef UNIT_RANDOM_ACCOUNT_H
#define UNIT_RANDOM_ACCOUNT_H

#include <stdint.h>

/* Write one into the folder, which is cleared before. Each part may be missing. */
void random_account(uint64_t *seed, const char *folder);

#endif
