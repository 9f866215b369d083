/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts: the values of the condition keys: what holds for every message of a
 * generation, what for a caller, and what for one message. Keys that are not
 * filled in here are absent. (Service Authorization Reference, "Amazon SES"; IAM
 * User Guide, "AWS global condition context keys".)
 */
#ifndef SES_FACTS_H
#define SES_FACTS_H

#include "iam/request.h"
#include "ses/message.h"

/* What SMTP submission is to IAM. (SES developer guide, "Controlling access".) */
#define SES_ACTION "ses:SendRawEmail"

/* The action, and the keys that say where. False when memory is short. */
bool facts_of_generation(struct request *request, const struct generation *generation);

/* The caller and its policies. */
void facts_of_identity(struct request *request, const struct principal_rule *rule, const struct caller *caller);

/* The caller, its policies and its keys. False when memory is short. */
bool facts_of_caller(struct request *request, const struct generation *generation, const struct principal_rule *rule,
	const struct caller *caller);

/* What is not filled in is not known yet, of caller and message; the list of recipients is open. */
void facts_pending(struct request *request, const struct generation *generation);

/* Client, its network's keys and the site's, and the time; the list of recipients is open. False when memory is short. */
bool facts_of_client(struct request *request, const struct generation *generation, const struct client *client,
	const struct instant *now);

#endif
