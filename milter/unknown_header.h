/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unknown_header: X-SES- fields that the filter does not know, in messages that it lets go on with them ("ses_headers":
 * "evaluate"). SES may do with them what no policy looks at: each name is logged once, and all are counted
 * (counters.unknown_headers).
 */
#ifndef MILTER_UNKNOWN_HEADER_H
#define MILTER_UNKNOWN_HEADER_H

#include "base/text.h"

/* Clients choose the names: no more than so many are logged. */
#define UNKNOWN_HEADERS_LOGGED 16

/* There is such a field. For any thread. */
void unknown_header_note(struct text name);

#endif
