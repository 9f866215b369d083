/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault: what is wrong with something that was loaded, as finished lines
 *
 *     file:line:column: path: what is wrong; what would be right
 *
 * Loading goes on after a fault so that all faults of a file are told at once;
 * whoever loads looks at the count at the end. Text from the file is escaped:
 * the lines are printable on any terminal and in any log.
 */
#ifndef IAM_FAULT_H
#define IAM_FAULT_H

#include "iam/text.h"

struct fault {
	struct fault *next;
	char text[];
};

struct faults {
	struct fault *first, *last;
	size_t count;       /* all faults, also those past FAULTS_KEPT that are not kept */
	bool out_of_memory; /* memory ran short: also a fault, counted, but told by itself */
};

#define FAULTS_KEPT 100

void faults_init(struct faults *faults);
void faults_free(struct faults *faults);

/* Add one line, printf fashion. Escaping what came from outside is the caller's (text_escape). */
void fault_add(struct faults *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Memory ran short. */
void fault_memory(struct faults *faults);

/*
 * t for people, into `out` of `room` bytes (at least 8): printable ASCII and well-formed
 * UTF-8 as it is, backslash, stray bytes, and what controls or reorders as \xNN; cut with `...` when it
 * does not fit. Returns out.
 */
const char *text_escape(struct text t, char *out, size_t room);

#endif
