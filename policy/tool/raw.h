/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw: pure IAM evaluation of requests given as JSON:
 *
 *     {"policies": [{"type": "resource"|"identity", "document": {...}}, ...],
 *      "request": {"principal": ARN|null, "action": "...", "resource": ARN,
 *                  "context": {"key": "text"|["list"]}}}
 *
 * Nothing is filled in: a key that is not in the context is missing.
 */
#ifndef TOOL_RAW_H
#define TOOL_RAW_H

#include "iam/evaluate.h"
#include "base/text.h"

#include <jansson.h>

/*
 * Decide one line; the answer (a new object) is {"decision", "matched": [{"policy", "sid", "statement"}...]},
 * or {"decision": "invalid", "error", "errors": [...]}. NULL only when memory is short.
 */
json_t *raw_decide(struct text line, enum decision *decision);

#endif
