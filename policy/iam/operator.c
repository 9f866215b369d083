/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/operator.h"

static const struct operator_info operators[] = {
	{ "StringEquals", TYPE_STRING, COMPARE_EQUAL, false, true },
	{ "StringNotEquals", TYPE_STRING, COMPARE_EQUAL, true, true },
	{ "StringEqualsIgnoreCase", TYPE_STRING, COMPARE_EQUAL_IGNORE_CASE, false, true },
	{ "StringNotEqualsIgnoreCase", TYPE_STRING, COMPARE_EQUAL_IGNORE_CASE, true, true },
	{ "StringLike", TYPE_STRING, COMPARE_GLOB, false, true },
	{ "StringNotLike", TYPE_STRING, COMPARE_GLOB, true, true },
	{ "NumericEquals", TYPE_NUMBER, COMPARE_EQUAL, false, false },
	{ "NumericNotEquals", TYPE_NUMBER, COMPARE_EQUAL, true, false },
	{ "NumericLessThan", TYPE_NUMBER, COMPARE_LESS, false, false },
	{ "NumericLessThanEquals", TYPE_NUMBER, COMPARE_LESS_EQUAL, false, false },
	{ "NumericGreaterThan", TYPE_NUMBER, COMPARE_GREATER, false, false },
	{ "NumericGreaterThanEquals", TYPE_NUMBER, COMPARE_GREATER_EQUAL, false, false },
	{ "DateEquals", TYPE_DATE, COMPARE_EQUAL, false, false },
	{ "DateNotEquals", TYPE_DATE, COMPARE_EQUAL, true, false },
	{ "DateLessThan", TYPE_DATE, COMPARE_LESS, false, false },
	{ "DateLessThanEquals", TYPE_DATE, COMPARE_LESS_EQUAL, false, false },
	{ "DateGreaterThan", TYPE_DATE, COMPARE_GREATER, false, false },
	{ "DateGreaterThanEquals", TYPE_DATE, COMPARE_GREATER_EQUAL, false, false },
	{ "Bool", TYPE_BOOL, COMPARE_EQUAL, false, true },
	{ "BinaryEquals", TYPE_BINARY, COMPARE_EQUAL, false, false },
	{ "IpAddress", TYPE_IP, COMPARE_EQUAL, false, false },
	{ "NotIpAddress", TYPE_IP, COMPARE_EQUAL, true, false },
	/* ArnEquals and ArnLike are the same, wildcards included. */
	{ "ArnEquals", TYPE_ARN, COMPARE_GLOB, false, true },
	{ "ArnLike", TYPE_ARN, COMPARE_GLOB, false, true },
	{ "ArnNotEquals", TYPE_ARN, COMPARE_GLOB, true, true },
	{ "ArnNotLike", TYPE_ARN, COMPARE_GLOB, true, true },
	{ "Null", TYPE_NULL, COMPARE_EQUAL, false, false },
};

const char *operator_parse(struct text name, struct operator_name *out)
{
	const struct text all = TEXT("ForAllValues:"), any = TEXT("ForAnyValue:"), exists = TEXT("IfExists");

	*out = (struct operator_name){ .quantifier = QUANTIFIER_NONE };
	if (text_starts_with_fold(name, all)) {
		out->quantifier = QUANTIFIER_ALL;
		name = text_from(name, all.length);
	} else if (text_starts_with_fold(name, any)) {
		out->quantifier = QUANTIFIER_ANY;
		name = text_from(name, any.length);
	}
	if (name.length > exists.length && text_equals_fold(text_from(name, name.length - exists.length), exists)) {
		out->if_exists = true;
		name = text_first(name, name.length - exists.length);
	}
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (text_equals_fold(name, text_of(operators[i].name)))
			out->op = &operators[i];
	if (!out->op)
		return "no such condition operator; the operators are String*, Numeric*, Date*, Bool, BinaryEquals, "
		       "IpAddress, NotIpAddress, Arn* and Null, with ForAllValues: or ForAnyValue: in front and IfExists at the end";
	if (out->op->type == TYPE_NULL && out->if_exists)
		return "Null asks whether a key exists and takes no IfExists; write \"Null\"";
	return NULL;
}
