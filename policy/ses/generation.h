/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation: one immutable loaded set of policies together with what the
 * relay's site says about itself. Loaded aside, then used by many messages at
 * once, without locks; its maker frees it when the last message is done.
 */
#ifndef SES_GENERATION_H
#define SES_GENERATION_H

#include "base/fault.h"
#include "iam/key.h"
#include "iam/policy_set.h"
#include "ses/account_state.h"
#include "ses/connection.h"
#include "ses/context.h"
#include "ses/principal_map.h"
#include "ses/quotas.h"
#include "ses/site_options.h"
#include "ses/stage.h"

struct configuration_set;
struct statement;

/* A resource that is known before any message asks about it. */
struct known_resource {
	struct text text; /* ARN */
	struct arn fields;
	bool unverified; /* a policy names it, but to SES neither it nor one that covers it is verified */
};

struct generation {
	struct policy_set *set;
	struct arena arena;
	struct text account, region, partition;
	struct text *identities; /* the site's (site.h), sorted by text_compare, no doubles */
	/* Of each identity its ARN; behind the last what all ARNs of identities begin with. */
	struct known_resource *resources;
	size_t identity_count;
	struct configuration_set *configuration_sets; /* sorted by identity, one each */
	size_t configuration_set_count, configuration_set_room;
	struct principal_map principals;
	const unsigned *levels; /* of the organization: groups, the root's first */
	size_t level_count;
	struct network_context *networks;
	size_t network_count;
	struct context context;
	struct connection connection;
	enum from_address from_address;
	enum mailbox_case address_case;
	bool null_sender_reject, unknown_identity_reject, ses_headers_refuse, unqualified_headers_refuse, sandbox;
	enum form_setting form;
	bool form_check;                          /* is mail refused for its form? */
	bool may_refuse[STAGES];                  /* can a refusal become certain at this stage? (DATA, EOH: sent at all?) */
	bool wants_headers;                       /* can what a header says make a difference? */
	bool keeps_headers;                       /* are headers kept for a record even if none can? Its maker says so */
	bool wants_from, wants_configuration_set; /* of them: From and its like, the configuration set */
	const struct statement *headers_for;      /* the first that wants headers; NULL: none, or settings alone do */
	bool headers_for_set;                     /* that is for the configuration set alone */
	/*
	 * The decision on one recipient does not depend on those before it: no Deny has two conditions on the
	 * recipients. Each is then decided by itself at RCPT.
	 */
	bool recipients_apart;
	bool guard_files;                               /* those that everybody may write are refused */
	size_t file_count;                              /* files of policies read */
	struct generation_file *first_file, *last_file; /* (generation_file.h) */
	int slot[MESSAGE_KEYS];                         /* of the keys that the message fills in; -1: no policy uses it */
	unsigned sources;                               /* enum key_source bits of those that a policy uses */
	/* What SES says of its identities (identity_file.h): those that are verified; one has said which policies it has. */
	struct text *stated;
	size_t stated_count, stated_room;
	bool states_policies;
	struct account_state account_state;
	struct quotas quotas;
};

/*
 * NULL if there is any fault; `faults` says what. Every path must exist and be
 * readable; a directory gives its *.json files in the order of their names
 * (others and dot files are passed over). There may be no policies of identities if there are some of callers; no
 * policy at all is a fault, unless SES says so itself (identity_file.h).
 */
struct generation *generation_load(const struct site_options *options, struct faults *faults);
void generation_free(struct generation *generation);

/* Are recipients counted (quotas.h)? Then each message must come to its end here, and no yes may be told before. */
bool generation_counts(const struct generation *generation);

#endif
