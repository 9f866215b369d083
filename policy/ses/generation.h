/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation: one immutable loaded set of policies together with what the
 * relay's site says about itself. Loaded aside, then used by many messages at
 * once, without locks; whoever made it frees it when the last message is done.
 */
#ifndef SES_GENERATION_H
#define SES_GENERATION_H

#include "iam/fault.h"
#include "iam/policy_set.h"
#include "ses/mailbox.h"

/* What loading needs to know: borrowed strings, only during the call. */
struct generation_options {
	const char *const *policies; /* files and directories of resource policies */
	size_t policy_count;
	const char *account;         /* NULL: taken from the policies when all agree; else a fault */
	const char *region;          /* the same */
	const char *const *identities; /* verified identities: domains and addresses */
	size_t identity_count;
	enum mailbox_case address_case;
	bool null_sender_reject;     /* refuse MAIL FROM:<> */
};

/* What a message can meet: which keys, and so which events and replies, the policies can need. */
enum stage { STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_EOH, STAGE_EOM, STAGES };

/* "MAIL", "RCPT", "DATA", "EOH", "EOM" */
const char *stage_name(enum stage stage);

struct generation {
	struct policy_set *set;
	struct arena arena;
	struct text account, region, partition;
	struct text principal;       /* the default principal's ARN: arn:PARTITION:iam::ACCOUNT:user/smtp-relay */
	struct text *identities;     /* settings' and policies', sorted by text_compare, no doubles */
	size_t identity_count;
	enum mailbox_case address_case;
	bool null_sender_reject;
	bool identity_allows_all;    /* the principal has no policies of its own */
	bool may_refuse[STAGES];     /* can a refusal become certain at this stage? (DATA, EOH: sent at all?) */
	/*
	 * What one recipient decides does not depend on those before him: no Deny has two conditions on the
	 * recipients. Each is then judged by himself at RCPT.
	 */
	bool recipients_apart;
	size_t file_count;           /* files read */
	/* slots of the keys that the message fills in; -1: no policy uses it */
	int slot_from, slot_feedback, slot_recipients, slot_api_version, slot_source_ip;
	int slot_current_time, slot_epoch_time, slot_secure_transport, slot_principal_arn;
	int slot_principal_account, slot_principal_type, slot_username, slot_region, slot_resource_account;
};

/*
 * NULL if there is any fault; `faults` says what. Every path must exist and be
 * readable; a directory gives its *.json files in the order of their names
 * (others and dot files are passed over) and may be empty only if another path
 * holds a policy.
 */
struct generation *generation_load(const struct generation_options *options, struct faults *faults);
void generation_free(struct generation *generation);

#endif
