/* SPDX-License-Identifier: BSD-2-Clause */
#include "macro.h"

struct text macro_value(SMFICTX *context, const char *name)
{
	return text_of(smfi_getsymval(context, (char *)name));
}

void macro_packet_read(SMFICTX *context, enum stage stage, bool mailer, struct macro_packet *out)
{
	static const char *const of_mail[MACROS] = { "{mail_addr}", "{mail_mailer}", "{auth_authen}" };
	static const char *const of_recipient[MACROS] = { "{rcpt_addr}", "{rcpt_mailer}" };
	const char *const *names = stage == STAGE_MAIL ? of_mail : of_recipient;

	for (enum macro_of_event i = 0; i < MACROS; i++) {
		bool wanted = names[i] && (i != MACRO_MAILER || mailer || !out->of[MACRO_ADDRESS]);
		out->of[i] = wanted ? smfi_getsymval(context, (char *)names[i]) : NULL;
	}
}

bool macro_packet_has_come(const struct macro_packet *packet, const char **last)
{
	/* At least one of the two has a value, which may be empty. Local submission has no mailer. (Postfix: MILTER_README.) */
	const char *value = packet->of[MACRO_ADDRESS] ? packet->of[MACRO_ADDRESS] : packet->of[MACRO_MAILER];
	bool same_place = value == *last;

	*last = value;
	return value && (!same_place || *value);
}

void macro_forget(struct macro_packet *packet, enum macro_of_event macro)
{
	/* In libmilter's copy of the packet, which it hands out for us to use as we like: it does not look at values itself. */
	if (packet->of[macro])
		packet->of[macro][0] = '\0';
}

void macro_forget_value(struct text value)
{
	if (value.length)
		((char *)value.at)[0] = '\0';
}
