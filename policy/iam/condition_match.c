/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/condition_match.h"

#include "value/base64.h"
#include "iam/condition_fold.h"
#include "iam/request.h"

#include <stdlib.h>

/* `compared`: the request's value compared with the policy's, as <0, 0, >0. Does it satisfy the operator? */
static bool order_holds(enum comparison comparison, int compared)
{
	switch (comparison) {
	case COMPARE_LESS:
		return compared < 0;
	case COMPARE_LESS_EQUAL:
		return compared <= 0;
	case COMPARE_GREATER:
		return compared > 0;
	case COMPARE_GREATER_EQUAL:
		return compared >= 0;
	default:
		return false;
	}
}

static int number_order(const void *a, const void *b)
{
	return number_compare(a, b);
}

static int instant_order(const void *a, const void *b)
{
	return instant_compare(a, b);
}

/* Against one bound, or for equality against any of a sorted table. */
static bool bounds_hold(const struct condition *condition, const void *value, const void *table, size_t size,
	int (*order)(const void *, const void *))
{
	if (!condition->set_count)
		return false;
	if (condition->how.op->comparison == COMPARE_EQUAL)
		return bsearch(value, table, condition->set_count, size, order);
	return order_holds(condition->how.op->comparison, order(value, table));
}

/* Split joined pieces at their first five colons into an ARN's fields; only the policy's own colons count if it has enough. */
struct arn_pieces {
	struct glob_piece pieces[TEMPLATE_PIECES + ARN_FIELDS + 1];
	size_t first[ARN_FIELDS + 1]; /* field f is pieces first[f] .. first[f + 1] - 1 */
};

static bool arn_pieces_split(const struct template *template, const struct glob_piece *pieces, struct arn_pieces *out)
{
	size_t own = 0, count = 0, field = 0;

	for (size_t i = 0; i < template->count; i++)
		for (size_t at = 0; template->pieces[i].slot < 0 && at < pieces[i].text.length; at++)
			own += pieces[i].text.at[at] == ':';
	out->first[0] = 0;
	for (size_t i = 0; i < template->count; i++) {
		bool cut = template->pieces[i].slot < 0 || own < ARN_FIELDS - 1;
		struct glob_piece piece = pieces[i];
		while (cut && field < ARN_RESOURCE) {
			size_t colon = text_find(piece.text, ':', 0);
			if (colon == piece.text.length)
				break;
			out->pieces[count++] = (struct glob_piece){ .text = text_first(piece.text, colon),
				.literal = piece.literal };
			out->first[++field] = count;
			piece.text = text_from(piece.text, colon + 1);
		}
		out->pieces[count++] = piece;
	}
	out->first[ARN_FIELDS] = count;
	return field == ARN_RESOURCE;
}

static bool arn_template_holds(const struct template *template, const struct glob_piece *pieces, enum glob_letters letters,
	const struct arn *arn, struct work *work)
{
	struct arn_pieces split;
	bool address;

	if (!arn_pieces_split(template, pieces, &split))
		return false;
	if (letters != GLOB_LETTERS_EXACT)
		split.first[ARN_FIELDS] = split.first[ARN_RESOURCE] +
			glob_fold_domain(split.pieces + split.first[ARN_RESOURCE],
				split.first[ARN_FIELDS] - split.first[ARN_RESOURCE], letters, &address);
	for (int i = 0; i < ARN_FIELDS; i++)
		if (!glob_match_pieces(split.pieces + split.first[i], split.first[i + 1] - split.first[i], arn->field[i], work))
			return false;
	return true;
}

static bool bool_holds(const struct condition *condition, struct text value)
{
	return (condition->set.truths.on_true && text_equals_fold(value, TEXT("true"))) ||
		(condition->set.truths.on_false && text_equals_fold(value, TEXT("false")));
}

/* `pieces` has room for one more. */
static bool template_holds(const struct condition *condition, const struct template *template, struct glob_piece *pieces,
	enum glob_letters letters, const struct value *value, const struct arn *arn, struct work *work)
{
	size_t count = template->count;
	bool address;

	if (condition->how.op->type == TYPE_ARN)
		return arn_template_holds(template, pieces, letters, arn, work);
	if (letters != GLOB_LETTERS_EXACT)
		count = glob_fold_domain(pieces, count, letters, &address);
	switch (condition->how.op->comparison) {
	case COMPARE_GLOB:
		return glob_match_pieces(pieces, count, value->text, work);
	case COMPARE_EQUAL_IGNORE_CASE:
		return template_equals(pieces, count, value->text, true);
	default:
		return template_equals(pieces, count, value->text, condition->how.op->type == TYPE_BOOL);
	}
}

/*
 * One value of the request against all of the policy's. What is no number, date, boolean or ARN satisfies
 * neither an operator on it nor its negation.
 */
static enum truth value_match_slowly(const struct condition *condition, const struct request *request, const struct value *value)
{
	const struct operator_info *op = condition->how.op;
	struct arn arn;
	bool holds = false;

	switch (op->type) {
	case TYPE_STRING:
		holds = string_set_holds(condition->set.strings, value->text, request->work) ||
			(request->folded && condition->fold && condition_fold_holds(condition->fold, value->text, request->work));
		break;
	case TYPE_NUMBER:
		if (!value->is_number)
			return TRUTH_FALSE;
		holds = bounds_hold(condition, &value->number, condition->set.numbers, sizeof value->number, number_order);
		break;
	case TYPE_DATE:
		if (!value->is_instant)
			return TRUTH_FALSE;
		holds = bounds_hold(condition, &value->instant, condition->set.instants, sizeof value->instant, instant_order);
		break;
	case TYPE_BOOL:
		if (!text_equals_fold(value->text, TEXT("true")) && !text_equals_fold(value->text, TEXT("false")))
			return TRUTH_FALSE;
		holds = bool_holds(condition, value->text);
		break;
	case TYPE_BINARY:
		work_take(request->work, condition->set_count * WORK_ENTRY);
		for (size_t i = 0; i < condition->set_count && !holds; i++)
			holds = base64_equals(condition->set.binaries[i], value->text);
		break;
	case TYPE_ARN:
		if (!arn_split(value->text, &arn))
			return TRUTH_FALSE;
		for (size_t i = 0; i < condition->set_count && !holds; i++)
			holds = arn_match_counted(&condition->set.arns[i], &arn, request->work);
		break;
	case TYPE_IP:
	case TYPE_NULL:
		/* Networks are looked up, and have no variables; Null does not ask for values. */
		break;
	}
	enum truth result = truth_of(holds);
	for (size_t i = 0; i < condition->template_count && result != TRUTH_TRUE && !work_is_over(request->work); i++) {
		const struct template *template = &condition->templates[i];
		struct glob_piece pieces[TEMPLATE_PIECES + 1];
		enum template_state state = template_resolve(template, request, pieces);
		work_take(request->work, WORK_VALUE + template->count * WORK_ENTRY + value->text.length / 8);
		if (state == TEMPLATE_PENDING)
			result = TRUTH_PENDING;
		else if (state == TEMPLATE_RESOLVED)
			result = truth_or(result,
				truth_of(template_holds(condition, template, pieces,
					request->folded ? template->letters : GLOB_LETTERS_EXACT, value, &arn, request->work)));
	}
	return op->negated ? truth_not(result) : result;
}

/* Most conditions are look-ups. */
static inline enum truth value_match_freely(const struct condition *condition, const struct request *request,
	const struct value *value)
{
	if (!condition->look_up)
		return value_match_slowly(condition, request, value);
	bool holds = condition->how.op->type == TYPE_STRING ? string_set_holds(condition->set.strings, value->text, request->work)
							    : value->ip.family && ip_set_holds(condition->set.networks, &value->ip);
	return truth_of(holds != condition->negated);
}

/* Pending, too, when no work is left for it. */
static inline enum truth value_match(const struct condition *condition, const struct request *request, const struct value *value)
{
	struct work *work = request->work;

	if (work) {
		if (work->left <= WORK_VALUE) {
			work->left = 0;
			return TRUTH_PENDING;
		}
		work->left -= WORK_VALUE;
	}
	enum truth result = value_match_freely(condition, request, value);
	return work_is_over(work) ? TRUTH_PENDING : result;
}

/* Null asks whether the key is there, not what it holds. */
static enum truth null_match(const struct condition *condition, const struct slot *slot)
{
	if (condition->how.quantifier != QUANTIFIER_NONE)
		return truth_of(condition->how.quantifier == QUANTIFIER_ALL);
	if (slot->state == SLOT_PENDING)
		return condition->set.truths.on_true && condition->set.truths.on_false ? TRUTH_TRUE : TRUTH_PENDING;
	bool absent = slot->state == SLOT_ABSENT || (slot->state == SLOT_PRESENT && !slot->count);
	return truth_of(absent ? condition->set.truths.on_true : condition->set.truths.on_false);
}

static enum truth absent_match(const struct condition *condition)
{
	if (condition->how.if_exists || condition->how.quantifier == QUANTIFIER_ALL)
		return TRUTH_TRUE;
	return truth_of(condition->how.quantifier == QUANTIFIER_NONE && condition->how.op->negated);
}

/* Every value, as far as known; empty texts count as no value. */
__attribute__((noinline)) static enum truth all_match(const struct condition *condition, const struct request *request,
	const struct slot *slot)
{
	enum truth result = slot->state == SLOT_OPEN ? TRUTH_PENDING : TRUTH_TRUE;
	for (size_t i = 0; i < slot->count && result != TRUTH_FALSE; i++)
		if (slot->values[i].text.length)
			result = truth_and(result,
				condition->empty ? TRUTH_FALSE : value_match(condition, request, &slot->values[i]));
	return result;
}

/* At least one value, as far as known; under ForAnyValue too empty texts count as no value. */
__attribute__((noinline)) static enum truth any_match(const struct condition *condition, const struct request *request,
	const struct slot *slot)
{
	enum truth result = slot->state == SLOT_OPEN ? TRUTH_PENDING : TRUTH_FALSE;
	for (size_t i = 0; i < slot->count && result != TRUTH_TRUE; i++)
		if (slot->values[i].text.length || condition->how.quantifier == QUANTIFIER_NONE)
			result = truth_or(result, value_match(condition, request, &slot->values[i]));
	return result;
}

/* Of a condition on one value. Apart, as are those on several: what chooses among them needs no room of its own. */
__attribute__((noinline)) static enum truth one_match(const struct condition *condition, const struct request *request,
	const struct slot *slot)
{
	return value_match(condition, request, slot->values);
}

enum truth condition_match(const struct condition *condition, const struct request *request)
{
	const struct slot *slot = &request->slots[condition->slot];

	/* Nearly all are of this kind. Of one value, if it is not empty, all and any are the same. */
	if (condition->look_up_one && slot->state == SLOT_PRESENT && slot->count == 1 && slot->values->text.length)
		return one_match(condition, request, slot);
	if (condition->how.op->type == TYPE_NULL)
		return null_match(condition, slot);
	if (slot->state == SLOT_PENDING || work_is_over(request->work))
		return TRUTH_PENDING;
	if (slot->state == SLOT_ABSENT || (slot->state == SLOT_PRESENT && !slot->count))
		return absent_match(condition);
	if (condition->empty && condition->how.quantifier != QUANTIFIER_ALL)
		return TRUTH_FALSE;
	switch (condition->how.quantifier) {
	case QUANTIFIER_ALL:
		return all_match(condition, request, slot);
	case QUANTIFIER_ANY:
		return any_match(condition, request, slot);
	case QUANTIFIER_NONE:
		break;
	}
	/*
	 * A list under an operator without a quantifier: AWS calls the policy invalid and does not say what it
	 * does with it. The safe reading: an Allow does not match, a Deny does if any value does.
	 */
	if (condition->plural || slot->count > 1 || slot->state == SLOT_OPEN)
		return condition->deny ? any_match(condition, request, slot) : TRUTH_FALSE;
	return one_match(condition, request, slot);
}
