/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "tool/match.h"
#include "tool/command_site.h"

#include <jansson.h>
#include <string.h>

struct keys_options {
	struct site_words site;
	bool json;
};

#define AT(member) offsetof(struct keys_options, member)

static const struct option_row rows[] = {
	SITE_WORDS_ROWS(struct keys_options, site),
	{ "json", NULL, "one JSON object for each key", OPTION_FLAG, AT(json), COMPLETE_NONE },
};

const struct option_table keys_options = {
	.command = "keys",
	.summary = "List the condition keys that the policies use, what each holds at this site, and when it is known.",
	.status = "0, or 2 if something does not load.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

/* What a key holds at this site, where that says more than key_list.h. NULL: memory is short. */
static const char *says_from(const struct generation *generation)
{
	static const char *const words[] = {
		[FROM_ENVELOPE] = "the envelope sender (known at MAIL)",
		[FROM_HEADER] = "each mailbox of the From header, by itself",
	};
	enum from_address from = generation->from_address;

	return from == FROM_BOTH ? key_rows[KEY_FROM_ADDRESS].holds : words[from];
}

static const char *says_region(struct arena *arena, const struct generation *generation)
{
	return arena_printf(arena, "%.*s", TEXT_ARGS(generation->region));
}

static const char *says_account(struct arena *arena, const struct generation *generation)
{
	return arena_printf(arena, "account of the identity: %.*s, or that of an ARN that a header names",
		TEXT_ARGS(generation->account));
}

static const char *says_principals(struct arena *arena, const struct generation *generation)
{
	const char *text = "";

	for (size_t i = 0; text && i < generation->principals.count; i++) {
		const struct principal_rule *rule = &generation->principals.rules[i];
		/* Whom an entry refuses has none. */
		if (!rule->refuse)
			text = arena_printf(arena, "%s%s%.*s", text, *text ? ", " : "", TEXT_ARGS(rule->arn));
		/* It fits everyone: what follows fits nobody. */
		if (!rule->any_login && !rule->login.length && !rule->has_network)
			break;
	}
	return text;
}

/* What the relay's own connection has. */
static const char *says_egress(struct arena *arena, const struct connection *connection)
{
	const char *text = "";

	if (!connection->egress_count)
		return "absent: \"egress\" is \"" EGRESS_VPC "\"";
	for (size_t i = 0; text && i < connection->egress_count; i++)
		text = arena_printf(arena, "%s%s%.*s", text, i ? ", " : "", TEXT_ARGS(connection->egress[i].text));
	return text ? arena_printf(arena, "%s (egress%s)", text, connection->egress_count > 1 ? "; each must be allowed" : "")
		    : NULL;
}

/* A key that the message fills in. */
static const char *says_message(struct arena *arena, const struct generation *generation, const struct key_info *info)
{
	enum message_key key = (enum message_key)(info - key_rows);

	if (generation->connection.relay && key == KEY_SOURCE_IP)
		return says_egress(arena, &generation->connection);
	if (generation->connection.relay && key == KEY_SECURE_TRANSPORT)
		return "true: SES takes no mail without TLS";
	switch (key) {
	case KEY_FROM_ADDRESS:
		return says_from(generation);
	case KEY_PRINCIPAL_ARN:
		return says_principals(arena, generation);
	case KEY_REQUESTED_REGION:
		return says_region(arena, generation);
	case KEY_RESOURCE_ACCOUNT:
		return says_account(arena, generation);
	default:
		return info->holds;
	}
}

static const char *add_values(struct arena *arena, const char *text, const struct context *context, int slot, const char *where)
{
	for (size_t i = 0; text && i < context->count; i++) {
		if (context->entries[i].slot != slot)
			continue;
		for (size_t j = 0; text && j < context->entries[i].count; j++) {
			char value[128];
			text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "",
				text_escape(context->entries[i].values[j], value, sizeof value));
		}
		text = text ? arena_printf(arena, "%s %s", text, where) : NULL;
	}
	return text;
}

/* A key that only the settings can give. */
static const char *says_settings(struct arena *arena, const struct generation *generation, int slot)
{
	const char *text = "";

	for (size_t i = 0; text && i < generation->principals.count; i++)
		text = add_values(arena, text, &generation->principals.rules[i].context, slot, "(a principal)");
	for (size_t i = 0; text && i < generation->network_count; i++)
		text = add_values(arena, text, &generation->networks[i].context, slot, "(a network)");
	text = text ? add_values(arena, text, &generation->context, slot, "(context)") : NULL;
	return text && !*text ? "absent: neither the message nor the settings give it" : text;
}

static const char *holds(struct arena *arena, const struct generation *generation, int slot, enum stage *stage)
{
	const struct key_info *info = policy_set_keys(generation->set)[slot].info;

	*stage = generation_stage(generation, generation_source(generation, slot));
	return key_source(info) == SOURCE_SETTINGS ? says_settings(arena, generation, slot) : says_message(arena, generation, info);
}

/* Statements that use it, as POLICY/SID or POLICY/NUMBER. */
static json_t *users(const struct generation *generation, int slot)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < policy_set_statement_count(generation->set); i++) {
		const struct statement *statement = policy_set_statement(generation->set, i);
		char name[160], policy[96], sid[60];
		if (!match_uses(statement, slot))
			continue;
		text_escape(statement->policy->name, policy, sizeof policy);
		if (statement->sid.length)
			snprintf(name, sizeof name, "%s/%s", policy, text_escape(statement->sid, sid, sizeof sid));
		else
			snprintf(name, sizeof name, "%s/%u", policy, statement->index + 1);
		if (json_array_append_new(list, json_string(name))) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

static bool print_key(struct arena *arena, const struct generation *generation, int slot, bool as_json)
{
	enum stage stage;
	const char *value = holds(arena, generation, slot, &stage);
	json_t *by = users(generation, slot);
	char name[160];
	bool good = value && by;

	text_escape(policy_set_key_name(generation->set, (size_t)slot), name, sizeof name);
	if (good && as_json) {
		json_t *json = json_pack("{s:s, s:s, s:s, s:O}", "key", name, "stage", stage_name(stage), "holds", value,
			"statements", by);
		good = json && !json_dumpf(json, stdout, JSON_COMPACT) && putchar('\n') != EOF;
		json_decref(json);
	} else if (good) {
		printf("%s\n  known at  %s\n  holds     %s\n  used by  ", name, stage_name(stage), value);
		for (size_t i = 0; i < json_array_size(by); i++)
			printf("%s %s", i ? "," : "", json_string_value(json_array_get(by, i)));
		putchar('\n');
	}
	json_decref(by);
	return good;
}

static enum status run(const struct keys_options *options)
{
	struct arena arena = { 0 };
	struct command_site site;
	bool good = command_site_load(&site, &options->site, NULL), loaded = good;

	for (size_t slot = 0; good && slot < policy_set_key_count(site.generation->set); slot++)
		good = print_key(&arena, site.generation, (int)slot, options->json);
	if (loaded && !good)
		fputs("ses-policy keys: memory is short\n", stderr);
	command_site_free(&site);
	arena_free(&arena);
	return good ? STATUS_YES : STATUS_TROUBLE;
}

enum status command_keys(int argc, char **argv)
{
	struct keys_options options = { 0 };
	enum options_found found = options_read(&keys_options, argc, argv, &options);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	if (found == OPTIONS_READ)
		status = run(&options);
	options_free(&keys_options, &options);
	return status;
}
