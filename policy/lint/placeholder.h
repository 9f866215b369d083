/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * placeholder: what somebody was to fill in, or a program to render, and did not: <account-id>, ACCOUNT_ID, $region,
 * ${aws_ses_domain_identity.x.arn}, {{ domain }}.
 */
#ifndef LINT_PLACEHOLDER_H
#define LINT_PLACEHOLDER_H

#include "base/text.h"

enum placeholder { PLACEHOLDER_NONE, PLACEHOLDER_WORD, PLACEHOLDER_TEMPLATE };

/* Does the text hold one? Policy variables such as ${aws:username} and ${*} are none. */
enum placeholder placeholder_find(struct text t);

/* What to say of it: "a placeholder that was not filled in", "a template that was not rendered"; NULL: it is none. */
const char *placeholder_text(enum placeholder placeholder);

#endif
