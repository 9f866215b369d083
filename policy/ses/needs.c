/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/needs.h"

#include "iam/evaluate.h"
#include "iam/statement.h"
#include "iam/statement_match.h"
#include "ses/facts.h"
#include "ses/identity.h"

#include <string.h>

static bool on_recipients(const struct generation *generation, const struct condition *condition)
{
	return condition->slot == generation->slot[KEY_RECIPIENTS];
}

bool needs_recipients(const struct generation *generation, const struct statement *statement)
{
	for (size_t i = 0; i < statement->condition_count; i++)
		if (on_recipients(generation, &statement->conditions[i]))
			return true;
	return false;
}

/* Where the values of a template's variables come from. */
static unsigned template_sources(const struct generation *generation, const struct template *template)
{
	unsigned sources = 0;

	for (size_t i = 0; i < template->count; i++)
		sources |= generation_source(generation, template->pieces[i].slot);
	return sources;
}

/* Where all comes from that the statement looks at: under the keys of its conditions, and as variables. */
static unsigned statement_sources(const struct generation *generation, const struct statement *statement)
{
	unsigned sources = 0;

	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		sources |= generation_source(generation, condition->slot);
		for (size_t t = 0; t < condition->template_count; t++)
			sources |= template_sources(generation, &condition->templates[t]);
	}
	for (size_t i = 0; i < statement->resource_count; i++)
		if (statement->resources[i].template)
			sources |= template_sources(generation, statement->resources[i].template);
	return sources;
}

/* Can one of its entries name a resource of this kind ("identity/")? */
static bool statement_names(const struct statement *statement, struct text kind)
{
	for (size_t i = 0; i < statement->resource_count; i++) {
		const struct resource_pattern *pattern = &statement->resources[i];
		struct text name = pattern->arn.field[ARN_RESOURCE];
		size_t literal = 0;
		if (pattern->any)
			continue;
		while (literal < name.length && literal < kind.length && !strchr("*?$", name.at[literal]))
			literal++;
		if (text_equals(text_first(name, literal), text_first(kind, literal)))
			return true;
	}
	return false;
}

/*
 * The earliest stage at which a condition of a Deny can be true for good. While
 * the list of recipients may grow, one of them can satisfy ForAnyValue, and so
 * an operator without a quantifier (in a Deny any value counts); ForAllValues
 * has to wait for the last. All else, variables too, is known at MAIL, but for
 * what headers say.
 */
static enum stage condition_stage(const struct generation *generation, const struct condition *condition)
{
	if (!on_recipients(generation, condition) || condition->how.op->type == TYPE_NULL)
		return STAGE_MAIL;
	return condition->how.quantifier == QUANTIFIER_ALL ? STAGE_DATA : STAGE_RCPT;
}

static enum stage later(enum stage a, enum stage b)
{
	return a > b ? a : b;
}

/* The same of all its conditions, for a sender who is known. */
static enum stage statement_stage(const struct generation *generation, const struct statement *statement)
{
	enum stage stage = STAGE_MAIL;

	if (statement_sources(generation, statement) & SOURCES_OF_HEADERS)
		return STAGE_EOH;
	for (size_t i = 0; i < statement->condition_count; i++)
		stage = later(stage, condition_stage(generation, &statement->conditions[i]));
	return stage;
}

/* Can the statement match any message of this caller at all, whatever its resource? `open` is a request of which no message is known yet. */
static bool can_match(const struct generation *generation, const struct statement *statement, const struct request *open,
	const struct principal_rule *rule)
{
	struct resource_pattern any = { .any = true };
	struct principal_entry anyone = { .kind = PRINCIPAL_ENTRY_ANYONE };
	struct statement anywhere = *statement;
	struct request folded = *open;

	if (!layer_parts_hold(&rule->policies, statement->policy->group) &&
		!(rule->looks_up && directory_holds(generation->principals.directory, statement->policy->group)))
		return false;
	folded.folded = true;
	anywhere.not_resource = false;
	anywhere.resources = &any;
	anywhere.resource_count = 1;
	if (rule->has_login) {
		anywhere.not_principal = false;
		anywhere.principals = (struct principal_list){ &anyone, 1 };
	}
	return statement_match(&anywhere, open, NULL) != TRUTH_FALSE || statement_match(&anywhere, &folded, NULL) != TRUTH_FALSE;
}

/* Add the statements that can match a message of this caller. False when memory is short. */
static bool find_matching(const struct generation *generation, const struct principal_rule *rule, bool *matches)
{
	struct arena arena = { 0 };
	struct request open;
	/* Of a client that is refused no policy is asked. */
	if (rule->refuse || rule->unknown)
		return true;
	bool good = request_init(&open, generation->set, &arena) && facts_of_generation(&open, generation) &&
		(rule->has_login || facts_of_caller(&open, generation, rule, &rule->caller));

	if (good)
		facts_pending(&open, generation);
	for (size_t i = 0; good && i < policy_set_statement_count(generation->set); i++)
		matches[i] = matches[i] || can_match(generation, policy_set_statement(generation->set, i), &open, rule);
	arena_free(&arena);
	return good;
}

/* Everybody may do what no policy denies: no Allow is needed. */
static bool all_are_allowed(const struct generation *generation)
{
	for (size_t i = 0; i < generation->principals.count; i++) {
		const struct principal_rule *rule = &generation->principals.rules[i];
		struct arn arn;
		if (rule->refuse || rule->unknown)
			continue;
		if (!rule->policies.allows_all || rule->policies.level_count || !arn_split(rule->arn, &arn) ||
			!text_equals(arn.field[ARN_ACCOUNT], generation->account))
			return false;
	}
	return true;
}

/*
 * Is the new recipient alone enough to tell whether the list has become
 * forbidden? Not where two conditions of a statement may be satisfied by two
 * different recipients, nor where the absence of an Allow forbids: one recipient
 * may rule out the one Allow, another the other.
 */
static bool can_recipients_apart(const struct generation *generation, const struct statement *statement, bool allowed)
{
	size_t count = 0;

	if (statement->effect == EFFECT_ALLOW)
		return allowed || !needs_recipients(generation, statement);
	for (size_t i = 0; i < statement->condition_count; i++)
		count += on_recipients(generation, &statement->conditions[i]);
	return count < 2;
}

/* Does the statement take the identities of this account and region: all, none, or (pending) some? `folded`: in which reading. */
static enum truth takes_identities(const struct statement *statement, const struct request *open, bool folded)
{
	struct principal_entry anyone = { .kind = PRINCIPAL_ENTRY_ANYONE };
	struct statement bare = *statement;
	struct request request = *open;

	request.folded = folded;
	bare.not_principal = false;
	bare.principals = (struct principal_list){ &anyone, 1 };
	bare.condition_count = 0;
	return statement_match(&bare, &request, NULL);
}

/* What one statement that can match needs to know of headers. */
static void find_headers(struct generation *generation, const struct statement *statement, enum truth identities)
{
	unsigned sources = statement_sources(generation, statement);
	bool from = sources & SOURCE_HEADER_NAME;

	/* X-SES-...-ARN may name identities of other accounts and regions, to which other statements apply. */
	bool elsewhere = sources & SOURCE_RESOURCE ||
		(identities == TRUTH_FALSE && (statement->not_resource || statement_names(statement, TEXT("identity/"))));

	if (generation->from_address != FROM_ENVELOPE)
		from = from || elsewhere || identities == TRUTH_PENDING || sources & SOURCE_SENDER;
	bool set = statement->not_resource || statement_names(statement, TEXT("configuration-set/"));
	bool other = sources & SOURCES_OF_HEADERS;
	if (!generation->headers_for && (from || set || other)) {
		generation->headers_for = statement;
		generation->headers_for_set = !from && !other;
	}
	generation->wants_from = generation->wants_from || from;
	generation->wants_configuration_set = generation->wants_configuration_set || set;
	generation->wants_headers = generation->wants_headers || other;
}

/* When a Deny can become certain, for each kind of sender and resource. Configuration sets are known with the headers. */
static void find_stages(struct generation *generation, const struct statement *statement, enum truth identities)
{
	bool *may_refuse = generation->may_refuse;
	enum stage stage = statement_stage(generation, statement);
	bool on_sender = identities == TRUTH_PENDING || statement_sources(generation, statement) & SOURCE_SENDER;

	if (identities == TRUTH_FALSE)
		return;
	if (generation->from_address != FROM_HEADER)
		may_refuse[stage] = true;
	/* A sender who is known only at the end of the headers: also with the null sender in the envelope. */
	if (generation->from_address != FROM_ENVELOPE)
		may_refuse[on_sender ? later(stage, STAGE_EOH) : stage] = true;
	if (generation->sandbox)
		may_refuse[later(stage, STAGE_RCPT)] = true;
}

bool needs_count_from(const struct generation *generation)
{
	const struct quota_rules *rules = generation->quotas.rules;

	return (rules[QUOTA_SENDER].count && !generation->null_sender_reject) ||
		(rules[QUOTA_IDENTITY].count && generation->from_address != FROM_ENVELOPE);
}

/* Senders that are counted stand in the From header, too. To count them at the end is soon enough, and no reason to check a message's form. */
static void find_quotas(struct generation *generation)
{
	if (!needs_count_from(generation))
		return;
	generation->wants_from = true;
	generation->wants_headers = true;
}

/* What the settings alone refuse. */
static void find_settings(struct generation *generation)
{
	bool *may_refuse = generation->may_refuse;
	bool *mail = &may_refuse[STAGE_MAIL];

	*mail = *mail || generation->null_sender_reject || generation->unknown_identity_reject;
	/* A login may be unfit for an entry, or differ from it by the case of a letter. */
	*mail = *mail || generation->principals.realms.count || generation->principals.names_logins;
	for (size_t i = 0; i < generation->principals.count; i++) {
		*mail = *mail || generation->principals.rules[i].has_login || generation->principals.rules[i].refuse ||
			generation->principals.rules[i].unknown;
		generation->wants_headers = generation->wants_headers || generation->principals.rules[i].tenant.length;
	}
	const struct account_state *state = &generation->account_state;
	may_refuse[STAGE_RCPT] = may_refuse[STAGE_RCPT] || generation->sandbox || state->refuses_suppressed;
	/* A message names its set and its tenant, and the set of its sender's identity may be one that sends nothing. */
	generation->wants_configuration_set = generation->wants_configuration_set || state->has[PART_SETS];
	generation->wants_headers = generation->wants_headers || state->has[PART_TENANTS];
	if (state->tenant_count && generation->from_address != FROM_ENVELOPE)
		generation->wants_from = true;
	/* The senders' identities have sets of their own. */
	bool on_identities = generation->unknown_identity_reject ||
		(generation->wants_configuration_set && generation->configuration_set_count);
	if (on_identities && generation->from_address != FROM_ENVELOPE)
		generation->wants_from = true;
	generation->wants_headers = generation->wants_headers || generation->wants_from || generation->wants_configuration_set ||
		generation->ses_headers_refuse;
	generation->form_check = generation->form == FORM_CHECK || (generation->form == FORM_AUTO && generation->wants_headers);
	generation->wants_headers = generation->wants_headers || generation->form_check;
	*mail = *mail || generation->form == FORM_CHECK;
	may_refuse[STAGE_RCPT] = may_refuse[STAGE_RCPT] || generation->form == FORM_CHECK;
	may_refuse[STAGE_DATA] = may_refuse[STAGE_DATA] ||
		(state->paused && (state->pause_refuses || state->pause_defers) && !generation->wants_headers);
	may_refuse[STAGE_EOH] = generation->wants_headers;
	may_refuse[STAGE_EOM] = true;
	find_quotas(generation);
}

/* An open request to the identities of this account and region, of which nothing else is known. */
static bool open_request(struct generation *generation, struct request *open)
{
	const struct known_resource *all = &generation->resources[generation->identity_count];

	if (!request_init(open, generation->set, &generation->arena) || !facts_of_generation(open, generation))
		return false;
	facts_pending(open, generation);
	request_resource_fields(open, all->text, &all->fields, true);
	return true;
}

bool needs_find(struct generation *generation)
{
	size_t count = policy_set_statement_count(generation->set);
	bool *may_refuse = generation->may_refuse, allowed = all_are_allowed(generation);
	bool *matches = arena_array(&generation->arena, count, sizeof *matches);
	struct request open;

	for (size_t i = 0; matches && i < generation->principals.count; i++)
		if (!find_matching(generation, &generation->principals.rules[i], matches))
			matches = NULL;
	if (!matches || !open_request(generation, &open))
		return false;
	generation->recipients_apart = true;
	for (size_t i = 0; i < count; i++) {
		const struct statement *statement = policy_set_statement(generation->set, i);
		if (!matches[i])
			continue;
		if (!can_recipients_apart(generation, statement, allowed))
			generation->recipients_apart = false;
		/* Where all are allowed, an Allow changes nothing. */
		if (statement->effect == EFFECT_ALLOW && allowed)
			continue;
		/* Either reading may be the one that refuses. */
		for (int folded = 0; folded < 2; folded++) {
			enum truth identities = takes_identities(statement, &open, folded);
			find_headers(generation, statement, identities);
			if (statement->effect == EFFECT_DENY)
				find_stages(generation, statement, identities);
		}
	}
	if (!allowed) {
		for (enum stage stage = STAGE_MAIL; stage < STAGES; stage++)
			may_refuse[stage] = true;
		/* Without an Allow for the set there is none for the message; and the From header may be anybody's. */
		generation->wants_configuration_set = true;
		if (generation->from_address != FROM_ENVELOPE)
			generation->wants_from = true;
	}
	find_settings(generation);
	return true;
}
