/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a pattern on the first line, an ARN on the second.
 *
 * Promises: the fields joined are the text; what is too short is filled up with
 * `*` and so matches what a full one with stars does; a wildcard that may not
 * cross a colon never matches more than one that may; every ARN matches itself;
 * a caller has an account of 12 digits, or is a service or nobody.
 */
#include "fuzz/fuzz.h"
#include "iam/arn.h"
#include "value/glob.h"
#include "iam/principal.h"
#include "iam/request.h"

#include <string.h>

static void split_check(struct text t, const struct arn *arn)
{
	for (size_t i = 0; i < ARN_FIELDS; i++) {
		FUZZ_CHECK(text_starts_with(t, arn->field[i]));
		t = text_from(t, arn->field[i].length);
		if (i == ARN_RESOURCE)
			break;
		FUZZ_CHECK(t.length && t.at[0] == ':');
		FUZZ_CHECK(text_find(arn->field[i], ':', 0) == arn->field[i].length);
		t = text_from(t, 1);
	}
	FUZZ_CHECK(!t.length);
}

static void caller_check(struct text t)
{
	struct caller caller;

	if (!caller_parse(t, &caller))
		return;
	FUZZ_CHECK(text_equals(caller.text, t));
	switch (caller.kind) {
	case PRINCIPAL_ANONYMOUS:
		FUZZ_CHECK(!t.length && !caller.account.length);
		break;
	case PRINCIPAL_SERVICE:
		FUZZ_CHECK(!caller.account.length && text_find(t, '.', 0) < t.length && text_find(t, ':', 0) == t.length);
		break;
	case PRINCIPAL_ROOT:
		FUZZ_CHECK(arn_is_account(caller.account) && text_ends_with(t, TEXT(":root")));
		break;
	case PRINCIPAL_ARN:
		FUZZ_CHECK(arn_is_account(caller.account) && !glob_has_wildcard(t));
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text lines[2] = { 0 };
	struct arn pattern, value, again;

	fuzz_lines(fuzz_text(data, size), lines, 2);
	bool has_pattern = arn_split(lines[0], &pattern), has_value = arn_split(lines[1], &value);
	if (has_pattern) {
		split_check(lines[0], &pattern);
		FUZZ_CHECK(arn_match(&pattern, &pattern));
		FUZZ_CHECK(arn_split_short(lines[0], &again));
		for (size_t i = 0; i < ARN_FIELDS; i++)
			FUZZ_CHECK(text_equals(again.field[i], pattern.field[i]));
	} else if (arn_split_short(lines[0], &pattern)) {
		has_pattern = true;
		FUZZ_CHECK(arn_match(&pattern, &pattern));
		FUZZ_CHECK(text_equals(pattern.field[ARN_RESOURCE], TEXT("*")));
	}
	if (has_value) {
		split_check(lines[1], &value);
		FUZZ_CHECK(arn_match(&value, &value));
	}
	if (has_pattern && has_value && arn_match(&pattern, &value) && arn_split(lines[0], &again))
		FUZZ_CHECK(glob_match(lines[0], lines[1]));
	caller_check(lines[0]);
	caller_check(lines[1]);
	return 0;
}
