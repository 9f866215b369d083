/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_sources: the text of the policies of the site, line by line, as the places of findings count them.
 */
#ifndef TOOL_REPORT_SOURCES_H
#define TOOL_REPORT_SOURCES_H

#include "base/fault.h"
#include "ses/site_options.h"

#include <jansson.h>

/* More is left out, which the data say. Bytes of all files together. */
#define SOURCES_LINES_MAX 1500
#define SOURCES_BYTES_MAX (1024u * 1024)

/*
 * [{"file", "lines": [TEXT], "left_out"}]: files, and texts inside of them (FILE[NAME]). What IAM says of an account is not among them.
 * NULL: `faults` says why.
 */
json_t *report_sources(const struct site_options *options, struct faults *faults);

#endif
