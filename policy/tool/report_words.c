/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_words.h"

#include "base/fault.h"
#include "iam/condition_match.h"
#include "tool/match.h"

static const struct {
	enum message_key key;
	const char *words;
	enum report_about about;
} rows[] = {
	{ KEY_FROM_ADDRESS, "sender", ABOUT_SENDER },
	{ KEY_FROM_DISPLAY_NAME, "display name", ABOUT_SENDER },
	{ KEY_FEEDBACK_ADDRESS, "return path", ABOUT_SENDER },
	{ KEY_RECIPIENTS, "recipients", ABOUT_RECIPIENTS },
	{ KEY_SOURCE_IP, "client address", ABOUT_CLIENT },
	{ KEY_SECURE_TRANSPORT, "TLS", ABOUT_CLIENT },
	{ KEY_CURRENT_TIME, "time", ABOUT_OTHER },
	{ KEY_EPOCH_TIME, "time", ABOUT_OTHER },
	{ KEY_PRINCIPAL_ARN, "principal", ABOUT_CLIENT },
	{ KEY_PRINCIPAL_ACCOUNT, "account of the principal", ABOUT_CLIENT },
	{ KEY_PRINCIPAL_TYPE, "kind of principal", ABOUT_CLIENT },
	{ KEY_USERNAME, "user name", ABOUT_CLIENT },
	{ KEY_REQUESTED_REGION, "region", ABOUT_OTHER },
	{ KEY_RESOURCE_ACCOUNT, "account of the identity", ABOUT_OTHER },
	{ KEY_TENANT_NAME, "tenant", ABOUT_OTHER },
};

#define ROWS (sizeof rows / sizeof *rows)

/* ROWS: it has no words. */
static size_t row_of(const struct request *request, const struct condition *condition)
{
	const struct key_info *info = policy_set_keys(request->set)[condition->slot].info;
	size_t row = 0;

	while (row < ROWS && (!info || info != &key_rows[rows[row].key]))
		row++;
	return row;
}

enum report_about report_about(const struct request *request, const struct condition *condition)
{
	size_t row = row_of(request, condition);

	return row < ROWS ? rows[row].about : ABOUT_OTHER;
}

const char *report_words_key(struct arena *arena, const struct request *request, const struct condition *condition, bool relay)
{
	size_t row = row_of(request, condition);
	char shown[160];

	if (row < ROWS)
		return relay && rows[row].key == KEY_SOURCE_IP ? "address of the relay" : rows[row].words;
	text_escape(policy_set_key_name(request->set, (size_t)condition->slot), shown, sizeof shown);
	return arena_printf(arena, "%s", shown);
}

const char *report_words_wanted(struct arena *arena, const struct statement *statement, const struct condition *condition,
	const struct request *request)
{
	const struct match match = { .truth = TRUTH_PENDING, .element = ELEMENT_CONDITION, .condition = condition };
	const char *words = match_wanted(arena, statement, &match, request);

	return words && condition->how.if_exists ? arena_printf(arena, "%s, or absent", words) : words;
}

/* What is true of a value of the request where the operator is not. */
static struct operator_info opposite(const struct operator_info *op)
{
	struct operator_info other = *op;

	switch (op->comparison) {
	case COMPARE_LESS:
		other.comparison = COMPARE_GREATER_EQUAL;
		return other;
	case COMPARE_LESS_EQUAL:
		other.comparison = COMPARE_GREATER;
		return other;
	case COMPARE_GREATER:
		other.comparison = COMPARE_LESS_EQUAL;
		return other;
	case COMPARE_GREATER_EQUAL:
		other.comparison = COMPARE_LESS;
		return other;
	case COMPARE_EQUAL:
	case COMPARE_EQUAL_IGNORE_CASE:
	case COMPARE_GLOB:
		break;
	}
	other.negated = !op->negated;
	return other;
}

const char *report_words_left(struct arena *arena, const struct statement *statement, const struct condition *condition,
	const struct request *request)
{
	struct operator_info op = opposite(condition->how.op);
	struct condition other = *condition;

	/* Of two values the other one. */
	if (op.type == TYPE_BOOL && !condition->template_count && condition->set.truths.on_true != condition->set.truths.on_false)
		return condition->set.truths.on_true ? "equal to \"false\"" : "equal to \"true\"";
	other.how.op = &op;
	if (op.type == TYPE_NULL)
		other.set.truths.on_true = !condition->set.truths.on_true;
	other.how.quantifier = condition->how.quantifier == QUANTIFIER_ALL ? QUANTIFIER_ANY
		: condition->how.quantifier == QUANTIFIER_ANY              ? QUANTIFIER_ALL
									   : QUANTIFIER_NONE;
	const struct match match = { .truth = TRUTH_PENDING, .element = ELEMENT_CONDITION, .condition = &other };
	const char *words = match_wanted(arena, statement, &match, request);
	/* What asks for a value is false without one, and the Deny then does not match. */
	bool without = !op.negated && !condition->how.op->negated && op.type != TYPE_NULL && !condition->how.if_exists;
	return words && without ? arena_printf(arena, "%s, or absent", words) : words;
}

const char *report_words_together(struct arena *arena, const struct statement *statement, const struct request *request, bool relay)
{
	const char *all = "";

	for (size_t i = 0; all && i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		if (condition_match(condition, request) != TRUTH_PENDING)
			continue;
		const char *key = report_words_key(arena, request, condition, relay);
		const char *wanted = report_words_wanted(arena, statement, condition, request);
		all = key && wanted ? arena_printf(arena, "%s%s%s %s", all, *all ? ", and " : "", key, wanted) : NULL;
	}
	return all;
}
