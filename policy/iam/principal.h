/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * principal: the Principal and NotPrincipal elements, and the match of the caller
 * with them. (IAM User Guide, "AWS JSON policy elements: Principal" and
 * "NotPrincipal".)
 */
#ifndef IAM_PRINCIPAL_H
#define IAM_PRINCIPAL_H

#include "iam/compile.h"

enum principal_entry_kind {
	PRINCIPAL_ENTRY_ANYONE,  /* "*" */
	PRINCIPAL_ENTRY_ACCOUNT, /* an account id, or its root ARN: the account as a whole */
	PRINCIPAL_ENTRY_ARN,     /* one user, session or federated user */
	PRINCIPAL_ENTRY_ROLE,    /* a role, and so all its sessions */
	PRINCIPAL_ENTRY_SERVICE,
	PRINCIPAL_ENTRY_NOBODY, /* ids of deleted entities, federated and canonical users: never a caller here */
};

struct principal_entry {
	enum principal_entry_kind kind;
	struct text text;      /* as written */
	struct text account;   /* ACCOUNT, ROLE */
	struct text partition; /* ROLE, and ACCOUNT given by ARN; else empty: any */
	struct text role;      /* ROLE: the name, without its path */
};

struct principal_list {
	struct principal_entry *entries;
	size_t count;
};

struct caller;

/* From least to most: what is of one kind is of those before it, too. */
enum principal_match {
	PRINCIPAL_NO,
	PRINCIPAL_ACCOUNT, /* only by its account */
	PRINCIPAL_DIRECT,  /* by itself, as everybody, or as a session of a role */
	PRINCIPAL_NAMED    /* by the ARN of the user, or of the session: what it allows no boundary limits */
};

/* Read the element. False: faults were told. */
bool principal_compile(struct compile *c, const struct json_path *path, const json_t *value, struct principal_list *out);

/* How the list matches the caller. The root user counts as its account. */
enum principal_match principal_match(const struct principal_list *list, const struct caller *caller);

/* Read the caller of a request: IAM or STS ARN, service name, empty for nobody. False: none of these. */
bool caller_parse(struct text t, struct caller *out);

#endif
