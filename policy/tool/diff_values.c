/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/diff_values.h"

#include "iam/condition.h"
#include "iam/statement.h"

#include <string.h>

static bool add(struct diff_values *values, enum diff_kind kind, const char *value)
{
	struct word_list *words = &values->of[kind];

	if (!value)
		return false;
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->at[i], value))
			return true;
	const char **grown = arena_array(&values->arena, words->count + 1, sizeof *grown);
	if (!grown)
		return false;
	if (words->count)
		memcpy(grown, words->at, words->count * sizeof *grown);
	grown[words->count++] = value;
	words->at = grown;
	return true;
}

/* A text that a pattern takes: `star` for each `*`, one letter for each `?`. NULL when memory is short. */
static const char *sample(struct arena *arena, struct text pattern, const char *star)
{
	char *out = arena_take(arena, pattern.length * (strlen(star) + 1) + 1), *at = out;

	for (size_t i = 0; out && i < pattern.length; i++) {
		if (pattern.at[i] == '*')
			at = stpcpy(at, star);
		else
			*at++ = pattern.at[i] == '?' ? 'x' : pattern.at[i];
	}
	if (out)
		*at = '\0';
	return out;
}

/* Patterns are sampled, each way differently; also what is no pattern, in another case of letters. */
static bool add_text(struct diff_values *values, enum diff_kind kind, struct text value, bool address, struct text key)
{
	static const char *const stars[] = { "x", "", "x.y" };
	bool good = true;

	/* A variable stands for what the other values bring. */
	if (memmem(value.at, value.length, "${", 2))
		return true;
	for (size_t i = 0; good && i < sizeof stars / sizeof *stars; i++) {
		const char *text = sample(&values->arena, value, stars[i]);
		good = text;
		if (!good || !*text || (address && (!strchr(text, '@') || *text == '@')))
			continue;
		good = add(values, kind, key.length ? arena_printf(&values->arena, "%.*s=%s", TEXT_ARGS(key), text) : text);
		char *other = good ? (char *)arena_text(&values->arena, text_of(text)).at : NULL;
		if (other && i == 0 && !key.length) {
			other[0] = other[0] >= 'a' && other[0] <= 'z' ? (char)(other[0] - 32) : text_lower(other[0]);
			good = add(values, kind, other);
		}
	}
	return good;
}

static bool add_ip(struct diff_values *values, const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	return add(values, DIFF_CLIENT, arena_text(&values->arena, text_of(ip_print(ip, text))).at);
}

/* One up or down. After the last address comes the first. */
static struct ip beside(struct ip ip, bool up)
{
	for (int i = ip.family == 4 ? 3 : 15; i >= 0; i--) {
		uint8_t before = ip.bytes[i];
		ip.bytes[i] = (uint8_t)(up ? before + 1 : before - 1);
		if (before != (up ? 255 : 0))
			break;
	}
	return ip;
}

static bool add_network(struct diff_values *values, struct text value)
{
	struct ip_network network;
	enum ip_network_parsed parsed = ip_network_parse(value, &network, NULL);

	if (parsed != IP_NETWORK_GOOD)
		return parsed != IP_NETWORK_MEMORY;
	struct ip last = network.first, before = beside(network.first, false), after;
	for (unsigned bit = network.prefix; bit < (last.family == 4 ? 32u : 128u); bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	after = beside(last, true);
	return add_ip(values, &network.first) && add_ip(values, &last) && add_ip(values, &before) && add_ip(values, &after);
}

static bool add_moment(struct diff_values *values, struct text value)
{
	struct instant instant;
	char text[INSTANT_TEXT_SIZE];
	bool good = true;

	if (!instant_parse(value, &instant))
		return true;
	for (int i = -1; good && i <= 1; i++) {
		const struct instant near = { instant.seconds + i, 0 };
		good = add(values, DIFF_TIME, arena_text(&values->arena, text_of(instant_print(&near, text))).at);
	}
	return good;
}

/* Without a default: the compiler asks where the values of a new source go. */
static bool add_value(struct diff_values *values, enum key_source source, struct text value, struct text key)
{
	switch (source) {
	case SOURCE_SENDER:
		return add_text(values, DIFF_SENDER, value, true, TEXT(""));
	case SOURCE_RECIPIENTS:
		return add_text(values, DIFF_RECIPIENT, value, true, TEXT(""));
	case SOURCE_HEADER_NAME:
		return add_text(values, DIFF_NAME, value, false, TEXT(""));
	case SOURCE_RETURN_PATH:
		return add_text(values, DIFF_FEEDBACK, value, true, TEXT(""));
	case SOURCE_TENANT:
		return add_text(values, DIFF_TENANT, value, false, TEXT(""));
	case SOURCE_CLIENT:
		return add_network(values, value);
	case SOURCE_TIME:
		return add_moment(values, value);
	case SOURCE_SETTINGS:
		return add_text(values, DIFF_CONTEXT, value, false, key);
	case SOURCE_TLS:
		/* Both are tried. */
	case SOURCE_SITE:
	case SOURCE_PRINCIPAL:
	case SOURCE_RESOURCE:
		/* The settings tell them. */
	case SOURCES_END:
		break;
	}
	return true;
}

static bool add_condition(struct diff_values *values, const struct generation *generation, const struct condition *condition)
{
	enum key_source source = generation_source(generation, condition->slot);
	bool good = true;

	for (size_t i = 0; good && i < condition->value_count && condition->how.op->type != TYPE_NULL; i++)
		good = add_value(values, source, condition->values[i], condition->key_text);
	return good;
}

/* Whom a statement names, and which configuration sets. */
static bool add_elements(struct diff_values *values, const struct statement *statement)
{
	const struct text set = TEXT("configuration-set/");
	bool good = true;

	for (size_t i = 0; good && i < statement->principals.count; i++) {
		const struct principal_entry *entry = &statement->principals.entries[i];
		if (entry->kind == PRINCIPAL_ENTRY_ARN || entry->kind == PRINCIPAL_ENTRY_ROLE)
			good = add(values, DIFF_PRINCIPAL, arena_text(&values->arena, entry->text).at);
		else if (entry->kind == PRINCIPAL_ENTRY_ACCOUNT)
			good = add(values, DIFF_PRINCIPAL,
				arena_printf(&values->arena, "arn:aws:iam::%.*s:user/named-nowhere", TEXT_ARGS(entry->account)));
	}
	for (size_t i = 0; good && i < statement->resource_count; i++) {
		const struct resource_pattern *resource = &statement->resources[i];
		if (!resource->any && !resource->template && text_starts_with(resource->arn.field[ARN_RESOURCE], set))
			good = add_text(values, DIFF_SET, text_from(resource->arn.field[ARN_RESOURCE], set.length), false,
				TEXT(""));
	}
	return good;
}

static bool add_site(struct diff_values *values, const struct generation *generation)
{
	bool good = true;

	for (size_t i = 0; good && i < generation->identity_count; i++) {
		struct text identity = generation->identities[i];
		bool address = text_find(identity, '@', 0) < identity.length;
		good = add(values, DIFF_SENDER,
			arena_printf(&values->arena, "%s%.*s", address ? "" : "named-nowhere@", TEXT_ARGS(identity)));
	}
	for (size_t i = 0; good && i < generation->principals.count; i++) {
		const struct principal_rule *rule = &generation->principals.rules[i];
		if (rule->any_login || rule->login.length)
			good = add(values, DIFF_LOGIN,
				rule->any_login ? "named-nowhere" : arena_text(&values->arena, rule->login).at);
	}
	return good && add(values, DIFF_SENDER, "named-nowhere@named-nowhere.invalid") &&
		add(values, DIFF_RECIPIENT, "named-nowhere@named-nowhere.invalid") && add(values, DIFF_CLIENT, "203.0.113.77");
}

bool diff_values_add(struct diff_values *values, const struct generation *generation)
{
	bool good = add_site(values, generation);

	for (size_t i = 0; good && i < policy_set_statement_count(generation->set); i++) {
		const struct statement *statement = policy_set_statement(generation->set, i);
		good = add_elements(values, statement);
		for (size_t j = 0; good && j < statement->condition_count; j++)
			good = add_condition(values, generation, &statement->conditions[j]);
	}
	return good;
}

void diff_values_free(struct diff_values *values)
{
	arena_free(&values->arena);
}
