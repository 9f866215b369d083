/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/headers_why.h"

#include "iam/statement.h"
#include "ses/needs.h"
#include "ses/stage.h"

#include <stdio.h>
#include <string.h>

static bool comes_from(const struct generation *generation, int slot, unsigned sources)
{
	return slot >= 0 && generation_source(generation, slot) & sources;
}

static int slot_of_template(const struct generation *generation, const struct template *template, unsigned sources)
{
	for (size_t i = 0; template && i < template->count; i++)
		if (comes_from(generation, template->pieces[i].slot, sources))
			return template->pieces[i].slot;
	return -1;
}

/* The first key of the statement whose value comes from there, as a condition's or as a variable; -1: none does. */
static int slot_from(const struct generation *generation, const struct statement *statement, unsigned sources)
{
	int slot = -1;

	for (size_t i = 0; i < statement->condition_count; i++) {
		const struct condition *condition = &statement->conditions[i];
		if (comes_from(generation, condition->slot, sources))
			return condition->slot;
		for (size_t t = 0; t < condition->template_count && slot < 0; t++)
			slot = slot_of_template(generation, &condition->templates[t], sources);
	}
	for (size_t i = 0; i < statement->resource_count && slot < 0; i++)
		slot = slot_of_template(generation, statement->resources[i].template, sources);
	return slot;
}

static struct text file_name(const struct policy *policy)
{
	const char *slash = memrchr(policy->file.at, '/', policy->file.length);

	return slash ? text_from(policy->file, (size_t)(slash + 1 - policy->file.at)) : policy->file;
}

static const char *from_word(const struct generation *generation)
{
	return generation->from_address == FROM_BOTH ? "both" : "header";
}

static void of_statement(const struct generation *generation, const struct statement *statement, char out[HEADERS_WHY_SIZE])
{
	bool header = generation->from_address != FROM_ENVELOPE;
	int slot = slot_from(generation, statement, SOURCES_OF_HEADERS);
	char file[128], key[128];

	text_escape(file_name(statement->policy), file, sizeof file);
	bool always = slot >= 0;
	if (!always && header)
		slot = slot_from(generation, statement, SOURCE_SENDER | SOURCE_RESOURCE);
	if (slot >= 0)
		text_escape(policy_set_key_name(generation->set, (size_t)slot), key, sizeof key);
	if (always)
		snprintf(out, HEADERS_WHY_SIZE, "%s uses %s", file, key);
	else if (slot >= 0)
		snprintf(out, HEADERS_WHY_SIZE, "%s uses %s and from_address is %s", file, key, from_word(generation));
	else if (header && !generation->headers_for_set)
		snprintf(out, HEADERS_WHY_SIZE, "%s is about some identities and from_address is %s", file, from_word(generation));
	else
		snprintf(out, HEADERS_WHY_SIZE, "%s can be about configuration sets", file);
}

static bool is_pinned(const struct generation *generation)
{
	for (size_t i = 0; i < generation->principals.count; i++)
		if (generation->principals.rules[i].tenant.length)
			return true;
	return false;
}

const char *headers_why(const struct generation *generation, char out[HEADERS_WHY_SIZE])
{
	const char *why = "a client may do only what policies allow, also with its headers";

	if (!generation->wants_headers && !generation->keeps_headers)
		return NULL;
	if (generation->headers_for) {
		of_statement(generation, generation->headers_for, out);
		return out;
	}
	if (!generation->wants_headers)
		why = "records_allowed is whole";
	else if (generation->ses_headers_refuse)
		why = "ses_headers is refuse";
	else if (needs_count_from(generation))
		why = "quotas count senders or identities";
	else if (generation->account_state.has[PART_SETS] || generation->account_state.has[PART_TENANTS])
		why = "account_state has configuration sets or tenants";
	else if (is_pinned(generation))
		why = "a principal has a tenant";
	else if (generation->form == FORM_CHECK)
		why = "form is check";
	else if (generation->unknown_identity_reject && generation->from_address != FROM_ENVELOPE)
		why = "unknown_identity is reject and from_address is not envelope";
	snprintf(out, HEADERS_WHY_SIZE, "%s", why);
	return out;
}
