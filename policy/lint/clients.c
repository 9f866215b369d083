/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/clients.h"

#define NO_ACCOUNT "000000000000"
/* A realm that no site has. (RFC 2606 keeps .example for such.) */
#define SOME_REALM "realm.example"

bool clients_compile(struct arena *arena, const struct site_options *options, const char *account, struct principal_map *out,
	struct faults *faults)
{
	if (!principal_map_compile(arena, &options->principals, out, faults) ||
		!principal_map_realms(arena, &options->login_realms, out, faults))
		return false;
	if (principal_map_fallback(arena, out, TEXT("aws"), text_of(account ? account : NO_ACCOUNT)))
		return true;
	fault_memory(faults);
	return false;
}

/* What stands for ${login} in an ARN that the rule makes; empty: it makes no such ARN. */
static struct text login_in(const struct principal_rule *rule, struct text arn)
{
	size_t rest = rule->before.length + rule->behind.length;

	if (!rule->has_login || arn.length <= rest || !text_starts_with(arn, rule->before) || !text_ends_with(arn, rule->behind))
		return TEXT("");
	return text_first(text_from(arn, rule->before.length), arn.length - rest);
}

bool clients_give(const struct principal_map *map, struct text arn)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct principal_rule *rule = &map->rules[i];
		struct text login = login_in(rule, arn), name;
		bool everyone = !rule->any_login && !rule->login.length && !rule->has_network;
		/* A login never has a realm that is taken off. */
		if (login.length && login_name(&map->realms, login, &name) && text_equals(login, name))
			return true;
		if (!rule->refuse && !rule->has_login && text_equals(rule->arn, arn))
			return true;
		if (everyone)
			return false;
	}
	return false;
}

struct text clients_login_of(const struct principal_map *map, size_t index, struct text arn)
{
	const struct principal_rule *rule = &map->rules[index];

	if (rule->refuse)
		return TEXT("");
	if (rule->has_login)
		return login_in(rule, arn);
	return text_equals(rule->arn, arn) ? rule->login : TEXT("");
}

struct text clients_other_spelling(struct arena *arena, struct text login)
{
	size_t at = login.length;

	while (at && login.at[at - 1] != '@')
		at--;
	if (at > 1)
		return text_first(login, at - 1);
	const struct text parts[] = { login, TEXT("@" SOME_REALM) };
	return arena_join(arena, parts, 2);
}

/* An address of both rules' networks; false: there is none. Of rules without networks none is needed. */
static bool address_of_both(const struct principal_rule *a, const struct principal_rule *b, struct ip *ip)
{
	*ip = (struct ip){ 0 };
	if (a->has_network && b->has_network) {
		bool larger = a->network.prefix < b->network.prefix;
		*ip = larger ? b->network.first : a->network.first;
		return ip_network_holds(larger ? &a->network : &b->network, ip);
	}
	if (a->has_network || b->has_network)
		*ip = a->has_network ? a->network.first : b->network.first;
	return true;
}

const struct principal_rule *clients_opening(const struct principal_map *map, struct arena *arena, size_t from, struct text login,
	struct caller *caller)
{
	for (size_t i = 0; i < map->count && login.at; i++) {
		const struct principal_rule *rule = &map->rules[i], *found;
		struct ip ip;
		if (rule->refuse || rule->login.length || !address_of_both(&map->rules[from], rule, &ip))
			continue;
		if (principal_find(map, arena, login, &ip, &found, caller) == PRINCIPAL_FOUND && !found->login.length)
			return found;
	}
	return NULL;
}
