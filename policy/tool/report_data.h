/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_data: all that a report says, as one JSON object: what --json prints, and what the page is made of.
 */
#ifndef TOOL_REPORT_DATA_H
#define TOOL_REPORT_DATA_H

#include "tool/command_site.h"
#include "tool/report_tally.h"

/*
 * {"made", "version", "site", "matrix", "policies", "sources", "findings", "tests", "limits", "records"}; the parts are described in
 * report_site.h and so on. Statements have beside what report_policies.h says "tested" and, with records, "recorded" (refused by it) and
 * "shadowed". `tally` NULL: no records were named, and "records" is null. NULL: `faults` says why.
 */
json_t *report_data(struct command_site *site, const struct report_tally *tally, struct faults *faults);

#endif
