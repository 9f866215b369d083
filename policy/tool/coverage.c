/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/coverage.h"

#include "tool/match.h"
#include "ses/message_report.h"
#include "iam/condition_match.h"
#include "iam/statement_match.h"

#include <stdio.h>
#include <stdlib.h>

struct seen {
	bool by[TRUTH_TRUE + 1];
};

bool coverage_init(struct coverage *coverage, const struct policy_set *set)
{
	coverage->count = 0;
	for (size_t i = 0; i < policy_set_statement_count(set); i++)
		coverage->count += 1 + policy_set_statement(set, i)->condition_count;
	coverage->seen = calloc(coverage->count + 1, sizeof *coverage->seen);
	return coverage->seen;
}

void coverage_free(struct coverage *coverage)
{
	free(coverage->seen);
}

/* What the statements are in one reading of domains. */
static void note(struct coverage *coverage, const struct policy_set *set, const struct request *request)
{
	struct seen *seen = coverage->seen;

	for (size_t i = 0; i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		bool concerns = match_concerns(statement, request);
		if (concerns)
			seen->by[statement_match(statement, request, NULL)] = true;
		seen++;
		for (size_t j = 0; j < statement->condition_count; j++, seen++)
			if (concerns)
				seen->by[condition_match(&statement->conditions[j], request)] = true;
	}
}

bool coverage_note(struct coverage *coverage, const struct policy_set *set, struct message *message)
{
	for (size_t i = 0; i < message_request_count(message); i++) {
		const struct request *request = message_request(message, i);
		if (!request)
			return false;
		struct request folded = *request;
		folded.folded = true;
		note(coverage, set, request);
		note(coverage, set, &folded);
	}
	return true;
}

void coverage_statement(const struct coverage *coverage, const struct policy_set *set, size_t index, bool *was_true,
	bool *was_false)
{
	const struct seen *seen = coverage->seen;

	for (size_t i = 0; i < index; i++)
		seen += 1 + policy_set_statement(set, i)->condition_count;
	*was_true = seen->by[TRUTH_TRUE];
	*was_false = seen->by[TRUTH_FALSE];
}

static bool tell(const struct seen *seen, const struct statement *statement, const struct condition *condition)
{
	char name[96], sid[96], what[200], key[96];
	const char *never = !seen->by[TRUTH_TRUE] && !seen->by[TRUTH_FALSE] ? "true or false"
		: !seen->by[TRUTH_TRUE]                                     ? "true"
									    : "false";

	if (seen->by[TRUTH_TRUE] && seen->by[TRUTH_FALSE])
		return false;
	snprintf(sid, sizeof sid, "%u", statement->index + 1);
	if (statement->sid.length)
		text_escape(statement->sid, sid, sizeof sid);
	if (condition)
		snprintf(what, sizeof what, ", condition %.*s %s", TEXT_ARGS(condition->operator_text),
			text_escape(condition->key_text, key, sizeof key));
	printf("# never %s: policy %s, statement %s%s\n", never, text_escape(statement->policy->name, name, sizeof name), sid,
		condition ? what : "");
	return true;
}

size_t coverage_print(const struct coverage *coverage, const struct policy_set *set)
{
	const struct seen *seen = coverage->seen;
	size_t missing = 0;

	for (size_t i = 0; i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		missing += tell(seen++, statement, NULL);
		for (size_t j = 0; j < statement->condition_count; j++)
			missing += tell(seen++, statement, &statement->conditions[j]);
	}
	printf("# coverage: %zu of %zu statements and conditions were both true and false\n", coverage->count - missing,
		coverage->count);
	return missing;
}
