/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/cost.h"

#include "iam/condition_fold.h"
#include "value/glob.h"
#include "iam/statement.h"

/* An ARN field by field, and a text with variables. */
#define WORK_ARN 64
#define WORK_TEMPLATE 96

static size_t units_of_condition(const struct condition *condition)
{
	size_t units = WORK_VALUE + condition->template_count * WORK_TEMPLATE;

	switch (condition->how.op->type) {
	case TYPE_STRING:
		/* Of a condition with a fault there may be no list. */
		if (condition->set.strings)
			units += string_set_units(condition->set.strings);
		if (condition->fold)
			units += WORK_VALUE + string_set_units(condition->fold->strings) +
				condition->fold->bare_count * WORK_PATTERN;
		break;
	case TYPE_ARN:
		units += condition->set_count * WORK_ARN;
		break;
	case TYPE_BINARY:
		units += condition->set_count * WORK_ENTRY;
		break;
	default:
		break;
	}
	return units;
}

void cost_add(struct cost *sum, const struct cost *more)
{
	sum->once += more->once;
	sum->each += more->each;
	if (more->dearest_units > sum->dearest_units) {
		sum->dearest = more->dearest;
		sum->dearest_units = more->dearest_units;
	}
}

void cost_most(struct cost *most, const struct cost *other)
{
	if (cost_of_message(other) > cost_of_message(most))
		*most = *other;
}

void cost_of_statement(const struct statement *statement, struct cost *out)
{
	*out = (struct cost){ .once = WORK_STATEMENT, .dearest = statement };
	for (size_t i = 0; i < statement->condition_count; i++)
		*(statement->conditions[i].plural ? &out->each : &out->once) += units_of_condition(&statement->conditions[i]);
	out->dearest_units = cost_of_message(out);
}

void cost_of_scope(const struct statement *head, struct cost *out)
{
	*out = (struct cost){ .once = WORK_STATEMENT +
			WORK_ENTRY * (head->resource_count + head->action_count + head->principals.count),
		.dearest = head };
	for (size_t i = 0; i < head->resource_count; i++)
		if (!head->resources[i].any && glob_has_wildcard(head->resources[i].arn.field[ARN_RESOURCE]))
			out->once += WORK_PATTERN;
	out->dearest_units = cost_of_message(out);
}
