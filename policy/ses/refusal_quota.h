/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal_quota: what a client is told that may not send so much. SES's own words come first, since clients compare them (Developer
 * Guide, "Troubleshooting Amazon SES SMTP issues"). One line as in refusal_text.h. `name` is whose limit it is.
 */
#ifndef SES_REFUSAL_QUOTA_H
#define SES_REFUSAL_QUOTA_H

#include "ses/refusal_text.h"

#include <stdint.h>

/* The day is full: `used` (-1: not known) of `limit` recipients; in so many seconds it is not any more (0: not known). */
void refusal_quota_day(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t used, int64_t limit, int64_t seconds);

/* Too fast: `rate` is thousandths of a recipient a second. */
void refusal_quota_rate(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t rate);

/* A message that can never pass. */
void refusal_quota_size(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t recipients, int64_t limit);

#endif
