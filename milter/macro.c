/* SPDX-License-Identifier: BSD-2-Clause */
#include "macro.h"

struct text macro_value(SMFICTX *context, const char *name)
{
	return text_of(smfi_getsymval(context, (char *)name));
}

void macro_forget(SMFICTX *context, const char *name)
{
	/* In libmilter's copy of the packet, which it hands out for us to use as we like: it does not look at values itself. */
	char *value = smfi_getsymval(context, (char *)name);

	if (value && *value)
		*value = '\0';
}
