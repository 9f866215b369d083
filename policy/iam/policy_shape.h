/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_shape: shapes of files in which a policy is wrapped more than once, or that hold many.
 *
 *     "JSON text"                                  aws ... --query ... --output json; terraform output -json NAME: a text of
 *                                                  whatever shape
 *     {NAME: {"value": "JSON text", ...}, ...}     terraform output -json
 *     {"Policy": {"PolicySummary": {...}, "Content": "JSON text"}}
 *                                                  aws organizations describe-policy, of a service control policy
 *     {"UserDetailList": [...], ...}               aws iam get-account-authorization-details (account_details.h): only for
 *                                                  a reader that looks at all there is, since its policies are not one principal's
 */
#ifndef IAM_POLICY_SHAPE_H
#define IAM_POLICY_SHAPE_H

#include "iam/policy_reader.h"

/* Is `root` of one of these shapes? Then its documents have been handed over, or it was told what is wrong. */
bool policy_shape_read(const struct policy_reader *reader, struct text name, const json_t *root);

#endif
