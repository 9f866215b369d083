/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raw: pure IAM evaluation of requests given as JSON:
 *
 *     {"policies": [{"type": "resource"|"identity"|"boundary"|"scp", "level": N, "document": {...}}, ...],
 *      "request": {"principal": ARN|null, "action": "...", "resource": ARN,
 *                  "context": {"key": "text"|["list"]}}}
 *
 * Nothing is filled in: a key that is not in the context is missing. "level" stands beside "scp" alone: the level of the
 * organization, a whole number, those of one number together (default: 0). The organization is that of the resource's
 * account, and so says nothing of callers of other accounts, of services and of nobody; a boundary is a principal's.
 */
#ifndef TOOL_RAW_H
#define TOOL_RAW_H

#include "iam/evaluate.h"
#include "base/text.h"

#include <jansson.h>

/*
 * Decide one line; the answer (a new object) is {"decision", "layer", "level", "matched": [{"policy", "sid", "statement"}...]},
 * "layer" as in evaluate.h and "level" as it was given, only where there is one,
 * or {"decision": "invalid", "error", "errors": [...]}. NULL only when memory is short.
 */
json_t *raw_decide(struct text line, enum decision *decision);

#endif
