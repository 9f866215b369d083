/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * count_table: what came most often, as a table with bars.
 */
#ifndef REPORT_COUNT_TABLE_H
#define REPORT_COUNT_TABLE_H

#include "report/view.h"

struct count_table {
	const char *title, *column; /* constants */
	const char *none;           /* what is said where nothing came */
	bool statements;            /* the names are those of statements */
};

/* `count` as tool/report_count.h has it. */
void count_table(const struct view *view, const json_t *count, const struct count_table *table);

#endif
