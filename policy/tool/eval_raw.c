/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/eval_raw.h"
#include "tool/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status eval_raw(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	enum status worst = STATUS_YES;

	while ((length = getline(&line, &room, stdin)) >= 0) {
		struct text text = { line, (size_t)length };
		enum decision decision;
		if (strspn(line, " \t\r\n") == text.length)
			continue;
		json_t *answer = raw_decide(text, &decision);
		if (!answer || json_dumpf(answer, stdout, JSON_COMPACT) || putchar('\n') == EOF) {
			json_decref(answer);
			free(line);
			fprintf(stderr, "ses-policy: cannot write the answer\n");
			return STATUS_TROUBLE;
		}
		json_decref(answer);
		enum status status = decision == DECISION_ALLOWED ? STATUS_YES
			: decision == DECISION_PENDING            ? STATUS_TROUBLE
								  : STATUS_NO;
		if (status > worst)
			worst = status;
	}
	free(line);
	/* Without memory for a line getline returns the same as at the end. */
	if (!feof(stdin) || ferror(stdin) || fflush(stdout)) {
		fprintf(stderr, "ses-policy: cannot read the requests, or write the answers\n");
		return STATUS_TROUBLE;
	}
	return worst;
}
