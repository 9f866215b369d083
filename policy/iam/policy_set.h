/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_set: policy documents, checked and compiled, in one immutable whole.
 *
 * Policies stand in groups. Group 0 holds the resource policies (of SES identities; Principal required); each
 * further group policies of callers (layer.h), and their Principal is the caller. A set is filled by one thread
 * (policy_file.h, document.h), sealed, and from then on read by any number of threads without locks.
 *
 * Loading is strict: whatever is not understood is a fault. A Deny that was
 * skipped would be a hole.
 */
#ifndef IAM_POLICY_SET_H
#define IAM_POLICY_SET_H

#include "iam/cost.h"
#include "iam/layer.h"
#include "value/domain.h"
#include "base/fault.h"
#include "base/text.h"

#include <jansson.h>

struct policy_set;
struct statement;
struct key;

/* Largest file that is read, in bytes. */
#define POLICY_FILE_MAX (64u * 1024 * 1024)

struct policy {
	struct text name; /* of the policy: the member of "Policies", else the file's name without .json */
	struct text file; /* where it came from, for messages */
	struct text id;   /* its Id, or empty */
	unsigned group;
	enum policy_layer layer; /* what it was loaded as */
	size_t first;            /* its statements: first .. first + count - 1 of the set */
	size_t count;
};

/* NULL when memory is short. */
struct policy_set *policy_set_new(void);
void policy_set_free(struct policy_set *set);

/*
 * Which domains have no case; without it, none. To be said before the first document. A request to the set, and its
 * resource, must have those domains in lower case.
 */
void policy_set_fold(struct policy_set *set, enum domain_fold fold);

/*
 * The number of a further group, whose policies are of a layer other than LAYER_RESOURCE; POLICY_GROUP_RESOURCE when
 * memory is short. (A group that nobody has asked for is of LAYER_IDENTITY.)
 */
unsigned policy_set_group(struct policy_set *set, enum policy_layer layer);

/* What the policies of a group are. */
enum policy_layer policy_set_layer(const struct policy_set *set, unsigned group);

/* No more documents. Must be called once before the set is used. */
void policy_set_seal(struct policy_set *set, struct faults *faults);

size_t policy_set_count(const struct policy_set *set);
const struct policy *policy_set_policy(const struct policy_set *set, size_t index);
size_t policy_set_statement_count(const struct policy_set *set);
const struct statement *policy_set_statement(const struct policy_set *set, size_t index);

/* The keys that conditions and variables of the set use. Slot numbers are 0 .. count - 1. */
size_t policy_set_key_count(const struct policy_set *set);
struct text policy_set_key_name(const struct policy_set *set, size_t slot);
/* The table itself (key.h). */
const struct key *policy_set_keys(const struct policy_set *set);

/* In any case of letters; -1: not used. */
int policy_set_key(const struct policy_set *set, struct text key);

/* About what the dearest request of a caller takes who has these policies beside those of the resource. */
void policy_set_cost(const struct policy_set *set, const struct caller_policies *policies, struct cost *out);

/* Bytes of memory that the set holds. */
size_t policy_set_bytes(const struct policy_set *set);

#endif
