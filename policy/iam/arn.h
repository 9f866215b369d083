/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arn: Amazon resource names, arn:partition:service:region:account:resource.
 * Everything after the fifth colon is the resource, colons and slashes
 * included. (IAM User Guide, "Amazon Resource Names".)
 */
#ifndef IAM_ARN_H
#define IAM_ARN_H

#include "base/text.h"
#include "value/work.h"

enum arn_field { ARN_PREFIX, ARN_PARTITION, ARN_SERVICE, ARN_REGION, ARN_ACCOUNT, ARN_RESOURCE, ARN_FIELDS };

struct arn {
	struct text field[ARN_FIELDS]; /* borrowed; the first is "arn" */
};

/* Split t at its first five colons. False unless there are six fields and the first is "arn". */
bool arn_split(struct text t, struct arn *arn);

/* As arn_split, but fields that are missing at the end become `*`; false unless it starts with "arn:" and has at least three fields. */
bool arn_split_short(struct text t, struct arn *arn);

/* Field by field, each pattern field a glob of its own: a wildcard never crosses a colon of the first five. */
bool arn_match(const struct arn *pattern, const struct arn *value);

/* The same; what it takes is taken off `work`. */
bool arn_match_counted(const struct arn *pattern, const struct arn *value, struct work *work);

/* 12 digits. */
bool arn_is_account(struct text t);

/* aws, aws-cn, aws-us-gov, aws-iso-b, aws-eusc...; AWS adds more now and then. */
bool arn_is_partition(struct text t);

#endif
