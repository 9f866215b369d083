/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_file: the shapes in which AWS hands out policies.
 *
 *     {"Statement": ...}                          a policy document
 *     {"Policies": {NAME: "JSON text", ...}}      aws ses get-identity-policies,
 *                                                 aws sesv2 get-email-identity-policies, get-email-identity
 *     {"PolicyName": N, "PolicyDocument": {...}}  aws iam get-user-policy; also "Document" or "Policy"
 *     {"PolicyVersion": {"Document": {...}}}      aws iam get-policy-version
 *
 * A document may be an object, JSON text in a string, or that text URL-encoded.
 * Places inside such a string are told as FILE[NAME]:line:column of the inner text.
 * policy_set_add_text() is here.
 */
#ifndef IAM_POLICY_FILE_H
#define IAM_POLICY_FILE_H

#include "iam/policy_set.h"

#endif
