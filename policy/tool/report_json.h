/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_json: what the data of a report are made of. What came from outside stands there as text_escape() shows it: the page
 * and --json say the same.
 */
#ifndef TOOL_REPORT_JSON_H
#define TOOL_REPORT_JSON_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The longest text, escaped; of a longer one the beginning, and `...`. */
#define REPORT_TEXT_SIZE 1200

/* NULL when memory is short, here and below. */
json_t *report_text(struct text text);

/* The same of a NUL-terminated string; null for NULL. */
json_t *report_string(const char *string);

/* YYYY-MM-DDThh:mm:ssZ */
json_t *report_time(int64_t seconds);

/* Take `one` into the list. False: one of them is NULL, or memory is short. */
bool report_push(json_t *list, json_t *one);

/* Set a member, and take the value. False: as above. */
bool report_set(json_t *object, const char *member, json_t *value);

#endif
