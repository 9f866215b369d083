/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_form: a message is refused for its form (form.h), in the words of Amazon SES.
 */
#ifndef SES_MESSAGE_FORM_H
#define SES_MESSAGE_FORM_H

#include "ses/message_parts.h"

/* Where the form is checked: an address of the envelope, as the client wrote it. False: `against`, which has the stage, is what there is to say. */
bool message_form_address(struct message *message, struct text raw, struct outcome *against);

/*
 * The headers are all here. A From header that is missing counts only where the MTA adds none behind this filter. False as
 * above.
 */
bool message_form_headers(struct message *message, struct outcome *against);

/* The mailboxes of From, once they are read. False as above. */
bool message_form_mailboxes(struct message *message, const struct header_mailboxes *from, struct outcome *against);

#endif
