/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration_set: the configuration set of SES that a message uses: the one
 * its X-SES-CONFIGURATION-SET header names, else the default one of the sender's
 * identity. It is a resource of its own, beside the identity.
 * (SES developer guide, "Using configuration sets"; Service Authorization
 * Reference, "Amazon SES": an optional resource type of SendRawEmail.)
 */
#ifndef SES_CONFIGURATION_SET_H
#define SES_CONFIGURATION_SET_H

#include "ses/generation.h"

struct configuration_set {
	struct text identity;
	struct text name;
	bool noted; /* a policy file said so: what the settings or the account's state say of the identity counts before it */
};

/* 1 to 64 letters, digits, hyphens and underscores. */
bool configuration_set_is_valid(struct text name);

/*
 * Note what a file says when it is the output of `get-email-identity`: the
 * default set of the identity that the file is named after. False when memory is short.
 */
bool configuration_set_note(struct generation *generation, struct text file_name, struct text content);

/* Add those of the settings, or where these have none (.at NULL) of the account's state, which win, and sort. Identities have been checked. False when memory is short. */
bool configuration_sets_find(struct generation *generation, const struct map *settings, struct faults *faults);

/* The default set of an identity; empty: none is known. */
struct text configuration_set_of(const struct generation *generation, struct text identity);

/* The same of the identity that an ARN names. */
struct text configuration_set_of_arn(const struct generation *generation, struct text resource);

/* arn:PARTITION:ses:REGION:ACCOUNT:configuration-set/NAME; .at is NULL when memory is short. */
struct text configuration_set_arn(struct arena *arena, const struct generation *generation, struct text name);

#endif
