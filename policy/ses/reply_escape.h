/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reply_escape: the one function that makes text from outside fit for an SMTP reply.
 */
#ifndef SES_REPLY_ESCAPE_H
#define SES_REPLY_ESCAPE_H

#include "base/text.h"

/*
 * Copy t to `out` as printable ASCII: bytes outside 0x20..0x7e, and a
 * backslash that looks like the beginning of such an escape (text_escape()),
 * become \xNN. `%` stays: the caller that hands the text to libmilter doubles
 * it. Cut with `...` when it does not fit in `room` bytes, NUL included.
 * Returns the length written.
 */
size_t reply_escape(struct text t, char *out, size_t room);

#endif
