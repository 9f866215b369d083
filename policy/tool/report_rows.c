/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_rows.h"

#include "base/arena_grow.h"
#include "iam/statement.h"

#include <stdio.h>

struct rows_maker {
	struct arena *arena;
	const struct generation *generation;
	size_t most;
	struct report_rows *out;
};

static bool rows_add(const struct rows_maker *maker, const struct report_row *row)
{
	struct report_rows *out = maker->out;

	if (out->count == maker->most) {
		out->left_out++;
		return true;
	}
	if (!row->who || !arena_grow(maker->arena, &out->at, out->count, &out->room, sizeof *out->at))
		return false;
	out->at[out->count++] = *row;
	return true;
}

/* "login billing from 10.0.0.0/8". `login`: which of those that the entry stands for; .at NULL: all. */
static const char *who(const struct rows_maker *maker, const struct principal_rule *rule, struct text login)
{
	char name[300], ip[IP_TEXT_SIZE];
	const char *client;

	if (login.at || rule->login.length)
		client = arena_printf(maker->arena, "login %s", text_escape(login.at ? login : rule->login, name, sizeof name));
	else if (rule->any_login)
		client = "any login";
	else
		client = maker->generation->principals.count == 1 ? "every client"
			: rule->has_network                       ? "any client"
								  : "every other client";
	if (!client || !rule->has_network)
		return client;
	return arena_printf(maker->arena, "%s from %s/%u", client, ip_print(&rule->network.first, ip), rule->network.prefix);
}

/* The login as a client of the entry, if it is one: an entry in front may be for it. False when memory is short. */
static bool login_add(const struct rows_maker *maker, const struct principal_rule *rule, struct text login)
{
	const struct principal_rule *found;
	struct report_row row = { .rule = rule };
	struct ip ip = { 0 };

	if (rule->has_network)
		ip = rule->network.first;
	enum principal_found answer = principal_find(&maker->generation->principals, maker->arena, login, &ip, &found, &row.caller);
	if (answer == PRINCIPAL_MEMORY)
		return false;
	if (answer != PRINCIPAL_FOUND || found != rule)
		return true;
	for (size_t i = 0; i < maker->out->count; i++)
		if (maker->out->at[i].rule == rule && text_equals(maker->out->at[i].caller.text, row.caller.text))
			return true;
	row.who = who(maker, rule, login);
	return rows_add(maker, &row);
}

/* Logins whose principals the policies name. */
static bool logins_of_policies(const struct rows_maker *maker, const struct principal_rule *rule)
{
	const struct policy_set *set = maker->generation->set;

	for (size_t i = 0; i < policy_set_statement_count(set); i++) {
		const struct principal_list *list = &policy_set_statement(set, i)->principals;
		for (size_t j = 0; j < list->count; j++) {
			struct text name = list->entries[j].text;
			if (name.length <= rule->before.length + rule->behind.length || !text_starts_with(name, rule->before) ||
				!text_ends_with(name, rule->behind))
				continue;
			name = text_from(text_first(name, name.length - rule->behind.length), rule->before.length);
			if (!login_add(maker, rule, name))
				return false;
		}
	}
	return true;
}

static bool logins_add(const struct rows_maker *maker, const struct principal_rule *rule)
{
	const struct directory *directory = maker->generation->principals.directory;
	struct report_row others = { .rule = rule, .who = who(maker, rule, (struct text){ 0 }) };

	for (size_t i = 0; rule->looks_up && directory && i < directory->user_count; i++)
		if (!login_add(maker, rule, directory->users[i].name))
			return false;
	if (!logins_of_policies(maker, rule))
		return false;
	others.caller.kind = PRINCIPAL_ARN;
	others.caller.text = rule->arn;
	if (rule->looks_up)
		others.refused = "IAM has no such user";
	else if (!caller_parse(rule->arn, &others.caller))
		others.refused = "the login cannot be the name of a principal";
	return rows_add(maker, &others);
}

bool report_rows(struct arena *arena, const struct generation *generation, size_t most, struct report_rows *out)
{
	const struct rows_maker maker = { arena, generation, most, out };

	*out = (struct report_rows){ 0 };
	for (size_t i = 0; i < generation->principals.count; i++) {
		const struct principal_rule *rule = &generation->principals.rules[i];
		struct report_row row = { .rule = rule, .caller = rule->caller, .who = who(&maker, rule, (struct text){ 0 }) };
		if (rule->refuse)
			row.refused = "the settings refuse this client";
		else if (rule->unknown)
			row.refused = "IAM has no such principal";
		if (rule->has_login ? !logins_add(&maker, rule) : !rows_add(&maker, &row))
			return false;
		/* It fits everyone: what follows fits nobody. */
		if (!rule->any_login && !rule->login.length && !rule->has_network)
			break;
	}
	return true;
}
