/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts: the values of the condition keys: what holds for every message of a
 * generation, and what holds for one. Keys that are not filled in here are
 * absent. (Service Authorization Reference, "Amazon SES"; IAM User Guide, "AWS
 * global condition context keys".)
 */
#ifndef SES_FACTS_H
#define SES_FACTS_H

#include "iam/request.h"
#include "ses/message.h"

/* What SMTP submission is to IAM. (SES developer guide, "Controlling access".) */
#define SES_ACTION "ses:SendRawEmail"

/* Caller, action, and the keys that say who and where. False when memory is short. */
bool facts_of_generation(struct request *request, const struct generation *generation);

/* What comes with a message is not known yet; the list of recipients is open. */
void facts_of_no_message(struct request *request, const struct generation *generation);

/* Sender, client and time; the list of recipients is open. False when memory is short. */
bool facts_of_message(struct request *request, const struct generation *generation, struct text sender,
	const struct client *client, const struct instant *now);

#endif
