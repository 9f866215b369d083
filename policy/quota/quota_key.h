/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_key: how keys are written, in stores and for people: "SCOPE NAME", the account's just "account".
 */
#ifndef QUOTA_QUOTA_KEY_H
#define QUOTA_QUOTA_KEY_H

#include "quota/quota.h"

/* "account", "identity", "principal", "sender". */
struct text quota_scope_name(enum quota_scope scope);

/* False: there is no such scope, or a name is missing, too long (QUOTA_NAME_MAX), holds a NUL, or is there for the account. */
bool quota_key_parse(struct text written, enum quota_scope *scope, struct text *name);

/* The key in `out` of `room` bytes, without a NUL; its length, or 0 if it does not fit. */
#define QUOTA_KEY_SIZE (QUOTA_NAME_MAX + 16)
size_t quota_key_write(enum quota_scope scope, struct text name, char *out, size_t room);

#endif
