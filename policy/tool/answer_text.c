/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/answer_text.h"

#include "iam/key.h"
#include "tool/answer.h"
#include "tool/colour.h"

#include <stdio.h>

static const char *shown(struct text text)
{
	static char room[4][256];
	static unsigned next;

	next = (next + 1) % 4;
	return text_escape(text, room[next], sizeof room[next]);
}

static void print_condition(const struct condition *condition, const char *was, const char *wanted)
{
	printf(" %s %s\n          was     %s\n          wanted  %s\n", shown(condition->operator_text), shown(condition->key_text),
		was, wanted);
}

static void print_statement(const struct explained_statement *one)
{
	const struct statement *statement = one->statement;
	const struct match *match = &one->match;
	bool matched = match->truth == TRUTH_TRUE;
	enum colour mark = !matched ? COLOUR_DIM : statement->effect == EFFECT_DENY ? COLOUR_BAD : COLOUR_GOOD;

	printf("    %s%s statement %u", colour(mark), matched ? "*" : "-", statement->index + 1);
	if (statement->sid.length)
		printf(" %s", shown(statement->sid));
	printf(" (%s", statement->effect == EFFECT_DENY ? "Deny" : "Allow");
	if (statement->line)
		printf(", line %u", statement->line);
	printf("): %s%s\n",
		matched                                 ? "matches"
			: match->truth == TRUTH_PENDING ? "not decided"
							: "does not match",
		colour(COLOUR_OFF));
	if (!matched) {
		printf("        %s", match_element_name(statement, match->element));
		if (match->condition)
			print_condition(match->condition, one->was, one->wanted);
		else
			printf("\n          was     %s\n          wanted  %s\n", one->was, one->wanted);
	}
	for (size_t i = 0; i < one->condition_count; i++) {
		printf("        Condition");
		print_condition(one->conditions[i].condition, one->conditions[i].was, one->conditions[i].wanted);
	}
	if (one->waited)
		printf("        not known at %s: %s\n", stage_name(one->pending_at), one->pending_for);
}

/* What the policies of a part are called. */
static void print_layer(size_t part)
{
	static const char *const words[] = {
		[LAYER_RESOURCE] = "policy",
		[LAYER_IDENTITY] = "policy of the principal",
		[LAYER_BOUNDARY] = "permissions boundary",
		[LAYER_SCP] = "service control policy of level",
	};

	printf("  %s", words[layer_of_part(part)]);
	if (layer_level_of_part(part))
		printf(" %u", layer_level_of_part(part));
}

/* Whose Allow is missing, where it is not just anybody's. */
static void print_without(const struct explained_request *request)
{
	if (request->decision != DECISION_IMPLICIT_DENY)
		return;
	if (request->layer == LAYER_BOUNDARY)
		printf("  the permissions boundary of the principal does not allow it\n");
	if (request->layer == LAYER_SCP)
		printf("  no service control policy of level %u allows it\n", request->level);
}

/* In whose name it is asked, and which setting has it so. */
static void print_sender_of(const struct explained_request *request)
{
	static const char *const settings[] = {
		[FROM_BOTH] = "both",
		[FROM_ENVELOPE] = "envelope",
		[FROM_HEADER] = "header",
	};
	static const char *const senders[] = {
		[SENDER_OF_ENVELOPE] = "envelope sender",
		[SENDER_OF_HEADER] = "From header",
		[SENDER_OF_ENVELOPE | SENDER_OF_HEADER] = "envelope sender and the From header",
	};

	if (request->sender_of)
		printf("  asked for the %s (setting from_address: %s)\n", senders[request->sender_of], settings[request->from]);
}

static void print_request(const struct explained_request *request)
{
	const struct policy *policy = NULL;
	size_t part = 0;

	printf("\n%s for %s on %s%s%s: %s%s%s\n", shown(request->action),
		request->sender.length ? shown(request->sender) : "a sender not known yet", shown(request->resource),
		request->egress.length ? " from " : "", shown(request->egress),
		colour(request->decision == DECISION_ALLOWED ? COLOUR_GOOD : COLOUR_BAD), decision_name(request->decision),
		colour(COLOUR_OFF));
	print_sender_of(request);
	if (request->folded)
		printf("  decided with the domains of the policies in lower case; as they are written the answer would be different\n");
	for (size_t i = 0; i < request->count; i++) {
		const struct explained_statement *one = &request->statements[i];
		if (one->statement->policy != policy || one->part != part) {
			policy = one->statement->policy;
			part = one->part;
			print_layer(part);
			printf(" %s (%s)\n", shown(policy->name), shown(policy->file));
		}
		print_statement(one);
	}
	print_without(request);
	if (request->no_allow_needed && request->decision == DECISION_ALLOWED)
		printf("  the principal has no policies of its own: what no policy denies is allowed\n");
	if (request->missing_count) {
		printf("  keys that policies want and the message lacks:");
		for (size_t i = 0; i < request->missing_count; i++)
			printf("%s %s", i ? "," : "", shown(request->missing[i]));
		putchar('\n');
	}
}

static void print_explained(const struct explained *why)
{
	if (!why->count)
		printf("\nNo policy was asked.\n");
	for (size_t i = 0; i < why->count; i++)
		print_request(&why->requests[i]);
	if (why->account_count)
		printf("\naccount state\n");
	for (size_t i = 0; i < why->account_count; i++)
		printf("    %s\n", why->account[i]);
}

static bool print_outcome(struct arena *arena, const struct outcome *outcome)
{
	bool allowed = outcome->action == OUTCOME_CONTINUE;
	const char *reply = answer_reply(arena, outcome);

	if (!reply)
		return false;
	printf("%s%s%s", colour(allowed ? COLOUR_GOOD : COLOUR_BAD), answer_decision(outcome), colour(COLOUR_OFF));
	if (!allowed)
		printf(" at %s (%s)\n  %s", stage_name(outcome->stage), reason_rows[outcome->reason].word, reply);
	putchar('\n');
	return true;
}

/* Is the key one of those before it? */
static bool was_missing(const struct explained *why, size_t request, size_t key)
{
	struct text name = why->requests[request].missing[key];

	for (size_t i = 0; i < request; i++)
		for (size_t j = 0; j < why->requests[i].missing_count; j++)
			if (text_equals(why->requests[i].missing[j], name))
				return true;
	return false;
}

/* Keys that were not given, and by which option they are; those that a header gives are not there because it is not. */
static void print_missing(const struct explained *why)
{
	for (size_t i = 0; i < why->count; i++)
		for (size_t j = 0; j < why->requests[i].missing_count; j++) {
			struct text name = why->requests[i].missing[j];
			unsigned source = key_source(key_find(name));
			bool option = source == SOURCE_SETTINGS || (source == SOURCE_CLIENT && why->clientless);
			if (!option || was_missing(why, i, j))
				continue;
			printf("  the policies use %s, which was not given: %s\n", shown(name),
				source == SOURCE_CLIENT ? "--client IP gives it" : "--context KEY=VALUE gives it, or the settings");
		}
}

bool answer_print(struct arena *arena, const struct mail *mail, const struct decided *decided, const struct explained *why,
	const struct explained *whys, bool explained)
{
	bool none = mail->recipient_count && decided->refused_count == mail->recipient_count;

	for (size_t i = 0; i < mail->recipient_count; i++) {
		if (decided->refused[i].action == OUTCOME_CONTINUE)
			continue;
		printf("recipient %s: ", shown(mail_address(mail->recipients[i])));
		if (!print_outcome(arena, &decided->refused[i]))
			return false;
		if (explained)
			print_explained(&whys[i]);
		else
			print_missing(&whys[i]);
		if (explained)
			putchar('\n');
	}
	if (none) {
		printf("No recipient is left.\n");
		return true;
	}
	if (decided->refused_count)
		printf("the others: ");
	if (!print_outcome(arena, &decided->outcome))
		return false;
	if (explained)
		print_explained(why);
	else if (decided->outcome.action != OUTCOME_CONTINUE)
		print_missing(why);
	return true;
}
