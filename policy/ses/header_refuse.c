/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/header_refuse.h"

bool header_refuse(struct message *message, enum header_field field, enum reason reason, const char *what, struct text value,
	struct outcome *against)
{
	refusal_header(message->text, header_name(field), what);
	*against = outcome_refuse(message, against->stage, reason, value);
	return false;
}
