/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_memory: a store in memory alone, for questions about the past and for tests.
 */
#ifndef QUOTA_QUOTA_MEMORY_H
#define QUOTA_QUOTA_MEMORY_H

#include "quota/quota.h"

/* What the options say of a store is not looked at. The result is for quota.h's functions. NULL: memory is short. */
struct quota_store *quota_memory_open(const struct quota_options *options);

#endif
