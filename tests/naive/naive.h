/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second policy evaluator, for tests only: as plain and slow as it can be,
 * so that a reader can check it line by line against the rules of IAM. It
 * shares no code with the real one; where the two differ, one is wrong.
 *
 * policies: array of {"type": "resource" | "identity" | "boundary" | "scp", "document": {...}}, those of "scp" with the
 * "level" of the organization that they are of, from 0 to 7.
 * request: {"principal": ARN or null, "action": text, "resource": ARN,
 * "context": {key: text or [text]}}. Both are borrowed. The documents must be
 * valid and texts no longer than NAIVE_LONGEST bytes: anything else aborts.
 *
 * Readings where the public documentation is silent:
 * - The organization is that of the resource's account. Callers of other accounts
 *   have their own, which nobody has told; nobody has one, and no boundary either.
 * - A plain operator on a multi-valued key: an Allow does not match, a Deny
 *   matches if any value does. Multi-valued are the keys documented so, and
 *   any key for which the request gives a list of other than one value.
 * - An empty list is no value: the key counts as missing.
 * - A set operator does not see values that are the empty string.
 * - IfExists on a missing key is true, also under ForAnyValue.
 * - An empty list in the policy is satisfied by no value: only by a missing
 *   key, under ForAllValues and IfExists.
 * - NotPrincipal exempts a caller that matches any entry, account entries included.
 * - A request value that is no number, date or ARN fails negated operators
 *   too; one that is no address satisfies NotIpAddress.
 * - Four digits alone are seconds of the epoch, not a year. No zone: UTC.
 * - Text put in for a variable is literal: no wildcard, and no colon between
 *   the fields of an ARN that has its five colons without it.
 * - A variable that holds a list by nature, or holds one now, stands for nothing,
 *   default or not; a default is for a missing key.
 */
#ifndef TESTS_NAIVE_NAIVE_H
#define TESTS_NAIVE_NAIVE_H

#include <jansson.h>

enum { NAIVE_LONGEST = 1000 };

enum naive_decision {
	NAIVE_ALLOWED,
	NAIVE_EXPLICIT_DENY,
	NAIVE_IMPLICIT_DENY,
};

enum naive_decision naive_evaluate(json_t *policies, json_t *request);

/*
 * The same where domains have no case: in what a policy compares with the key
 * of an address, or with a variable of one, and in the resource of an identity,
 * capitals behind the last at sign, or without one all capitals, also match in
 * lower case. What is compared with a variable of an address and is none itself
 * may have the capitals: there all letters match in any case.
 */
enum naive_decision naive_evaluate_folded(json_t *policies, json_t *request);

/* "allowed", "explicitDeny" or "implicitDeny". */
const char *naive_decision_name(enum naive_decision decision);

#endif
