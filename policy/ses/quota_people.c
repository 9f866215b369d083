/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/quota_people.h"

#include "quota/quota_key.h"

#include <stdio.h>

/* What is asked of one key, or of all (no scope). */
struct quota_question {
	struct text verb;
	bool all;
	enum quota_scope scope;
	struct text name;
	int64_t count; /* of `set` */
};

/* The next word, which leaves the text; empty at its end. */
static struct text take_word(struct text *rest)
{
	size_t space = text_find(*rest, ' ', 0);
	struct text word = text_first(*rest, space);

	*rest = text_from(*rest, space + 1);
	return word;
}

static bool parse_count(struct text word, int64_t *count)
{
	*count = 0;
	for (size_t i = 0; i < word.length; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
		*count = *count * 10 + (word.at[i] - '0');
		if (*count > QUOTA_RECIPIENTS_MAX)
			return false;
	}
	return word.length;
}

/* NULL, or what is wrong with the request. */
static const char *parse(struct text request, struct quota_question *question)
{
	*question = (struct quota_question){ .verb = take_word(&request) };
	bool set = text_equals(question->verb, TEXT("set")), show = text_equals(question->verb, TEXT("show"));

	if (!set && !show && !text_equals(question->verb, TEXT("reset")))
		return "unknown request; write show, reset or set";
	if (set && !parse_count(take_word(&request), &question->count))
		return "not a number of recipients; write one from 0 to 1000000000";
	question->all = show && !request.length;
	if (!question->all && !quota_key_parse(request, &question->scope, &question->name))
		return "no key; write account, identity DOMAIN-OR-ADDRESS, principal ARN or sender ADDRESS";
	return NULL;
}

static json_t *failed(const char *error, bool absent)
{
	/* What a store says may hold any bytes. */
	char shown[512];

	return json_pack("{s:s, s:b}", "error", text_escape(text_of(error), shown, sizeof shown), "absent", absent);
}

static json_t *failed_by(const struct faults *faults)
{
	return failed(faults->first ? faults->first->text : "memory is short", false);
}

struct answering {
	json_t *keys;
	const struct quotas *quotas;
	bool failed; /* memory is short */
};

static json_t *limit_or_null(int64_t limit)
{
	return limit == QUOTA_UNLIMITED ? json_null() : json_integer(limit);
}

static json_t *rate_or_null(int64_t rate)
{
	return rate == QUOTA_UNLIMITED ? json_null() : json_real((double)rate / 1000);
}

static json_t *row_json(const struct quota_row *row, const struct quota_limit *limit)
{
	static const struct quota_limit none = { QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0, false };
	/* A name is of the mail: any bytes but NUL. */
	char name[QUOTA_NAME_MAX + 1];

	limit = limit ? limit : &none;
	int64_t left = row->damaged ? 0 : limit->per_day - row->used;
	text_escape(row->name, name, sizeof name);
	return json_pack("{s:s%, s:s, s:I, s:o, s:o, s:o, s:o, s:b, s:I, s:I, s:b}", "scope", quota_scope_name(row->scope).at,
		quota_scope_name(row->scope).length, "name", name, "used", (json_int_t)row->used, "per_day",
		limit_or_null(limit->per_day), "free",
		limit->per_day == QUOTA_UNLIMITED ? json_null() : json_integer(left > 0 ? left : 0), "per_second",
		rate_or_null(limit->rate), "burst", limit->rate == QUOTA_UNLIMITED ? json_null() : json_integer(limit->burst),
		"monitor", limit->monitor, "next_release", (json_int_t)row->next_release, "released", (json_int_t)row->released,
		"damaged", row->damaged);
}

static void add_row(void *context, const struct quota_row *row)
{
	struct answering *answering = context;
	const struct quota_rule *rule = quotas_find(answering->quotas, row->scope, row->name);

	if (json_array_append_new(answering->keys, row_json(row, rule ? &rule->limit : NULL)) != 0)
		answering->failed = true;
}

static enum quota_found ask_one(struct quota_store *store, const struct quota_question *question, struct quota_row *row,
	struct faults *faults)
{
	enum quota_found found = QUOTA_FOUND;

	if (text_equals(question->verb, TEXT("reset")))
		found = quota_reset(store, question->scope, question->name, faults);
	else if (text_equals(question->verb, TEXT("set")))
		found = quota_set(store, question->scope, question->name, question->count, faults) ? QUOTA_FOUND : QUOTA_FAILED;
	if (found != QUOTA_FOUND)
		return found;
	found = quota_show(store, question->scope, question->name, row, faults);
	if (found == QUOTA_ABSENT && !text_equals(question->verb, TEXT("show"))) {
		/* It has been forgotten, as was asked. */
		*row = (struct quota_row){ .scope = question->scope, .name = question->name };
		return QUOTA_FOUND;
	}
	return found;
}

/* NULL: it is in answering->keys. */
static json_t *answer(struct quota_store *store, const struct quota_question *question, struct answering *answering,
	struct faults *faults)
{
	struct quota_row row;

	if (question->all)
		return quota_list(store, add_row, answering, faults) ? NULL : failed_by(faults);
	switch (ask_one(store, question, &row, faults)) {
	case QUOTA_FOUND:
		add_row(answering, &row);
		return NULL;
	case QUOTA_ABSENT:
		return failed("nothing has been counted for this key in the last 24 hours", true);
	case QUOTA_FAILED:
		break;
	}
	return failed_by(faults);
}

json_t *quota_people_answer(struct quota_store *store, const struct quotas *quotas, struct text request)
{
	struct answering answering = { .keys = json_array(), .quotas = quotas };
	struct quota_question question;
	struct faults faults;
	const char *wrong = parse(request, &question);

	faults_init(&faults);
	json_t *object = wrong ? failed(wrong, false) : NULL;
	if (!wrong)
		object = answering.keys ? answer(store, &question, &answering, &faults) : NULL;
	if (!wrong && !object && answering.keys && !answering.failed)
		object = json_pack("{s:O}", "keys", answering.keys);
	json_decref(answering.keys);
	faults_free(&faults);
	return object;
}
