/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal: the words of a reply. They follow SES's own, and name the address
 * and the rule. ("Amazon SES SMTP issues", SES developer guide.)
 */
#ifndef SES_REFUSAL_H
#define SES_REFUSAL_H

#include "ses/message.h"

/* Longest text, NUL included; with code and id a reply stays under 400 bytes. */
#define REFUSAL_TEXT_SIZE 341

/* Each fills in code, xcode, text, reason and decision of an outcome. `text` is where the words go. */
void refusal_by_policy(struct outcome *outcome, const struct statement *statement, char text[REFUSAL_TEXT_SIZE]);
void refusal_bad_address(struct outcome *outcome, bool sender, char text[REFUSAL_TEXT_SIZE]);
void refusal_null_sender(struct outcome *outcome);
void refusal_trouble(struct outcome *outcome);

#endif
