/* SPDX-License-Identifier: BSD-2-Clause */
#include "macro.h"

struct text macro_value(SMFICTX *context, const char *name)
{
	return text_of(smfi_getsymval(context, (char *)name));
}

bool macro_packet_has_come(SMFICTX *context, enum stage stage, const char **last)
{
	const char *value = smfi_getsymval(context, (char *)(stage == STAGE_MAIL ? "{mail_addr}" : "{rcpt_addr}"));
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
