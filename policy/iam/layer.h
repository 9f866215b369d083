/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * layer: the layers of policies that decide together, and which policies of a
 * set are in them for one caller. (IAM User Guide, "Policy evaluation logic".)
 *
 * Policies of SES identities are the resource's. All others belong to the caller:
 * its own policies, the boundary of what those can allow, and the service control policies
 * of each level of its organization.
 */
#ifndef IAM_LAYER_H
#define IAM_LAYER_H

#include <stdbool.h>
#include <stddef.h>

enum policy_layer {
	LAYER_RESOURCE, /* of the resource: Principal required. All others have none */
	LAYER_IDENTITY, /* of a user or role, and of the user's groups */
	LAYER_BOUNDARY, /* a permissions boundary */
	LAYER_SCP,      /* a service control policy */
	LAYERS          /* of no layer in particular */
};

/* "resource", "identity", "boundary", "scp": the words of raw requests, answers and records. Empty for LAYERS. */
const char *policy_layer_name(enum policy_layer layer);

/* The resource policies; other groups of a set belong to callers. */
#define POLICY_GROUP_RESOURCE 0

/*
 * The policies of one caller, by groups of a set (policy_set.h). A group may stand for several callers, and be the
 * boundary of one and a policy of another. Borrowed by requests, which must not outlive it.
 */
struct caller_policies {
	const unsigned *own; /* together the caller's identity policies */
	size_t own_count;
	bool allows_all;        /* no policies are known: the caller counts as holding an Allow for everything */
	unsigned boundary;      /* POLICY_GROUP_RESOURCE: none */
	const unsigned *levels; /* of the organization, the root first */
	size_t level_count;
};

/* For a caller whose policies are not known. It counts as holding an Allow for everything. */
extern const struct caller_policies caller_policies_allow_all;

/*
 * The parts of a decision, in the order in which they are evaluated: the resource policies, the caller's own, the
 * boundary, then each level of the organization.
 */
enum { PART_RESOURCE, PART_OWN, PART_BOUNDARY, PART_LEVELS };

/* How many parts there are. `policies` NULL, here and below: a caller who has none. */
size_t layer_part_count(const struct caller_policies *policies);

/* The groups of one part, and how many. */
const unsigned *layer_part(const struct caller_policies *policies, size_t part, size_t *count);

/* Is the group one of the part's? */
bool layer_part_holds(const struct caller_policies *policies, size_t part, unsigned group);

/* Is it of any part? */
bool layer_parts_hold(const struct caller_policies *policies, unsigned group);

/* The layer of a part, and the level it is of, from 1; 0: it is no level. */
static inline enum policy_layer layer_of_part(size_t part)
{
	return part < PART_LEVELS ? (enum policy_layer)part : LAYER_SCP;
}

static inline unsigned layer_level_of_part(size_t part)
{
	return part < PART_LEVELS ? 0 : (unsigned)(part - PART_LEVELS + 1);
}

#endif
