/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source: the text of a policy, its lines numbered, with what lint finds beside them.
 */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include "report/view.h"

/* The text of a file, folded where nothing is found in it; nothing if the data do not have it. */
void source_write(const struct view *view, const char *file);

/* Findings in files whose text is not on the page: the settings, or what IAM says. */
void source_other_findings(const struct view *view);

#endif
