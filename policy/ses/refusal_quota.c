/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/refusal_quota.h"

#include "ses/reply_escape.h"
#include "value/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As much of the name as leaves room for numbers and words. */
#define NAME_SIZE 160

void refusal_quota_day(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t used, int64_t limit, int64_t seconds)
{
	char shown[NAME_SIZE], of[32] = "", wait[DURATION_TEXT_SIZE + 16] = "", span[DURATION_TEXT_SIZE];

	reply_escape(name, shown, sizeof shown);
	if (seconds > 0)
		snprintf(wait, sizeof wait, ", about %s to go", duration_wait(seconds, span));
	if (used >= 0)
		snprintf(of, sizeof of, "%" PRId64 " of ", used);
	snprintf(out, REFUSAL_TEXT_SIZE,
		"Throttling failure: Daily message quota exceeded for %s (%s%" PRId64 " recipient%s in 24 hours%s)", shown, of,
		limit, limit == 1 ? "" : "s", wait);
}

void refusal_quota_rate(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t rate)
{
	char shown[NAME_SIZE], digits[32];

	reply_escape(name, shown, sizeof shown);
	size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRId64 ".%03" PRId64, rate / 1000, rate % 1000);
	while (digits[length - 1] == '0')
		digits[--length] = '\0';
	if (digits[length - 1] == '.')
		digits[--length] = '\0';
	snprintf(out, REFUSAL_TEXT_SIZE, "Throttling failure: Maximum sending rate exceeded for %s (%s recipient%s a second)",
		shown, digits, rate == 1000 ? "" : "s");
}

void refusal_quota_size(char out[REFUSAL_TEXT_SIZE], struct text name, int64_t recipients, int64_t limit)
{
	char shown[NAME_SIZE];

	reply_escape(name, shown, sizeof shown);
	snprintf(out, REFUSAL_TEXT_SIZE, "Too many recipients: %" PRId64 ", %s may send %" PRId64 " in 24 hours", recipients, shown,
		limit);
}
