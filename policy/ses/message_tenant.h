/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_tenant: the tenant that a message names, and what that adds to its questions.
 */
#ifndef SES_MESSAGE_TENANT_H
#define SES_MESSAGE_TENANT_H

#include "ses/message_parts.h"

/* The tenant that the message names, which must be the one that its principal is pinned to. False: as headers_settle. */
bool message_tenant_settle(struct message *message, struct outcome *against);

/* All questions are there: of a message that names a tenant they are asked without it as well. False when memory is short, or there are too many. */
bool message_tenant_query(struct message *message);

#endif
