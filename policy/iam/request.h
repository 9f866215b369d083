/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request: one question to the evaluator: may this principal do this action to
 * this resource, in this context. Made for one policy set and read-only while
 * it is evaluated.
 *
 * Context values sit in slots, one a key that the policy set uses; a key that
 * no policy uses has no slot and need not be filled in. Each slot is in one of
 * four states, which is what makes early answers possible.
 */
#ifndef IAM_REQUEST_H
#define IAM_REQUEST_H

#include "base/arena.h"
#include "iam/arn.h"
#include "value/instant.h"
#include "value/ip.h"
#include "value/number.h"
#include "iam/layer.h"
#include "iam/policy_set.h"
#include "value/work.h"

enum slot_state {
	SLOT_ABSENT,  /* the request has no such key, and will have none */
	SLOT_PENDING, /* not known yet: absent, or any value */
	SLOT_OPEN,    /* a list that may still grow and will hold at least one value; of a key that is a list by nature (key.h) */
	SLOT_PRESENT, /* known in full */
};

/* One value, parsed once for the operators that the policies use on its key. */
struct value {
	struct text text;
	struct ip ip;           /* family 0: not an address */
	struct number number;   /* valid if is_number */
	struct instant instant; /* valid if is_instant */
	bool is_number, is_instant;
};

struct plan;

struct slot {
	enum slot_state state;
	size_t count, room;
	struct value *values; /* in the request's arena */
};

enum principal_kind {
	PRINCIPAL_ANONYMOUS, /* nobody in particular */
	PRINCIPAL_ROOT,      /* arn:aws:iam::A:root */
	PRINCIPAL_ARN,       /* user, role, assumed-role session, federated user */
	PRINCIPAL_SERVICE,   /* name.amazonaws.com */
};

struct directory_entity;

struct caller {
	enum principal_kind kind;
	struct text text;    /* the ARN or service name as given */
	struct text account; /* empty: none */
	struct text role;    /* of a session: its role's name; else empty */
	struct text partition;
	const struct directory_entity *entity; /* what IAM says of the user, or of the role (directory.h); NULL: it was not asked */
};

struct request {
	const struct policy_set *set;
	struct arena *arena;
	struct caller caller;
	struct text action; /* "service:Name" */
	struct text resource_text;
	struct arn resource;
	bool resource_open; /* only how the resource's last field begins is known yet */
	bool folded;        /* the policies are read with domains without case (domain.h); evaluate() sees to it by itself */
	const struct caller_policies *policies; /* the caller's, beside those of the resource; NULL: none. Borrowed */
	struct slot *slots;                     /* policy_set_key_count of them */
	struct work *work;                      /* what asking may take; NULL: as much as it likes */
	const struct plan *plan; /* of plan_prepare(); NULL: none. May be kept and set again with what it was made for */
};

/* An empty request: anonymous, all keys absent. False when memory is short. Borrowed: set and arena. */
bool request_init(struct request *request, const struct policy_set *set, struct arena *arena);

/* Who asks: an IAM or STS ARN, a service name, or an empty text for nobody. False: neither. Borrowed. */
bool request_caller(struct request *request, struct text principal);

/* On what. False: not an ARN of six fields. Borrowed. */
bool request_resource(struct request *request, struct text resource);

/* The same of a resource of which only the beginning is known: `resource` is that of its ARN. */
bool request_resource_open(struct request *request, struct text resource);

/* Either of them, its fields known already: from arn_split() of that text. Borrowed. */
void request_resource_fields(struct request *request, struct text resource, const struct arn *fields, bool open);

/* Number of the slot for a key, in any case of letters; -1 if no policy uses the key. */
int request_slot(const struct request *request, struct text key);

/* Set the state of a slot; SLOT_PRESENT and SLOT_OPEN keep the values it has. */
void request_state(struct request *request, int slot, enum slot_state state);

/*
 * Add a value (borrowed text) to a slot. The state becomes SLOT_PRESENT unless it is SLOT_OPEN.
 * Slot -1 is fine and does nothing. False when memory is short.
 */
bool request_value(struct request *request, int slot, struct text value);

/* The same of an address that need not be read from its text any more. */
bool request_value_ip(struct request *request, int slot, struct text value, const struct ip *ip);

/* The slot's only value becomes `value`, or it is absent if the text is empty. False when memory is short. */
bool request_value_only(struct request *request, int slot, struct text value);

/* Take the last value of a slot back (a recipient that was refused). */
void request_value_back(struct request *request, int slot);

#endif
