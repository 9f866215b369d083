/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base64: the values of BinaryEquals (RFC 4648 section 4, padding required, no
 * white space, unused bits zero).
 */
#ifndef VALUE_BASE64_H
#define VALUE_BASE64_H

#include "base/text.h"

/* Is t base64? */
bool base64_check(struct text t);

/* Do two base64 texts hold the same bytes? False when one of them is not base64. Allocates nothing. */
bool base64_equals(struct text a, struct text b);

#endif
