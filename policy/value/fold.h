/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fold: texts without the case of their letters, as StringEqualsIgnoreCase sees them. Takes no memory.
 */
#ifndef VALUE_FOLD_H
#define VALUE_FOLD_H

#include "base/text.h"

#include <stdint.h>

/* The character at *at without its case, as Java's equalsIgnoreCase has it: to upper, then to lower. *at moves behind it. */
uint32_t fold_next(struct text t, size_t *at);

/*
 * Are a and b the same without regard to case, as StringEqualsIgnoreCase sees
 * it? Each character to upper, then to lower case, one to one as in Java's
 * equalsIgnoreCase; bytes that are not UTF-8 must be equal.
 */
bool fold_equals(struct text a, struct text b);

#endif
