/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/resource.h"

#include "iam/request.h"

#include <string.h>

/* Lower-case letters, digits, hyphens and wildcards: all that the fields up to the account may hold. */
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
			return "not an ARN; write \"*\" or arn:aws:ses:REGION:ACCOUNT:identity/NAME";
		if (c->layer == LAYER_RESOURCE || !arn_split_short(t, arn))
			return "an ARN with fields missing; write arn:aws:ses:REGION:ACCOUNT:identity/NAME";
	}
	if (!glob_has_wildcard(arn->field[ARN_PARTITION]) && !arn_is_partition(arn->field[ARN_PARTITION]))
		return "an ARN of no known partition; write aws, aws-cn or aws-us-gov";
	if (!arn->field[ARN_SERVICE].length || (c->layer == LAYER_RESOURCE && !arn->field[ARN_RESOURCE].length))
		return "an ARN with fields missing; write arn:aws:ses:REGION:ACCOUNT:identity/NAME";
	if (c->variables)
		for (int i = ARN_PARTITION; i < ARN_RESOURCE; i++)
			if (text_find(arn->field[i], '$', 0) < arn->field[i].length)
				return "an ARN with a variable too early; variables may stand only after the fifth colon";
	/* Letters of another case, blanks and the like would load, and then never match. */
	if (!is_word(arn->field[ARN_PARTITION]) || !is_word(arn->field[ARN_SERVICE]))
		return "an ARN with a strange partition or service; write lower case letters, digits, hyphens and wildcards";
	/* IAM takes more in the policies of users. */
	if (c->layer == LAYER_RESOURCE && !is_word(arn->field[ARN_REGION]))
		return "an ARN with a strange region; write lower case letters, digits, hyphens and wildcards";
	if (c->layer == LAYER_RESOURCE && !is_account_or_word(arn->field[ARN_ACCOUNT]))
		return "an ARN with a strange account; write an id of 12 digits";
	if (has_blank_end(arn->field[ARN_RESOURCE]))
		return "an ARN with blanks at the end; write the ARN without them";
	return NULL;
}

/* Can it name an identity of SES, whose name is a domain or has one? */
static bool may_be_identity(struct text resource)
{
	const struct text identity = TEXT("identity/");
	size_t literal = 0;

	while (literal < resource.length && literal < identity.length && !strchr("*?$", resource.at[literal]))
		literal++;
	return text_equals_fold(text_first(resource, literal), text_first(identity, literal));
}

/* Does it differ where domains have no case? Its template has been compiled. */
static bool may_fold(const struct compile *c, const struct resource_pattern *pattern)
{
	struct text resource = pattern->arn.field[ARN_RESOURCE];

	if (c->fold == DOMAIN_FOLD_NONE || !may_be_identity(resource))
		return false;
	if (c->fold == DOMAIN_FOLD_IDENTITIES && text_find(resource, '@', 0) < resource.length)
		return false;
	return pattern->template ? template_may_fold(pattern->template) : domain_has_capitals(resource);
}

static bool template_make(struct compile *c, const struct json_path *path, struct resource_pattern *out)
{
	if (!template_needed(c, out->arn.field[ARN_RESOURCE]))
		return true;
	out->template = arena_take(c->arena, sizeof *out->template);
	if (!out->template) {
		fault_memory(c->faults);
		return false;
	}
	return template_compile(c, path, out->arn.field[ARN_RESOURCE], out->template);
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
	if (!template_make(c, path, out))
		return false;
	out->folds = may_fold(c, out);
	out->folds_addresses = out->folds && c->fold == DOMAIN_FOLD_ALL;
	return true;
}

/* Against the beginning of a name: certain if all names that begin so are taken, or none. */
static enum truth prefix_match(struct text pattern, struct text begin, bool folded)
{
	size_t literal = 0;

	while (literal < pattern.length && !strchr("*?$", pattern.at[literal]))
		literal++;
	struct text known = text_first(text_first(pattern, literal), begin.length);
	if (folded ? !text_starts_with_fold(begin, known) : !text_starts_with(begin, known))
		return TRUTH_FALSE;
	if (literal <= begin.length && text_equals(text_from(pattern, literal), TEXT("*")))
		return TRUTH_TRUE;
	return literal == pattern.length && literal < begin.length ? TRUTH_FALSE : TRUTH_PENDING;
}

/* The fields in front of the resource itself. */
static bool place_matches(const struct arn *pattern, const struct arn *resource)
{
	for (int i = ARN_PREFIX; i < ARN_RESOURCE; i++)
		if (!text_equals(pattern->field[i], resource->field[i]) && !glob_match(pattern->field[i], resource->field[i]))
			return false;
	return true;
}

static enum truth template_match(const struct resource_pattern *pattern, const struct request *request, bool folded)
{
	struct glob_piece pieces[TEMPLATE_PIECES + 1];
	size_t count = pattern->template->count;
	bool address;

	work_take(request->work, WORK_VALUE + count * WORK_ENTRY);
	switch (template_resolve(pattern->template, request, pieces)) {
	case TEMPLATE_PENDING:
		return TRUTH_PENDING;
	case TEMPLATE_UNRESOLVED:
		return TRUTH_FALSE;
	case TEMPLATE_RESOLVED:
		break;
	}
	if (folded)
		count = glob_fold_domain(pieces, count, GLOB_LETTERS_CAPITALS, &address);
	/* What the variables bring in may have made it an address. */
	for (size_t i = 0; folded && address && !pattern->folds_addresses && i < count; i++)
		pieces[i].letters = GLOB_LETTERS_EXACT;
	return truth_of(glob_match_pieces(pieces, count, request->resource.field[ARN_RESOURCE], request->work));
}

enum truth resource_match(const struct resource_pattern *pattern, const struct request *request, bool folded)
{
	struct text resource = request->resource.field[ARN_RESOURCE];

	if (pattern->any)
		return TRUTH_TRUE;
	/* Of other resources than identities the case counts. */
	folded = folded && pattern->folds && text_starts_with(resource, TEXT("identity/"));
	/* Every pattern takes itself, and most name one resource. */
	if (!pattern->template && !request->resource_open && !folded)
		return truth_of(text_equals(pattern->text, request->resource_text) ||
			arn_match_counted(&pattern->arn, &request->resource, request->work));

	if (!place_matches(&pattern->arn, &request->resource))
		return TRUTH_FALSE;
	if (request->resource_open)
		return prefix_match(pattern->arn.field[ARN_RESOURCE], resource, folded);
	if (pattern->template)
		return template_match(pattern, request, folded);
	return truth_of(glob_match_domain(pattern->arn.field[ARN_RESOURCE], resource, request->work));
}
