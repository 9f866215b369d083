/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: what a policy file holds; with a form feed in it, the resource policies
 * before it and identity policies behind it, else the same text as both in turn.
 *
 * Promises: faults are printable lines with a remedy; a document that loads from
 * text loads the same from jansson's tree; whatever keys are pending or open, no
 * statement and no decision says what the complete request contradicts; a
 * decision names a statement that made it.
 */
#include "fuzz/fuzz.h"
#include "iam/document.h"
#include "iam/evaluate.h"
#include "iam/key.h"
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "iam/statement.h"
#include "iam/statement_match.h"

#include <string.h>

#define FILE_NAME "policy.json"
enum { IDENTITY = 1, STATEMENTS = 64, ROUNDS = 5 };

/* What the complete requests hold, per key. */
static const struct fact {
	const char *key, *values[4];
} facts[] = {
	{ "ses:FromAddress", { "alice@example.com" } },
	{ "ses:FeedbackAddress", { "bounces@example.com" } },
	{ "ses:FromDisplayName", { "M\xc3\xbcller, Marketing" } },
	{ "ses:Recipients", { "bob@example.org", "Carol@Example.net", "" } },
	{ "ses:ApiVersion", { "2" } },
	{ "aws:SourceIp", { "10.1.2.3" } },
	{ "aws:CurrentTime", { "2026-05-01T12:00:00Z" } },
	{ "aws:EpochTime", { "1777636800" } },
	{ "aws:SecureTransport", { "true" } },
	{ "aws:PrincipalArn", { "arn:aws:iam::123456789012:user/smtp-relay" } },
	{ "aws:PrincipalTag/team", { "billing" } },
	{ "aws:TagKeys", { "team", "stage" } },
	{ "aws:username", { "smtp-relay" } },
};

static const char *const callers[] = {
	"arn:aws:iam::123456789012:user/smtp-relay",
	"arn:aws:sts::210987654321:assumed-role/mailer/session",
	"arn:aws:iam::123456789012:root",
	"",
};

/* Where a complete request takes the values of a key from. */
enum source { FROM_FACTS, FROM_POLICY, FROM_BOTH, FROM_NOWHERE, SOURCES };

struct values {
	struct text at[8];
	size_t count;
};

static void values_add(struct values *values, struct text value)
{
	if (values->count < sizeof values->at / sizeof *values->at)
		values->at[values->count++] = value;
}

static struct values values_of(const struct policy_set *set, size_t slot, enum source source)
{
	struct values values = { 0 };

	if (source == FROM_FACTS || source == FROM_BOTH)
		for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
			for (size_t v = 0;
				text_equals_fold(policy_set_key_name(set, slot), text_of(facts[i].key)) && facts[i].values[v]; v++)
				values_add(&values, text_of(facts[i].values[v]));
	if (source == FROM_POLICY || source == FROM_BOTH)
		for (size_t i = 0; i < policy_set_statement_count(set); i++) {
			const struct statement *statement = policy_set_statement(set, i);
			for (size_t c = 0; c < statement->condition_count; c++)
				if (statement->conditions[c].slot == (int)slot && statement->conditions[c].value_count)
					values_add(&values, statement->conditions[c].values[0]);
		}
	return values;
}

/* The request; with `known` not NULL only partly known, as the numbers drawn from it decide. */
static void request_fill(struct request *request, struct arena *arena, const struct policy_set *set, const char *caller,
	enum source source, uint64_t *known)
{
	FUZZ_CHECK(request_init(request, set, arena));
	FUZZ_CHECK(request_caller(request, text_of(caller)));
	FUZZ_CHECK(request_resource(request, TEXT("arn:aws:ses:us-west-2:123456789012:identity/example.com")));
	request->action = TEXT("ses:SendRawEmail");
	static const unsigned own[] = { IDENTITY };
	static const struct caller_policies policies = { .own = own, .own_count = 1 };
	request->policies = &policies;
	for (size_t slot = 0; slot < policy_set_key_count(set); slot++) {
		struct values values = values_of(set, slot, source);
		uint64_t draw = known ? fuzz_random(known) : 0;
		const struct key_info *info = policy_set_keys(set)[slot].info;
		bool may_open = values.count && info && info->plural;
		size_t count = values.count;

		if (draw % 4 == 1 || (draw % 4 == 2 && !may_open)) {
			request_state(request, (int)slot, SLOT_PENDING);
			continue;
		}
		if (draw % 4 == 2) {
			request_state(request, (int)slot, SLOT_OPEN);
			count = draw / 4 % (count + 1);
		}
		for (size_t i = 0; i < count; i++)
			FUZZ_CHECK(request_value(request, (int)slot, values.at[i]));
	}
}

static void all_pending(struct request *request)
{
	for (size_t slot = 0; slot < policy_set_key_count(request->set); slot++)
		request_state(request, (int)slot, SLOT_PENDING);
}

static void verdict_check(const struct verdict *verdict, const struct request *request)
{
	const struct statement *by = verdict->statement;

	if (verdict->decision == DECISION_EXPLICIT_DENY)
		FUZZ_CHECK(by && by->effect == EFFECT_DENY);
	else if (verdict->decision == DECISION_ALLOWED)
		FUZZ_CHECK(!by || by->effect == EFFECT_ALLOW);
	else
		FUZZ_CHECK(!by);
	FUZZ_CHECK(!by || statement_match(by, request, NULL) == TRUTH_TRUE);
}

/* May the early answer stand, now that all is known? */
static bool may_become(enum decision early, enum decision final)
{
	return early == DECISION_PENDING || early == final || (early == DECISION_IMPLICIT_DENY && final == DECISION_EXPLICIT_DENY);
}

static void evaluate_check(const struct policy_set *set, const char *caller, enum source source, uint64_t *state)
{
	struct arena arena = { 0 };
	struct request request;
	enum truth finals[STATEMENTS];
	size_t count = policy_set_statement_count(set) < STATEMENTS ? policy_set_statement_count(set) : STATEMENTS;

	request_fill(&request, &arena, set, caller, source, NULL);
	struct verdict final = evaluate(&request);
	FUZZ_CHECK(final.decision != DECISION_PENDING);
	verdict_check(&final, &request);
	for (size_t i = 0; i < count; i++) {
		finals[i] = statement_match(policy_set_statement(set, i), &request, NULL);
		FUZZ_CHECK(finals[i] != TRUTH_PENDING);
	}
	for (int round = 0; round < ROUNDS; round++) {
		arena_reset(&arena);
		request_fill(&request, &arena, set, caller, source, state);
		if (!round)
			all_pending(&request);
		struct verdict early = evaluate(&request);
		verdict_check(&early, &request);
		FUZZ_CHECK(may_become(early.decision, final.decision));
		for (size_t i = 0; i < count; i++) {
			enum truth truth = statement_match(policy_set_statement(set, i), &request, NULL);
			FUZZ_CHECK(truth == TRUTH_PENDING || truth == finals[i]);
		}
	}
	arena_free(&arena);
}

static void set_check(const struct policy_set *set, uint64_t state)
{
	size_t statements = 0;

	for (size_t i = 0; i < policy_set_count(set); i++) {
		FUZZ_CHECK(policy_set_policy(set, i)->first == statements && policy_set_policy(set, i)->count);
		statements += policy_set_policy(set, i)->count;
	}
	FUZZ_CHECK(statements == policy_set_statement_count(set));
	for (size_t i = 0; i < statements; i++)
		FUZZ_CHECK(policy_set_statement(set, i)->line && policy_set_statement(set, i)->column);
	for (size_t i = 0; i < sizeof callers / sizeof *callers; i++)
		for (enum source source = FROM_FACTS; source < SOURCES; source++)
			evaluate_check(set, callers[i], source, &state);
}

/* A document that stands by itself, once more from jansson's tree. */
static void tree_check(struct text text, unsigned group, size_t statements)
{
	json_t *root = json_loadb(text.at, text.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	struct policy_set *set = policy_set_new();
	struct faults faults;

	faults_init(&faults);
	FUZZ_CHECK(root && set);
	if (json_object_get(root, "Statement")) {
		policy_set_add_json(set, group, FILE_NAME, TEXT("policy"), root, &faults);
		policy_set_seal(set, &faults);
		FUZZ_CHECK(!faults.count && policy_set_statement_count(set) == statements);
	}
	faults_free(&faults);
	policy_set_free(set);
	json_decref(root);
}

static void load_check(struct text resource, struct text identity, uint64_t state)
{
	struct policy_set *set = policy_set_new();
	struct faults faults;

	faults_init(&faults);
	FUZZ_CHECK(set);
	if (resource.at)
		policy_set_add_text(set, POLICY_GROUP_RESOURCE, FILE_NAME, TEXT("policy"), resource, &faults);
	if (identity.at)
		policy_set_add_text(set, IDENTITY, FILE_NAME, TEXT("policy"), identity, &faults);
	policy_set_seal(set, &faults);
	fuzz_faults(&faults, FILE_NAME);
	if (!faults.count) {
		set_check(set, state);
		if (!resource.at || !identity.at)
			tree_check(resource.at ? resource : identity, identity.at ? IDENTITY : POLICY_GROUP_RESOURCE,
				policy_set_statement_count(set));
	}
	faults_free(&faults);
	policy_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = fuzz_text(data, size), none = { 0 };
	size_t cut = text_find(input, '\f', 0);

	if (cut < input.length) {
		load_check(text_first(input, cut), text_from(input, cut + 1), fuzz_hash(input));
	} else if (size) {
		load_check(input, none, fuzz_hash(input));
		load_check(none, input, fuzz_hash(input));
	}
	return 0;
}
