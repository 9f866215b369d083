/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_lines: what the log was given, for programs that are linked with --wrap=log_line.
 */
#ifndef UNIT_LOG_LINES_H
#define UNIT_LOG_LINES_H

/* Each line ends with a line break. Set the first byte to 0 to begin again. */
extern char log_lines[8192];

#endif
