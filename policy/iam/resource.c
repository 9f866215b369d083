/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/resource.h"

#include "iam/request.h"

#include <string.h>

/* Small letters, digits, hyphens and wildcards: what the fields up to the account are made of. */
static bool is_word(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!(t.at[i] >= 'a' && t.at[i] <= 'z') && !(t.at[i] >= '0' && t.at[i] <= '9') && !strchr("-*?", t.at[i]))
			return false;
	return true;
}

/* A number that is no whole account id can only be a slip; `aws` and other words are not numbers. */
static bool is_account_or_word(struct text t)
{
	bool number = t.length && !glob_has_wildcard(t);

	for (size_t i = 0; i < t.length; i++)
		number = number && (t.at[i] == '-' || (t.at[i] >= '0' && t.at[i] <= '9'));
	return is_word(t) && (!number || arn_is_account(t));
}

static bool has_blank_end(struct text t)
{
	return t.length && ((unsigned char)t.at[0] <= ' ' || (unsigned char)t.at[t.length - 1] <= ' ');
}

static const char *arn_fault(const struct compile *c, struct text t, struct arn *arn)
{
	if (!arn_split(t, arn)) {
		if (!text_starts_with(t, TEXT("arn:")))
			return "not an ARN; \"*\" or arn:aws:ses:REGION:ACCOUNT:identity/NAME would be right";
		if (!c->identity || !arn_split_short(t, arn))
			return "an ARN with fields missing; arn:aws:ses:REGION:ACCOUNT:identity/NAME would be right";
	}
	if (!glob_has_wildcard(arn->field[ARN_PARTITION]) && !arn_is_partition(arn->field[ARN_PARTITION]))
		return "an ARN of no known partition; aws, aws-cn or aws-us-gov would be right";
	if (!arn->field[ARN_SERVICE].length || (!c->identity && !arn->field[ARN_RESOURCE].length))
		return "an ARN with fields missing; arn:aws:ses:REGION:ACCOUNT:identity/NAME would be right";
	if (c->variables)
		for (int i = ARN_PARTITION; i < ARN_RESOURCE; i++)
			if (text_find(arn->field[i], '$', 0) < arn->field[i].length)
				return "an ARN with a variable too early; variables may stand only after the fifth colon";
	/* Letters of another case, blanks and the like would load, and then never match. */
	if (!is_word(arn->field[ARN_PARTITION]) || !is_word(arn->field[ARN_SERVICE]))
		return "an ARN with a strange partition or service; small letters, digits, hyphens and wildcards would be right";
	/* IAM takes more in the policies of users. */
	if (!c->identity && !is_word(arn->field[ARN_REGION]))
		return "an ARN with a strange region; small letters, digits, hyphens and wildcards would be right";
	if (!c->identity && !is_account_or_word(arn->field[ARN_ACCOUNT]))
		return "an ARN with a strange account; an id of 12 digits would be right";
	if (has_blank_end(arn->field[ARN_RESOURCE]))
		return "an ARN with blanks at the end; the ARN without them would be right";
	return NULL;
}

bool resource_compile(struct compile *c, const struct json_path *path, struct text t, struct resource_pattern *out)
{
	*out = (struct resource_pattern){ .text = t, .any = text_equals(t, TEXT("*")) };
	if (out->any)
		return true;
	const char *wrong = arn_fault(c, t, &out->arn);
	if (wrong) {
		char shown[80];
		compile_fault(c, path, "\"%s\" is %s", text_escape(t, shown, sizeof shown), wrong);
		return false;
	}
	if (!template_needed(c, out->arn.field[ARN_RESOURCE]))
		return true;
	out->template = arena_take(c->arena, sizeof *out->template);
	if (!out->template) {
		fault_memory(c->faults);
		return false;
	}
	return template_compile(c, path, out->arn.field[ARN_RESOURCE], out->template);
}

/* Against the beginning of a name: certain if all names that begin so are taken, or none. */
static enum truth prefix_match(struct text pattern, struct text begin)
{
	size_t literal = 0;

	while (literal < pattern.length && !strchr("*?$", pattern.at[literal]))
		literal++;
	struct text known = text_first(pattern, literal);
	if (!text_starts_with(begin, text_first(known, begin.length)))
		return TRUTH_FALSE;
	if (literal <= begin.length && text_equals(text_from(pattern, literal), TEXT("*")))
		return TRUTH_TRUE;
	return literal == pattern.length && literal < begin.length ? TRUTH_FALSE : TRUTH_PENDING;
}

enum truth resource_match(const struct resource_pattern *pattern, const struct request *request)
{
	if (pattern->any)
		return TRUTH_TRUE;
	/* Every pattern takes itself, and most name one resource. */
	if (!pattern->template && !request->resource_open)
		return truth_of(text_equals(pattern->text, request->resource_text) ||
			arn_match(&pattern->arn, &request->resource));

	for (int i = ARN_PREFIX; i < ARN_RESOURCE; i++)
		if (!glob_match(pattern->arn.field[i], request->resource.field[i]))
			return TRUTH_FALSE;
	if (request->resource_open)
		return prefix_match(pattern->arn.field[ARN_RESOURCE], request->resource.field[ARN_RESOURCE]);
	struct glob_piece pieces[TEMPLATE_PIECES];
	switch (template_resolve(pattern->template, request, pieces)) {
	case TEMPLATE_PENDING:
		return TRUTH_PENDING;
	case TEMPLATE_UNRESOLVED:
		return TRUTH_FALSE;
	case TEMPLATE_RESOLVED:
		break;
	}
	return truth_of(glob_match_pieces(pieces, pattern->template->count, request->resource.field[ARN_RESOURCE]));
}
