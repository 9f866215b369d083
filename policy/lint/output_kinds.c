/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/output.h"

#include <string.h>

enum { MDOC_COLUMNS = 80 };

bool output_kinds(FILE *out)
{
	for (size_t i = 0; i < KINDS; i++)
		fprintf(out, "%-42s %-10s %s\n%*s%s\n", kinds[i].id, severity_name(kinds[i].severity), kinds[i].title, 4, "",
			kinds[i].meaning);
	return !ferror(out);
}

/* A word as mdoc has it: an escape, a quote, or a request at the start of a line is made harmless. The columns it takes. */
static size_t mdoc_word(char *to, const char *word, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		const char *text = word[i] == '\\' ? "\\e" : word[i] == '"' ? "\\(dq" : (const char[]){ word[i], 0 };
		used += (size_t)sprintf(to + used, "%s", text);
	}
	return used;
}

/* Text of a manual: a sentence ends its line, and no line is longer than mdoc's usual 80 columns. `end` follows the text. */
static void mdoc_text(FILE *out, const char *text, const char *end)
{
	size_t column = 0;

	while (*text) {
		char word[4 * MDOC_COLUMNS];
		size_t length = strcspn(text, " ");
		size_t shown = mdoc_word(word, text, length < MDOC_COLUMNS ? length : MDOC_COLUMNS);
		bool last = !text[length];

		if (column && column + 1 + shown + (last ? strlen(end) : 0) > MDOC_COLUMNS) {
			fputc('\n', out);
			column = 0;
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		if (!column && strchr(".'", *word))
			fputs("\\&", out);
		fwrite(word, 1, shown, out);
		column += shown;
		if (!last && text[length - 1] == '.') {
			fputc('\n', out);
			column = 0;
		}
		text += length + !last;
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
