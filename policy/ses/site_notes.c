/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/site_notes.h"

#include "value/glob.h"
#include "iam/statement.h"
#include "iam/statement_match.h"
#include "ses/facts.h"
#include "ses/identity.h"
#include "ses/site.h"

#include <string.h>

#define SHOWN_SIZE 160

/* `*`, `???`: rests on no identity in particular. */
static bool is_anything(struct text name)
{
	for (size_t i = 0; i < name.length; i++)
		if (!strchr("*?", name.at[i]))
			return false;
	return true;
}

/* Does one of the site's identities have the name, or fit it? False when memory is short, too, and the arena knows. */
static bool is_known(struct generation *generation, struct text name)
{
	struct text identity;

	if (!glob_has_wildcard(name)) {
		if (identity_read(&generation->arena, name, generation->address_case, &identity) != MAILBOX_ADDRESS)
			return false;
		return identity_is_known(generation->identities, generation->identity_count, identity);
	}
	for (size_t i = 0; i < generation->identity_count; i++)
		if (glob_match(name, generation->identities[i]))
			return true;
	return false;
}

static void add(const struct statement *statement, struct text name, struct faults *faults)
{
	char shown[SHOWN_SIZE], file[SHOWN_SIZE];

	fault_note(faults,
		"%s:%u:%u: statement %u allows \"%s\", which is no identity that this site knows; if it is verified at SES, "
		"add it to \"identities\" in milter.json",
		text_escape(statement->policy->file, file, sizeof file), statement->line, statement->column, statement->index + 1,
		text_escape(name, shown, sizeof shown));
}

static bool find_in_statement(struct generation *generation, const struct statement *statement, struct faults *faults)
{
	for (size_t i = 0; i < statement->resource_count; i++) {
		struct text name = site_identity_name(generation, &statement->resources[i]);
		bool known = !name.length || is_anything(name) || is_known(generation, name);
		if (generation->arena.failed)
			return false;
		if (!known)
			add(statement, name, faults);
	}
	return true;
}

bool site_notes_find(struct generation *generation, struct faults *faults)
{
	const struct policy_set *set = generation->set;

	for (size_t i = 0; i < policy_set_statement_count(set); i++) {
		const struct statement *statement = policy_set_statement(set, i);
		if (statement->policy->layer != LAYER_IDENTITY || statement->effect != EFFECT_ALLOW || statement->not_resource ||
			!statement_action(statement, TEXT(SES_ACTION)))
			continue;
		if (!find_in_statement(generation, statement, faults))
			return false;
	}
	return true;
}
