/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_work: how much work (value/work.h) one message may make. What its length,
 * its recipients and its headers come to is counted as it comes; policies that not
 * even an ordinary message could be asked of are not loaded.
 */
#ifndef SES_MESSAGE_WORK_H
#define SES_MESSAGE_WORK_H

#include "base/fault.h"
#include "iam/policy_set.h"

/*
 * What asking the policies about one message may take (value/work.h); a message that needs more is refused. Measured on a
 * processor of 2020, a few tens of milliseconds at the worst. Ordinary messages take a few thousandths of it.
 */
#define MESSAGE_WORK_MAX 32000000

/* What may be spent on questions about a sender who is not known yet: beyond it they wait until they must be answered. */
#define EARLY_WORK_MAX (MESSAGE_WORK_MAX / 8)

/*
 * What of it may be spent on the answers to recipients: each asks about the whole list so far, where one recipient does not tell
 * enough alone. Beyond it they wait until the list is complete, and is asked about once.
 */
#define RECIPIENTS_WORK_MAX (MESSAGE_WORK_MAX / 2)

/* A fault, at its dearest statement, if an ordinary message of a caller with these policies would need more. */
void message_work_check(const struct policy_set *set, const struct caller_policies *policies, struct faults *faults);

#endif
