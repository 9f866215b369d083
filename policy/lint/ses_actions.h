/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ses_actions: the names of the actions of SES, of both versions of its API and of its Mail Manager.
 * (Service Authorization Reference, "Amazon SES".)
 */
#ifndef LINT_SES_ACTIONS_H
#define LINT_SES_ACTIONS_H

#include <stddef.h>

extern const char *const ses_actions[];
extern const size_t ses_action_count;

#endif
