/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/principal_map.h"

#include "iam/arn.h"
#include "iam/principal.h"
#include "ses/principal_directory.h"

#include <stdio.h>
#include <string.h>

#define LOGIN_VARIABLE TEXT("${login}")
/* IAM's limit for names of users. (IAM User Guide, "IAM and AWS STS quotas".) */
#define LOGIN_MAX 64

/* The offset of ${login}, or the text's length. */
static size_t find_login(struct text arn)
{
	for (size_t i = text_find(arn, '$', 0); i < arn.length; i = text_find(arn, '$', i + 1))
		if (text_starts_with(text_from(arn, i), LOGIN_VARIABLE))
			return i;
	return arn.length;
}

bool principal_pattern_is_valid(struct text arn)
{
	struct arn fields;
	struct caller caller;
	size_t at = find_login(arn);
	char sample[512];

	if (arn.length >= sizeof sample || !arn_split(arn, &fields) || !arn_is_partition(fields.field[ARN_PARTITION]) ||
		fields.field[ARN_REGION].length)
		return false;
	if (at < arn.length && arn.at + at < fields.field[ARN_RESOURCE].at)
		return false;
	/* With some login in it it must be a principal, and ${login} be gone. */
	int length = snprintf(sample, sizeof sample, "%.*s%s%.*s", TEXT_ARGS(text_first(arn, at)), at < arn.length ? "x" : "",
		TEXT_ARGS(text_from(arn, at + LOGIN_VARIABLE.length)));
	const struct text whole = { sample, (size_t)length };
	if (strpbrk(sample, "$ \t") || sample[length - 1] == '/' || !principal_type(whole).length)
		return false;
	return caller_parse(whole, &caller) && (caller.kind == PRINCIPAL_ARN || caller.kind == PRINCIPAL_ROOT);
}

/* What IAM takes in the name of a user; no slash, no wildcard, nothing that ends a field. */
static bool login_fits(struct text login)
{
	if (!login.length || login.length > LOGIN_MAX)
		return false;
	for (size_t i = 0; i < login.length; i++) {
		char byte = text_lower(login.at[i]);
		if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && (!byte || !strchr("+=,.@-_", byte)))
			return false;
	}
	return true;
}

enum fit { FITS_NOT, FITS_BUT_FOR_CASE, FITS };

static enum fit rule_fit(const struct principal_rule *rule, struct text login, const struct ip *ip)
{
	if (rule->any_login ? !login.length : rule->login.length && !text_equals_fold(rule->login, login))
		return FITS_NOT;
	if (rule->has_network && !(ip->family && ip_network_holds(&rule->network, ip)))
		return FITS_NOT;
	return !rule->login.length || text_equals(rule->login, login) ? FITS : FITS_BUT_FOR_CASE;
}

enum principal_found principal_find(const struct principal_map *map, struct arena *arena, struct text login, const struct ip *ip,
	const struct principal_rule **rule, struct caller *caller)
{
	const struct principal_rule *one = map->rules;
	bool other_case = false;
	enum fit fit;

	*caller = (struct caller){ 0 };
	bool certain = login_name(&map->realms, login, &login);
	for (; (fit = rule_fit(one, login, ip)) != FITS; one++)
		other_case = other_case || fit == FITS_BUT_FOR_CASE;
	*rule = one;
	if (!certain)
		return PRINCIPAL_LOGIN_UNFIT;
	if (other_case && !one->login.length)
		return PRINCIPAL_LOGIN_CASE;
	if (one->refuse)
		return PRINCIPAL_REFUSED;
	*caller = one->caller;
	if (one->unknown)
		return PRINCIPAL_UNKNOWN;
	if (!one->has_login)
		return PRINCIPAL_FOUND;
	if (!login_fits(login))
		return PRINCIPAL_LOGIN_UNFIT;
	struct text arn = text_of(
		arena_printf(arena, "%.*s%.*s%.*s", TEXT_ARGS(one->before), TEXT_ARGS(login), TEXT_ARGS(one->behind)));
	if (!arn.length)
		return PRINCIPAL_MEMORY;
	if (!caller_parse(arn, caller))
		return PRINCIPAL_LOGIN_UNFIT;
	return one->looks_up ? principal_directory_find(map, one, caller) : PRINCIPAL_FOUND;
}

bool principal_facts_find(struct arena *arena, const struct caller *caller, struct principal_facts *facts)
{
	*facts = (struct principal_facts){ caller->text, principal_type(caller->text), principal_user_name(caller->text) };
	/* Of a session it is the role's. (IAM User Guide, aws:PrincipalArn.) */
	if (caller->role.length && caller->entity)
		facts->arn = caller->entity->arn;
	else if (caller->role.length)
		facts->arn = text_of(arena_printf(arena, "arn:%.*s:iam::%.*s:role/%.*s", TEXT_ARGS(caller->partition),
			TEXT_ARGS(caller->account), TEXT_ARGS(caller->role)));
	return facts->arn.length;
}

/* A rule without the network of its entry would fit everybody: it is told, and nothing is loaded. */
static void compile_network(const char *network, size_t index, struct principal_rule *rule, struct faults *faults)
{
	const char *wrong;

	rule->has_network = true;
	switch (ip_network_parse(text_of(network), &rule->network, &wrong)) {
	case IP_NETWORK_GOOD:
		break;
	case IP_NETWORK_MEMORY:
		fault_memory(faults);
		break;
	case IP_NETWORK_INVALID:
		fault_add(faults, "principals[%zu].network: is %s", index, wrong);
	}
}

static void compile_rule(struct arena *arena, const struct principal_option *option, size_t index, struct principal_rule *rule,
	struct faults *faults)
{
	struct text login = arena_text(arena, text_of(option->login)), arn = arena_text(arena, text_of(option->arn));
	size_t at = find_login(arn);

	if (!login.at || !arn.at) {
		fault_memory(faults);
		return;
	}
	rule->any_login = text_equals(login, TEXT("*"));
	rule->login = rule->any_login ? TEXT("") : login;
	if (option->network)
		compile_network(option->network, index, rule, faults);
	rule->refuse = option->refuse;
	if (option->refuse)
		return;
	rule->arn = arn;
	rule->tenant = arena_text(arena, text_of(option->tenant));
	if (!rule->tenant.at) {
		fault_memory(faults);
		return;
	}
	rule->has_login = at < arn.length;
	rule->before = text_first(arn, at);
	rule->behind = text_from(arn, at + LOGIN_VARIABLE.length);
	if (rule->has_login)
		return;
	if (!caller_parse(arn, &rule->caller))
		fault_add(faults, "principals[%zu].arn: is not the ARN of a principal; write arn:aws:iam::ACCOUNT:user/NAME",
			index);
	else if (!principal_facts_find(arena, &rule->caller, &rule->facts))
		fault_memory(faults);
}

bool principal_map_compile(struct arena *arena, const struct principal_options *options, struct principal_map *out,
	struct faults *faults)
{
	size_t before = faults->count;

	*out = (struct principal_map){ .rules = arena_array(arena, options->count + 1, sizeof *out->rules) };
	if (!out->rules) {
		fault_memory(faults);
		return false;
	}
	for (size_t i = 0; i < options->count; i++) {
		const struct principal_option *option = &options->at[i];
		struct principal_rule *rule = &out->rules[out->count++];
		compile_rule(arena, option, i, rule, faults);
		out->names_logins = out->names_logins || rule->login.length;
		if (rule->has_login && !option->login)
			fault_add(faults, "principals[%zu].arn: ${login} where a client need not have one; add \"login\": \"*\"",
				i);
		if (!option->login && !option->network && i + 1 < options->count)
			fault_add(faults, "principals[%zu]: fits every client, so those behind it never count; put it last", i);
	}
	return faults->count == before;
}

bool principal_map_realms(struct arena *arena, const struct string_list *realms, struct principal_map *map, struct faults *faults)
{
	size_t before = faults->count;
	char shown[96], realm[96];

	if (!login_realms_compile(arena, realms, &map->realms))
		fault_memory(faults);
	for (size_t i = 0; !faults->out_of_memory && i < map->count; i++) {
		struct text login = map->rules[i].login, end = login_realm(&map->realms, login);
		if (end.length)
			fault_add(faults,
				"principals[%zu].login: \"%s\" never comes, since \"%s\" of login_realms is taken off first; write it without",
				i, text_escape(login, shown, sizeof shown), text_escape(end, realm, sizeof realm));
	}
	return faults->count == before;
}

bool principal_map_contexts(struct arena *arena, const struct policy_set *set, const struct principal_options *options,
	struct principal_map *map, struct faults *faults)
{
	char place[48];
	bool good = true;

	for (size_t i = 0; i < options->count; i++) {
		snprintf(place, sizeof place, "principals[%zu].context", i);
		good &= context_compile(arena, set, &options->at[i].context, place, &map->rules[i].context, faults);
	}
	return good;
}

bool principal_map_fallback(struct arena *arena, struct principal_map *map, struct text partition, struct text account)
{
	struct principal_rule *rule = &map->rules[map->count++];

	rule->policies.allows_all = !rule->policies.own_count && rule->policies.boundary == POLICY_GROUP_RESOURCE;
	rule->arn = text_of(arena_printf(arena, "arn:%.*s:iam::%.*s:user/%.*s", TEXT_ARGS(partition), TEXT_ARGS(account),
		TEXT_ARGS(PRINCIPAL_FALLBACK_NAME)));
	return rule->arn.length && caller_parse(rule->arn, &rule->caller) &&
		principal_facts_find(arena, &rule->caller, &rule->facts);
}

/* What follows the fifth colon. */
static struct text resource_of(struct text arn)
{
	struct arn fields;

	return arn_split(arn, &fields) ? fields.field[ARN_RESOURCE] : TEXT("");
}

struct text principal_user_name(struct text arn)
{
	struct text resource = resource_of(arn);
	size_t at = resource.length;

	if (!text_starts_with(resource, TEXT("user/")))
		return TEXT("");
	while (at && resource.at[at - 1] != '/')
		at--;
	return text_from(resource, at);
}

struct text principal_type(struct text arn)
{
	/* (IAM User Guide, "AWS global condition context keys", aws:PrincipalType.) */
	static const struct {
		const char *prefix, *type;
	} types[] = {
		{ "user/", "User" },
		{ "role/", "AssumedRole" },
		{ "assumed-role/", "AssumedRole" },
		{ "federated-user/", "FederatedUser" },
		{ "root", "Account" },
	};
	struct text resource = resource_of(arn);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_starts_with(resource, text_of(types[i].prefix)))
			return text_of(types[i].type);
	return TEXT("");
}
