/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/arn.h"

#include "value/glob.h"

#define ACCOUNT_DIGITS 12
#define SHORTEST 3 /* arn:partition:service */

/* The number of fields found; those after them are left alone. */
static size_t split(struct text t, struct arn *arn)
{
	size_t from = 0;

	for (size_t i = 0; i < ARN_RESOURCE; i++) {
		size_t colon = text_find(t, ':', from);

		arn->field[i] = text_first(text_from(t, from), colon - from);
		if (colon == t.length)
			return i + 1;
		from = colon + 1;
	}
	arn->field[ARN_RESOURCE] = text_from(t, from);
	return ARN_FIELDS;
}

bool arn_split(struct text t, struct arn *arn)
{
	return split(t, arn) == ARN_FIELDS && text_equals(arn->field[ARN_PREFIX], TEXT("arn"));
}

bool arn_split_short(struct text t, struct arn *arn)
{
	size_t count = split(t, arn);

	if (count < SHORTEST || !text_equals(arn->field[ARN_PREFIX], TEXT("arn")))
		return false;
	for (size_t i = count; i < ARN_FIELDS; i++)
		arn->field[i] = TEXT("*");
	return true;
}

bool arn_match(const struct arn *pattern, const struct arn *value)
{
	return arn_match_counted(pattern, value, NULL);
}

bool arn_match_counted(const struct arn *pattern, const struct arn *value, struct work *work)
{
	work_take(work, WORK_ENTRY);
	/* From the resource down: it is the field that differs most often. */
	for (size_t i = ARN_FIELDS; i-- > 0;) {
		/* Equal texts match, wildcards or not, and are the usual case. */
		if (!text_equals(pattern->field[i], value->field[i]) &&
			!glob_match_counted(pattern->field[i], value->field[i], work))
			return false;
	}
	return true;
}

bool arn_is_account(struct text t)
{
	if (t.length != ACCOUNT_DIGITS)
		return false;
	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
	}
	return true;
}

bool arn_is_partition(struct text t)
{
	if (!text_starts_with(t, TEXT("aws")) || (t.length > 3 && t.at[3] != '-'))
		return false;
	for (size_t i = 3; i < t.length; i++) {
		if (t.at[i] != '-' && !(t.at[i] >= 'a' && t.at[i] <= 'z'))
			return false;
	}
	return true;
}
