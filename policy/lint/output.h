/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output: findings for people, for programs (one JSON object a line), and as SARIF 2.1.0 (OASIS); and the list of kinds.
 * Each returns false if something could not be made or written.
 */
#ifndef LINT_OUTPUT_H
#define LINT_OUTPUT_H

#include "lint/finding.h"

#include <stdio.h>

/* `width`: lines are broken between words before they are wider, except those of corrections; 0: they are not broken. */
bool output_text(FILE *out, const struct findings *findings, bool color, size_t width);
bool output_json(FILE *out, const struct findings *findings);
bool output_sarif(FILE *out, const struct findings *findings, const char *version);

/* The table of kinds: for people, or as a list of a manual page. */
bool output_kinds(FILE *out);
bool output_kinds_json(FILE *out);
bool output_kinds_mdoc(FILE *out);

#endif
