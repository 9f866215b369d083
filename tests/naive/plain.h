/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real evaluator without its ways of finding statements: each statement of
 * the set is asked in turn with statement_match(). Where the naive evaluator
 * knows only complete requests, this one has the verdict of every state of a
 * request, and the statement and the layer that decided. Always asks in both readings of domains.
 */
#ifndef TESTS_NAIVE_PLAIN_H
#define TESTS_NAIVE_PLAIN_H

#include "iam/evaluate.h"

struct verdict plain_evaluate(const struct request *request);

#endif
