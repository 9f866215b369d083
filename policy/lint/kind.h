/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kind: the kinds of findings, from kind_list.h: stable id, severity, title, and what such a fault does to mail.
 */
#ifndef LINT_KIND_H
#define LINT_KIND_H

#include <stdbool.h>
#include <stddef.h>

/* From least to worst, as Access Analyzer has them. */
enum severity { SEVERITY_SUGGESTION, SEVERITY_WARNING, SEVERITY_SECURITY, SEVERITY_ERROR };

/* "suggestion", "warning", "security", "error" */
const char *severity_name(enum severity severity);

enum kind_number {
#define KIND(name, id, severity, title, meaning) KIND_##name,
#include "lint/kind_list.h"
#undef KIND
	KINDS
};

struct kind {
	const char *id;
	enum severity severity;
	const char *title;   /* a line */
	const char *meaning; /* a sentence or two for the manual */
};

extern const struct kind kinds[KINDS];

/* Is it about policies that do not fit the settings? A check of the settings shows such findings in full. */
bool kind_is_of_settings(enum kind_number kind);

#endif
