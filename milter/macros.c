/* SPDX-License-Identifier: BSD-2-Clause */
#include "macros.h"

#include <string.h>

/* Of each at least one has a value, be it empty. (Postfix: MILTER_README, "Which macros"; local submission has no mailer.) */
static const char *const of_mail[] = { "{mail_addr}", "{mail_mailer}", NULL };
static const char *const of_recipient[] = { "{rcpt_addr}", "{rcpt_mailer}", NULL };

/* FNV-1a */
static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h;
}

/* The address as it was written, with or without brackets: then it does not matter whether it was sent again. */
static bool is_written_so(const char *value, struct text raw)
{
	if (raw.length > 2 && raw.at[0] == '<' && raw.at[raw.length - 1] == '>')
		raw = (struct text){ raw.at + 1, raw.length - 2 };
	return text_equals_fold(text_of(value), raw);
}

bool macros_have_come(SMFICTX *context, enum stage stage, struct text raw, struct macros_seen *seen)
{
	const char *const *names = stage == STAGE_MAIL ? of_mail : of_recipient;
	const struct macros_seen before = *seen;
	const char *value = NULL;

	for (; *names && !value; names++)
		value = smfi_getsymval(context, (char *)*names);
	*seen = (struct macros_seen){ value, value ? hash(value) : 0 };
	if (!value)
		return false;
	if (value != before.at || seen->content != before.content)
		return true;
	/*
	 * Sendmail sends the macros of a recipient that it refuses itself, without the recipient: the next may then stand where
	 * the last but one did. What MAIL says besides the address has to be its own.
	 */
	return stage == STAGE_RCPT && is_written_so(value, raw);
}
