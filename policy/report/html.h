/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html: HTML into a stream. What is not a constant of the program comes in by %t and %a alone, and is escaped there: no text can end an
 * element or a value.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

/*
 * Write a constant with what it names:
 *   %t  const char *: text, or the value of an attribute in double quotes; NULL: nothing
 *   %w  const char *: the same, and lines may break behind a slash or an at sign; not for attributes
 *   %d  long long: a number for people, 12,345
 *   %u  unsigned long long: digits alone, for ids and coordinates
 *   %m  const char *: a moment, YYYY-MM-DDThh:mm:ssZ, as a time element; NULL or another text: the text
 *   %%  a percent sign
 * What else follows a percent sign is a mistake of the program, and ends it.
 */
void html_put(FILE *out, const char *format, ...);

#endif
