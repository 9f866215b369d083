/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status_text: what the daemon answered to `status`, for people.
 */
#ifndef MILTER_STATUS_TEXT_H
#define MILTER_STATUS_TEXT_H

#include <stdbool.h>
#include <stdio.h>

/* `json` is the answer. False: it is no such object, or memory is short. */
bool status_text_print(const char *json, FILE *out);

#endif
