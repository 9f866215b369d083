/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_records: the decision records of the daemon, read and tallied, in memory that does not grow with them.
 */
#ifndef TOOL_REPORT_RECORDS_H
#define TOOL_REPORT_RECORDS_H

#include "tool/option.h"
#include "tool/report_tally.h"

/* False: not all could be read, which was told. Lines that are no records are counted, and the first few told. report_tally_free is due in any case. */
bool report_records(const struct word_list *files, struct report_tally *tally);

#endif
