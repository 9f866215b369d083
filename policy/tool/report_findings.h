/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_findings: what lint finds in the policies of the site and in its settings.
 */
#ifndef TOOL_REPORT_FINDINGS_H
#define TOOL_REPORT_FINDINGS_H

#include "base/fault.h"
#include "settings/settings.h"

#include <jansson.h>

/*
 * {"error", "security", "warning", "suggestion": how many, "list": [{"file", "line", "column", "severity", "kind", "title", "message", "mail",
 * "policy", "statement"}]}. NULL: `faults` says why.
 */
json_t *report_findings(struct settings *settings, int64_t now, struct faults *faults);

#endif
