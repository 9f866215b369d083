/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/lint.h"

#include "base/arena_grow.h"
#include "base/memory_short.h"
#include "iam/document.h"
#include "iam/policy_file.h"
#include "iam/policy_set_parts.h"
#include "lint/checks.h"
#include "lint/fix.h"
#include "lint/fix_text.h"
#include "lint/check_supply.h"
#include "lint/load_fault.h"
#include "lint/load_fix.h"
#include "lint/check_common.h"
#include "lint/placeholder.h"
#include "lint/readable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SES_POLICIES 20

/* How many policies hang on an identity. */
struct resource_tally {
	struct text resource;
	size_t count;
};

/* What is looked at in statements that are about SES; check_actions tells what is not and ought to be. */
static void (*const statement_checks[])(const struct subject_statement *) = { check_addresses, check_allows, check_case,
	check_connection, check_contradictions, check_denies, check_from, check_gate, check_keys, check_logins, check_missing_keys,
	check_networks, check_placeholders, check_principals, check_recipients, check_redundant, check_resources,
	check_set_operators, check_supply, check_variables, check_wider, check_wildcards };

static void (*const document_checks[])(const struct subject *) = { check_document, check_supply_reach, check_site };

void lint_init(struct lint *lint, const struct lint_options *options)
{
	*lint = (struct lint){ .options = *options };
	findings_init(&lint->findings);
}

void lint_free(struct lint *lint)
{
	findings_free(&lint->findings);
}

/* Has a statement an element that is, or was meant to be, its principal? */
static bool has_principal(const json_t *document)
{
	const json_t *list = json_object_get(document, "Statement");
	const char *member;
	json_t *value;

	for (size_t i = 0; list && i < compile_count(list); i++) {
		json_object_foreach(json_is_array(list) ? json_array_get(list, i) : (json_t *)list, member, value)
			if (strcasestr(member, "princip"))
				return true;
	}
	return false;
}

static bool is_identity(const struct lint *lint, const struct policy_document *document)
{
	if (lint->options.type != LINT_TYPE_AUTO)
		return lint->options.type != LINT_TYPE_RESOURCE;
	/* What SES prints, and what IAM prints. */
	if (document->member && document->member[0] == 'P' && strncmp(document->member, "PolicyD", 7))
		return false;
	if (document->member)
		return true;
	return json_is_object(document->json) && !has_principal(document->json);
}

/* Count the policy for the identity that it belongs to; told at the first that is too many. */
static void tally(struct lint *lint, const struct subject *subject)
{
	if (subject->identity || !subject->policy->count)
		return;
	const struct statement *statement = policy_set_statement(subject->set, subject->policy->first);
	if (statement->resource_count != 1 || statement->resources[0].any)
		return;
	struct text resource = statement->resources[0].text;
	size_t i = 0;
	while (i < lint->tally_count && !text_equals(lint->tallies[i].resource, resource))
		i++;
	if (i == lint->tally_count) {
		struct text copy = arena_text(&lint->findings.arena, resource);
		if (!copy.at || !arena_grow(&lint->findings.arena, &lint->tallies, i, &lint->tally_room, sizeof *lint->tallies)) {
			lint->findings.out_of_memory = true;
			return;
		}
		lint->tallies[lint->tally_count++] = (struct resource_tally){ .resource = copy };
	}
	if (++lint->tallies[i].count == SES_POLICIES + 1)
		subject_report(subject, KIND_POLICY_COUNT, subject->path,
			subject_say(subject, "%d policies for \"%s\" already; SES takes no more", SES_POLICIES,
				subject_show(subject, resource)),
			NULL);
}

static void hang(struct lint *lint, struct text name)
{
	struct arena *arena = &lint->findings.arena;
	struct string_list *hung = &lint->hung;

	struct text copy = arena_text(arena, name);
	if (copy.at && arena_grow(arena, &hung->at, hung->count, &lint->hung_room, sizeof *hung->at))
		((const char **)hung->at)[hung->count++] = copy.at;
	else
		lint->findings.out_of_memory = true;
}

/* Note the identities that a resource policy hangs on. */
static void hang_all(struct lint *lint, const struct subject *subject)
{
	const struct text prefix = TEXT("identity/");

	for (size_t i = 0; i < subject->policy->count && !subject->identity; i++) {
		const struct statement *statement = policy_set_statement(subject->set, subject->policy->first + i);
		for (size_t r = 0; r < statement->resource_count && !statement->not_resource; r++) {
			struct text name = statement->resources[r].arn.field[ARN_RESOURCE];
			if (!statement->resources[r].any && !statement->resources[r].template && text_starts_with(name, prefix))
				hang(lint, text_from(name, prefix.length));
		}
	}
}

/* What is common to the documents of one file. */
struct lint_file {
	struct lint *lint;
	const char *file;
};

/* What a fault says of a text that was not filled in, or that a program did not render. */
static void placeholder_tell(struct findings *findings, struct finding *finding)
{
	const char *open = strchr(finding->message, '"'), *close = open ? strchr(open + 1, '"') : NULL;
	const char *what = NULL;

	if (close)
		what = placeholder_text(placeholder_find((struct text){ open + 1, (size_t)(close - open - 1) }));
	const char *message = what ? arena_printf(&findings->arena, "%s; it looks like %s", finding->message, what) : NULL;
	if (message)
		finding->message = message;
	else if (what)
		findings->out_of_memory = true;
}

/* The operator that the author probably meant, for one that does not exist. */
static void operator_tell(struct findings *findings, struct finding *finding)
{
	static const char begin[] = ".Condition.";
	const char *at = strstr(finding->message, begin);
	char near[OPERATOR_SIZE];

	if (finding->kind != KIND_INVALID_OPERATOR || !at)
		return;
	at += sizeof begin - 1;
	if (!check_nearest_operator(text_first(text_of(at), strcspn(at, " ") - 1), near))
		return;
	const char *message = arena_printf(&findings->arena, "%s; did you mean \"%s\"?", finding->message, near);
	if (message)
		finding->message = message;
	else
		findings->out_of_memory = true;
}

/* The faults of a document, with corrected statements where the intention is clear. */
static void mend(struct findings *findings, size_t first, const json_t *json)
{
	const json_t *list = json_object_get(json, "Statement");

	for (size_t i = first; i < findings->count; i++) {
		struct finding *finding = &findings->list[i];
		if (json_is_object(list) && !strncmp(finding->message, "Statement", sizeof "Statement" - 1))
			finding->statement = 0;
		placeholder_tell(findings, finding);
		operator_tell(findings, finding);
		if (finding->statement >= 0 && !finding->fix)
			finding->fix = load_fix(json_is_array(list) ? json_array_get(list, (size_t)finding->statement) : list,
				finding->kind);
	}
}

static bool stopped(struct lint *lint)
{
	lint->stopped = lint->stopped || (lint->options.stop && lint->options.stop());
	return lint->stopped;
}

static void statement_check(const struct subject *subject, size_t i, bool in_part)
{
	struct subject_statement s;

	subject_statement_open(subject, i, &s);
	s.in_part = in_part;
	if (subject->limit) {
		check_connection(&s);
		check_supply(&s);
		return;
	}
	check_actions(&s);
	if (check_about_others(s.statement))
		return;
	for (size_t n = 0; n < sizeof statement_checks / sizeof *statement_checks; n++)
		statement_checks[n](&s);
}

/* Of a document that does not load each statement as far as it can be read. Its faults have been told. */
static void document_in_part(struct lint *lint, const struct subject *whole)
{
	const json_t *list = json_object_get(whole->json, "Statement");
	size_t count = list ? compile_count(list) : 0;
	enum readable *how = calloc(count ? count : 1, sizeof *how);
	struct policy_set *set = policy_set_new();
	json_t *copy = how && set ? readable_copy(whole->json, whole->identity, how, count, &lint->findings.out_of_memory) : NULL;
	struct subject subject = *whole;
	struct faults faults;

	faults_init(&faults);
	lint->findings.out_of_memory |= !how || !set;
	if (copy) {
		policy_set_fold(set, mailbox_domain_fold(lint->options.site.address_case));
		policy_set_add_document(set, subject.identity ? IDENTITY_GROUP : POLICY_GROUP_RESOURCE, subject.source,
			subject.path, subject.name, copy, &faults);
		policy_set_seal(set, &faults);
	}
	if (copy && !faults.count && policy_set_count(set)) {
		subject.json = copy;
		subject.set = set;
		subject.policy = policy_set_policy(set, 0);
		for (size_t i = 0; i < subject.policy->count && !stopped(lint); i++)
			if (how[i] != READABLE_NOT)
				statement_check(&subject, i, how[i] == READABLE_IN_PART);
		subject_close(&subject);
	}
	lint->findings.out_of_memory |= faults.out_of_memory;
	faults_free(&faults);
	json_decref(copy);
	policy_set_free(set);
	free(how);
}

/* Nothing but the lack of a Principal says that it is the policy of a user. */
static void guess(struct lint *lint, const char *file, const struct policy_document *document, bool identity)
{
	if (lint->options.type != LINT_TYPE_AUTO || !identity || document->member || !json_object_get(document->json, "Statement"))
		return;
	if (!lint->guessed++)
		snprintf(lint->guessed_file, sizeof lint->guessed_file, "%s", file);
}

static void document(const struct policy_document *document, void *context)
{
	struct lint_file *file = context;
	struct lint *lint = file->lint;
	size_t before = lint->findings.count;
	struct faults faults;
	unsigned told[KINDS] = { 0 };
	struct policy_set *set = stopped(lint) ? NULL : policy_set_new();

	if (lint->stopped)
		return;
	if (!set) {
		lint->findings.out_of_memory = true;
		return;
	}
	faults_init(&faults);
	struct subject subject = {
		.findings = &lint->findings,
		.site = &lint->options.site,
		.hung = &lint->hung,
		.file = file->file,
		.now = lint->options.now,
		.source = document->source,
		.path = document->path,
		.json = document->json,
		.set = set,
		.identity = is_identity(lint, document),
		.limit = lint->options.type == LINT_TYPE_LIMIT,
		/* A file may hold several. */
		.alone = lint->alone && !lint->granted &&
			(!document->path || (document->member && !strncmp(document->member, "PolicyD", 7))),
		.told = told,
		.name = document->name,
		.named = document->name.length,
	};
	guess(lint, file->file, document, subject.identity);
	policy_set_fold(set, mailbox_domain_fold(lint->options.site.address_case));
	policy_set_add_document(set, subject.identity ? IDENTITY_GROUP : POLICY_GROUP_RESOURCE, document->source, document->path,
		document->name, document->json, &faults);
	policy_set_seal(set, &faults);
	subject.policy = !faults.count && policy_set_count(set) ? policy_set_policy(set, 0) : NULL;
	if (!subject.identity && lint->options.site.complete && !lint->granted)
		lint->granted = faults.count || (subject.policy && check_supply_grants(&subject));
	if (faults.count) {
		size_t first = lint->findings.count;
		load_faults_report(&lint->findings, file->file,
			document->name.length ? subject_show(&subject, document->name) : NULL, &faults);
		mend(&lint->findings, first, document->json);
		document_in_part(lint, &subject);
	} else if (subject.policy) {
		if (lint->options.site.identities.count || lint->options.site.complete)
			hang_all(lint, &subject);
		for (size_t i = 0; i < subject.policy->count && !stopped(lint); i++)
			statement_check(&subject, i, false);
		for (size_t n = 0; n < sizeof document_checks / sizeof *document_checks && !subject.limit && !stopped(lint); n++)
			document_checks[n](&subject);
		tally(lint, &subject);
		subject_close(&subject);
	}
	if (lint->options.texts)
		fix_text_make(&lint->findings, before, file->file, document);
	faults_free(&faults);
	policy_set_free(set);
}

void lint_text(struct lint *lint, const char *file, struct text name, struct text text)
{
	struct lint_file context = { .lint = lint, .file = file };
	struct faults faults;
	size_t first = lint->findings.count, missing = memory_short_count();

	if (stopped(lint))
		return;
	lint->files++;
	faults_init(&faults);
	policy_file_read(file, name, text, &faults, document, &context);
	if (faults.count)
		load_faults_report(&lint->findings, file, NULL, &faults);
	faults_free(&faults);
	/* What could not be proved, or made, for want of memory is not what is not there. */
	lint->findings.out_of_memory |= memory_short_count() != missing;
	findings_sort(&lint->findings, first);
}
