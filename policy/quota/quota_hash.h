/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_hash: of keys, whose names clients can choose: by a secret of this process, so that nobody can make them collide.
 */
#ifndef QUOTA_QUOTA_HASH_H
#define QUOTA_QUOTA_HASH_H

#include "quota/quota.h"

uint64_t quota_hash(enum quota_scope scope, struct text name);

#endif
