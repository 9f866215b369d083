/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * needs: at which stages the policies of a generation can refuse, so that
 * nothing else is asked of the MTA.
 *
 * The caller counts as holding an Allow for everything and the resource is of
 * his own account, so only a Deny can refuse. It can do so once all its
 * conditions can be true: those on ses:Recipients at RCPT (ForAnyValue, or no
 * quantifier) or when the list is closed (ForAllValues), all others at MAIL.
 */
#ifndef SES_NEEDS_H
#define SES_NEEDS_H

#include "ses/generation.h"

/* What SMTP submission is to IAM. (SES developer guide, "Controlling access".) */
#define SES_ACTION "ses:SendRawEmail"

/* Fill in may_refuse and recipients_apart; the slots and the principal are known already. */
void needs_find(struct generation *generation);

#endif
