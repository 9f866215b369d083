/* SPDX-License-Identifier: BSD-2-Clause */
#include "macro.h"

struct text macro_value(SMFICTX *context, const char *name)
{
	return text_of(smfi_getsymval(context, (char *)name));
}

bool macro_packet_has_come(SMFICTX *context, enum stage stage, const char **last)
{
	/* At least one of each list has a value, which may be empty. Local submission has no mailer. (Postfix: MILTER_README.) */
	static const char *const of_mail[] = { "{mail_addr}", "{mail_mailer}", NULL };
	static const char *const of_recipient[] = { "{rcpt_addr}", "{rcpt_mailer}", NULL };
	const char *const *names = stage == STAGE_MAIL ? of_mail : of_recipient;
	const char *value = NULL;

	for (; *names && !value; names++)
		value = smfi_getsymval(context, (char *)*names);
	bool same_place = value == *last;
	*last = value;
	return value && (!same_place || *value);
}

void macro_forget(SMFICTX *context, const char *name)
{
	/* In libmilter's copy of the packet, which it hands out for us to use as we like: it does not look at values itself. */
	char *value = smfi_getsymval(context, (char *)name);

	if (value && *value)
		*value = '\0';
}
