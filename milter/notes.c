/* SPDX-License-Identifier: BSD-2-Clause */
#include "notes.h"

#include "log.h"

#include <stdio.h>

void notes_print(const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *note = faults->first_note; note; note = note->next, told++)
		fprintf(stderr, "ses-policy-milter: note: %s\n", note->text);
	if (faults->note_count > told)
		fprintf(stderr, "ses-policy-milter: %zu further notes\n", faults->note_count - told);
}

void notes_log(const char *before, const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *note = faults->first_note; note; note = note->next, told++)
		log_line(LOG_WARNING, "%snote: %s", before, note->text);
	if (faults->note_count > told)
		log_line(LOG_WARNING, "%s%zu further notes", before, faults->note_count - told);
}
