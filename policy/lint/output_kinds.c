/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/output.h"

#include <string.h>

bool output_kinds(FILE *out)
{
	for (size_t i = 0; i < KINDS; i++)
		fprintf(out, "%-42s %-10s %s\n%*s%s\n", kinds[i].id, severity_name(kinds[i].severity), kinds[i].title, 4, "",
			kinds[i].meaning);
	return !ferror(out);
}

/* Text of a manual: what would be a request, an escape or the end of a sentence is made harmless. */
static void mdoc_text(FILE *out, const char *text, const char *end)
{
	if (strchr(".'", *text))
		fputs("\\&", out);
	const char *at = text;
	while (*at) {
		if (*at == '\\')
			fputs("\\e", out);
		else if (*at == '"')
			fputs("\\(dq", out);
		else
			fputc(*at, out);
		/* A sentence ends its line. */
		bool stop = *at == '.' && at[1] == ' ';
		if (stop)
			fputc('\n', out);
		at += stop ? 2 : 1;
	}
	fprintf(out, "%s\n", end);
}

bool output_kinds_mdoc(FILE *out)
{
	fprintf(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < KINDS; i++) {
		fprintf(out, ".It Cm %s Pq %s\n", kinds[i].id, severity_name(kinds[i].severity));
		mdoc_text(out, kinds[i].title, ".");
		mdoc_text(out, kinds[i].meaning, "");
	}
	fprintf(out, ".El\n");
	return !ferror(out);
}
