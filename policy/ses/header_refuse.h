/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * header_refuse: a message that is refused for one of its header fields.
 */
#ifndef SES_HEADER_REFUSE_H
#define SES_HEADER_REFUSE_H

#include "ses/message_parts.h"

/*
 * A header field stands against the message: why, and what is wrong with it. Always false: `against`, which has the stage,
 * becomes what there is to say.
 */
bool header_refuse(struct message *message, enum header_field field, enum reason reason, const char *what, struct text value,
	struct outcome *against);

#endif
