/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * operator: the condition operators, one table.
 * (IAM User Guide, "IAM JSON policy elements: Condition operators".)
 */
#ifndef IAM_OPERATOR_H
#define IAM_OPERATOR_H

#include "base/text.h"

enum value_type {
	TYPE_STRING = 1,
	TYPE_NUMBER = 2,
	TYPE_DATE = 4,
	TYPE_BOOL = 8,
	TYPE_BINARY = 16,
	TYPE_IP = 32,
	TYPE_ARN = 64,
	TYPE_NULL = 128,
};

/* How a value of the request is compared with one of the policy. */
enum comparison {
	COMPARE_EQUAL,
	COMPARE_EQUAL_IGNORE_CASE,
	COMPARE_GLOB,
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_GREATER,
	COMPARE_GREATER_EQUAL,
};

struct operator_info {
	const char *name;
	enum value_type type;
	enum comparison comparison;
	bool negated;
	bool variables; /* policy variables may stand in its values */
};

enum quantifier { QUANTIFIER_NONE, QUANTIFIER_ALL, QUANTIFIER_ANY };

struct operator_name {
	const struct operator_info *op;
	enum quantifier quantifier;
	bool if_exists;
};

/*
 * Read `[ForAllValues:|ForAnyValue:]Name[IfExists]`, in any case of letters. NULL on success, else what is
 * wrong and what would be right (a constant).
 */
const char *operator_parse(struct text name, struct operator_name *out);

#endif
