/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_account: what the state of the account says of one message: of the account itself, of each identity and
 * configuration set that it uses, of its tenant and of its recipients.
 */
#ifndef TOOL_EXPLAIN_ACCOUNT_H
#define TOOL_EXPLAIN_ACCOUNT_H

#include "ses/message_report.h"
#include "tool/explain.h"

/* Fill in out->account for the message as far as it has come; nothing where no state is loaded. False when memory is short. */
bool explain_account(const struct message *message, const struct generation *generation, struct arena *arena,
	struct explained *out);

#endif
