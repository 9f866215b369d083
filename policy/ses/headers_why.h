/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers_why: why a generation wants the headers of its mail, for an operator who pays for them.
 */
#ifndef SES_HEADERS_WHY_H
#define SES_HEADERS_WHY_H

#include "ses/generation.h"

#define HEADERS_WHY_SIZE 512

/* "sender.json uses ses:FromAddress and from_address is both". NULL: it does not want them. There may be more such causes: this is one. */
const char *headers_why(const struct generation *generation, char out[HEADERS_WHY_SIZE]);

#endif
