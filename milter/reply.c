/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply.h"

#include <stdio.h>
#include <string.h>

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			return false;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Three digits and N.N.N, both of class 4 or both of class 5. */
static bool classes_agree(const struct reply *reply)
{
	const char *code = reply->code, *xcode = reply->xcode;
	unsigned subject, detail;
	char end;

	if (!code || !xcode || (code[0] != '4' && code[0] != '5') || strlen(code) != 3 || !is_digit(code[1]) || !is_digit(code[2]))
		return false;
	return xcode[0] == code[0] && xcode[1] == '.' && strlen(xcode) <= 9 && is_digit(xcode[2]) &&
		sscanf(xcode + 2, "%3u.%3u%c", &subject, &detail, &end) == 2;
}

size_t reply_text(const struct reply *reply, char out[REPLY_LINE_MAX])
{
	const char *text = reply->text && is_printable(reply->text) ? reply->text : "Refused by policy";
	char tail[40];

	snprintf(tail, sizeof tail, " id=%.20s", reply->id);
	/* `550 5.7.1 ` in front, the id behind. */
	size_t room = REPLY_LINE_MAX - 1 - strlen(reply->code) - strlen(reply->xcode) - 2 - strlen(tail);
	size_t length = strlen(text);
	if (length > room)
		snprintf(out, REPLY_LINE_MAX, "%.*s...%s", (int)room - 3, text, tail);
	else
		snprintf(out, REPLY_LINE_MAX, "%s%s", text, tail);
	return strlen(out);
}

static void double_percent(const char *text, char out[2 * REPLY_LINE_MAX])
{
	for (; *text; text++) {
		if (*text == '%')
			*out++ = '%';
		*out++ = *text;
	}
	*out = '\0';
}

sfsistat reply_send(SMFICTX *context, const struct reply *reply)
{
	static const struct reply trouble = { "451", "4.3.0", "Internal error", NULL };
	char line[REPLY_LINE_MAX], doubled[2 * REPLY_LINE_MAX];
	struct reply sent = *reply;

	if (!classes_agree(reply)) {
		sent = trouble;
		sent.id = reply->id;
	}
	reply_text(&sent, line);
	double_percent(line, doubled);
	/* Should both fail, libmilter makes the status into a reply of its own. */
	if (smfi_setreply(context, (char *)sent.code, (char *)sent.xcode, doubled) != MI_SUCCESS)
		smfi_setreply(context, (char *)sent.code, (char *)sent.xcode, (char *)"Refused");
	return sent.code[0] == '5' ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}
