/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_shape: the shapes in which AWS hands out policies.
 *
 *     {"Statement": ...}                          a policy document
 *     {"Policies": {NAME: "JSON text", ...}}      aws ses get-identity-policies,
 *                                                 aws sesv2 get-email-identity-policies, get-email-identity
 *     {"PolicyName": N, "PolicyDocument": {...}}  aws iam get-user-policy; also "Document" or "Policy"
 *     {"PolicyVersion": {"Document": {...}}}      aws iam get-policy-version
 *
 * and shapes in which a policy is wrapped more than once, or that hold many:
 *
 *     "JSON text"                                  aws ... --query ... --output json; terraform output -json NAME: a text of
 *                                                  whatever shape
 *     {NAME: {"value": "JSON text", ...}, ...}     terraform output -json
 *     {"Policy": {"PolicySummary": {...}, "Content": "JSON text"}}
 *                                                  aws organizations describe-policy, of a service control policy
 *     {"UserDetailList": [...], ...}               aws iam get-account-authorization-details (account_details.h): only for
 *                                                  a reader that looks at all there is, since its policies are not one principal's
 *
 * A document may be an object, JSON text in a string, or that text URL-encoded.
 */
#ifndef IAM_POLICY_SHAPE_H
#define IAM_POLICY_SHAPE_H

#include "iam/policy_reader.h"

/* Hand over each document of a value that stands for a file. What is no document is a fault. */
void policy_shape_read(const struct policy_reader *reader, struct text name, const json_t *root);

#endif
