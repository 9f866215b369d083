/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/condition.h"

enum string_set_kind condition_string_kind(const struct condition *condition)
{
	static const enum string_set_kind kinds[] = {
		[COMPARE_EQUAL] = STRING_SET_EXACT,
		[COMPARE_EQUAL_IGNORE_CASE] = STRING_SET_IGNORE_CASE,
		[COMPARE_GLOB] = STRING_SET_GLOB,
	};
	return kinds[condition->how.op->comparison];
}

bool condition_folds(const struct condition *condition)
{
	bool folds = condition->fold;

	for (size_t i = 0; i < condition->template_count && !folds; i++)
		folds = condition->templates[i].letters != GLOB_LETTERS_EXACT;
	return folds;
}
