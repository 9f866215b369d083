/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resource: the entries of Resource and NotResource: `*`, or an ARN compared
 * with the request's field by field (arn.h). Policy variables may stand
 * after the fifth colon. (IAM User Guide, "IAM JSON policy elements: Resource".)
 *
 * An ARN with fewer than six fields is a fault in a resource policy; in an
 * identity policy the missing fields count as `*`, as IAM itself takes them.
 */
#ifndef IAM_RESOURCE_H
#define IAM_RESOURCE_H

#include "iam/arn.h"
#include "iam/template.h"
#include "iam/truth.h"

struct resource_pattern {
	struct text text;          /* as written */
	bool any;                  /* "*" */
	struct arn arn;            /* its last field is unused if there is a template */
	struct template *template; /* of the last field; NULL: no variables */
	bool folds;                /* it may take others where domains have no case (domain.h) */
	bool folds_addresses;      /* also where the identity is an address */
};

/* Read one entry. False: a fault was told. */
bool resource_compile(struct compile *c, const struct json_path *path, struct text t, struct resource_pattern *out);

/* `folded`: read with domains without case. */
enum truth resource_match(const struct resource_pattern *pattern, const struct request *request, bool folded);

#endif
