/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static void put_text(FILE *out, const char *text, bool breaks)
{
	for (; text && *text; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			putc(*text, out);
			if (breaks && (*text == '/' || *text == '@') && text[1])
				fputs("<wbr>", out);
		}
}

/* With a comma between thousands. */
static void put_number(FILE *out, long long number)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%lld", number);

	for (int i = 0; i < length; i++) {
		if (i > (number < 0) && (length - i) % 3 == 0)
			putc(',', out);
		putc(digits[i], out);
	}
}

/* 2026-11-24T08:00:00Z becomes 2026-11-24 08:00 UTC. */
static void put_moment(FILE *out, const char *text)
{
	if (!text || strlen(text) != strlen("2026-11-24T08:00:00Z") || text[10] != 'T') {
		put_text(out, text, false);
		return;
	}
	fputs("<time datetime=\"", out);
	put_text(out, text, false);
	fprintf(out, "\">%.10s %.5s UTC</time>", text, text + 11);
}

void html_put(FILE *out, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	for (; *format; format++) {
		if (*format != '%') {
			putc(*format, out);
			continue;
		}
		switch (*++format) {
		case 't':
			put_text(out, va_arg(list, const char *), false);
			break;
		case 'w':
			put_text(out, va_arg(list, const char *), true);
			break;
		case 'd':
			put_number(out, va_arg(list, long long));
			break;
		case 'u':
			fprintf(out, "%llu", va_arg(list, unsigned long long));
			break;
		case 'm':
			put_moment(out, va_arg(list, const char *));
			break;
		case '%':
			putc('%', out);
			break;
		default:
			assert(0 && "a format of html_put");
		}
	}
	va_end(list);
}
