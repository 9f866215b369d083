/* SPDX-License-Identifier: BSD-2-Clause */
#include "metrics_label.h"

void metrics_label(struct text text, FILE *out)
{
	for (size_t i = 0; i < text.length;) {
		size_t n = text_character(text, i);
		unsigned char byte = (unsigned char)text.at[i];
		if (byte == '\n')
			fputs("\\n", out);
		else if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (n == 1 && byte >= 0x80)
			fputs("\xef\xbf\xbd", out);
		else
			fwrite(text.at + i, 1, n, out);
		i += n;
	}
}
