/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_count: how often each name came, in bounded memory: names past the first many thousand are counted together.
 */
#ifndef TOOL_REPORT_COUNT_H
#define TOOL_REPORT_COUNT_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define COUNT_NAMES_MAX 20000
/* A longer name, escaped, is cut. */
#define COUNT_NAME_SIZE 400
/* So many are listed. */
#define COUNT_LISTED 20

struct report_count {
	json_t *by; /* name, escaped, to number; jansson's hash takes a random seed, for names come from outside */
	uint64_t all, beyond;
};

/* False when memory is short. report_count_free is due in any case. */
bool report_count_init(struct report_count *count);
void report_count_free(struct report_count *count);

bool report_count_add(struct report_count *count, struct text name);
/* The same of a name that is escaped. */
bool report_count_add_shown(struct report_count *count, const char *shown);

/* Of one name, escaped. */
uint64_t report_count_of(const struct report_count *count, const char *shown);

/*
 * {"all", "names", "list": [{"name", "count"}], "others"}: the most frequent, the first by name among equals. `others`: how often what is
 * not listed came. NULL when memory is short.
 */
json_t *report_count_json(const struct report_count *count);

#endif
