/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * condition_match: what a condition says to a request.
 */
#ifndef IAM_CONDITION_MATCH_H
#define IAM_CONDITION_MATCH_H

#include "iam/condition.h"

/* Pending, too, when the request's work is over before it is certain. */
enum truth condition_match(const struct condition *condition, const struct request *request);

#endif
