/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page: a report as one page of HTML that needs nothing else: no script, no network; its style is inside, and a
 * Content-Security-Policy forbids all else.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* `data` as tool/report_data.h has it. What the stream says, the caller asks. False when memory is short. */
bool page_write(FILE *out, const json_t *data);

#endif
