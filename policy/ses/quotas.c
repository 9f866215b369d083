/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/quotas.h"

#include "value/glob.h"
#include "ses/generation.h"
#include "ses/identity.h"

#include <inttypes.h>

#define LOGIN_VARIABLE TEXT("${login}")
#define BURST_LEAST 50
/* In one message. (Amazon SES Developer Guide, "Service quotas".) */
#define SES_RECIPIENTS_MOST 50
#define BURST_SECONDS 60

int64_t quotas_burst(int64_t rate)
{
	int64_t burst = (rate * BURST_SECONDS + 999) / 1000;

	return burst > BURST_LEAST ? burst : BURST_LEAST;
}

static struct quota_limit limit_of(const struct limit_option *option)
{
	struct quota_limit limit = { QUOTA_UNLIMITED, QUOTA_UNLIMITED, 0, option->monitor };

	if (option->per_day.given)
		limit.per_day = option->per_day.value;
	if (option->per_second.given) {
		limit.rate = option->per_second.value;
		limit.burst = option->burst.given ? option->burst.value : quotas_burst(limit.rate);
	}
	return limit;
}

static bool is_limit(const struct limit_option *option)
{
	return option->per_day.given || option->per_second.given;
}

/* ---- one rule ---- */

static bool login_fits(const struct quota_rule *rule, struct text name)
{
	size_t star = text_find(rule->name, '*', 0), behind = rule->name.length - star - 1;

	if (name.length <= rule->name.length - 1 || !text_starts_with_fold(name, text_first(rule->name, star)) ||
		!text_equals_fold(text_from(name, name.length - behind), text_from(rule->name, star + 1)))
		return false;
	struct text login = text_first(text_from(name, star), name.length - behind - star);
	return text_find(login, '/', 0) == login.length;
}

static bool rule_fits(const struct quota_rule *rule, struct text name)
{
	if (rule->login)
		return login_fits(rule, name);
	return rule->pattern ? glob_match_fold(rule->name, name) : text_equals_fold(rule->name, name);
}

const struct quota_rule *quotas_find(const struct quotas *quotas, enum quota_scope scope, struct text name)
{
	const struct quota_rules *rules = &quotas->rules[scope];

	for (size_t i = 0; i < rules->count; i++)
		if (rule_fits(&rules->at[i], name))
			return &rules->at[i];
	return NULL;
}

/* What is being made. */
struct quotas_making {
	struct generation *generation;
	struct faults *faults;
};

/* Where it is in the settings; the list's name and the element. */
static const char *place_of(struct quotas_making *making, const char *list, size_t index)
{
	const char *place = arena_printf(&making->generation->arena, "%s[%zu]", list, index);

	if (!place)
		fault_memory(making->faults);
	return place;
}

/* A rule for which there is room. The first that fits counts, so it must not be what one in front of it fits. */
static void add_rule(struct quotas_making *making, enum quota_scope scope, struct quota_rule rule)
{
	struct quota_rules *rules = &making->generation->quotas.rules[scope];

	if (!rule.name.at || !rule.place) {
		fault_memory(making->faults);
		return;
	}
	rule.pattern = glob_has_wildcard(rule.name);
	for (size_t i = 0; i < rules->count; i++) {
		const struct quota_rule *front = &rules->at[i];
		if (!rule_fits(front, rule.name))
			continue;
		bool same = text_equals_fold(front->name, rule.name);
		fault_add(making->faults, "%s: %s %s%s", rule.place,
			same ? "has the same name as" : "never counts: what it fits is fit first by", front->place,
			same ? "; keep one of them" : "; put it in front of that, or take it out");
		return;
	}
	if (rule.limit.per_day > 0 && rule.limit.per_day < SES_RECIPIENTS_MOST)
		fault_note(making->faults,
			"%s: a message to %d recipients, as SES takes it, can never pass a \"per_day\" of %" PRId64, rule.place,
			SES_RECIPIENTS_MOST, rule.limit.per_day);
	rules->at[rules->count++] = rule;
}

static void make_room(struct quotas_making *making, enum quota_scope scope, size_t count)
{
	struct quota_rules *rules = &making->generation->quotas.rules[scope];

	rules->at = arena_array(&making->generation->arena, count + 1, sizeof *rules->at);
	if (!rules->at)
		fault_memory(making->faults);
}

/* ---- the account ---- */

/* What SES says, in whole thousandths and not more than that; -1: no limit. */
static int64_t from_ses(double value, double scale)
{
	double scaled = value * scale;

	if (value < 0 || scaled > (double)QUOTA_RECIPIENTS_MAX * 1000)
		return QUOTA_UNLIMITED;
	return (int64_t)scaled;
}

static void account_of_ses(struct quotas_making *making, struct quota_limit *limit)
{
	struct generation *generation = making->generation;
	const struct send_quota *quota = &generation->account_state.quota;

	if (!quota->known) {
		fault_add(making->faults,
			"quotas.account: the account state has no SendQuota; fetch account.json again, or write the limits into the settings");
		return;
	}
	limit->per_day = from_ses(quota->day, 1);
	limit->rate = from_ses(quota->rate, 1000);
	/* A store takes no rate of 0; SES has none, either. */
	if (limit->rate == 0)
		limit->rate = 1;
	if (limit->rate > 0)
		limit->burst = quotas_burst(limit->rate);
	generation->quotas.seed = (int64_t)(quota->sent < QUOTA_RECIPIENTS_MAX ? quota->sent + 0.999 : QUOTA_RECIPIENTS_MAX);
}

static void add_account(struct quotas_making *making, const struct account_limit_option *account)
{
	struct generation *generation = making->generation;
	struct quota_rule rule = { .name = TEXT(""), .place = "quotas.account", .limit = limit_of(&account->limit) };

	make_room(making, QUOTA_ACCOUNT, 1);
	if (making->faults->out_of_memory)
		return;
	if (account->from == ACCOUNT_LIMIT_SES) {
		account_of_ses(making, &rule.limit);
	} else if (account->from == ACCOUNT_LIMIT_NONE) {
		if (!generation->sandbox)
			return;
		rule.limit = (struct quota_limit){ SANDBOX_PER_DAY, SANDBOX_PER_SECOND * 1000,
			quotas_burst(SANDBOX_PER_SECOND * 1000), false };
	}
	add_rule(making, QUOTA_ACCOUNT, rule);
}

/* ---- the others ---- */

static struct text lower(struct arena *arena, struct text name)
{
	struct text copy = arena_text(arena, name);

	for (size_t i = 0; copy.at && i < copy.length; i++)
		((char *)copy.at)[i] = text_lower(copy.at[i]);
	return copy;
}

static void add_identities(struct quotas_making *making, const struct quota_option_list *list)
{
	struct generation *generation = making->generation;

	make_room(making, QUOTA_IDENTITY, list->count);
	for (size_t i = 0; !making->faults->out_of_memory && i < list->count; i++) {
		struct quota_rule rule = { .place = place_of(making, "quotas.identities", i),
			.limit = limit_of(&list->at[i].limit) };
		if (identity_read(&generation->arena, text_of(list->at[i].name), generation->address_case, &rule.name) ==
			MAILBOX_INVALID)
			fault_add(making->faults, "quotas.identities[%zu].identity: not an identity; write a domain or an address",
				i);
		else
			add_rule(making, QUOTA_IDENTITY, rule);
	}
}

static void add_senders(struct quotas_making *making, const struct quota_option_list *list)
{
	make_room(making, QUOTA_SENDER, list->count);
	for (size_t i = 0; !making->faults->out_of_memory && i < list->count; i++)
		add_rule(making, QUOTA_SENDER,
			(struct quota_rule){
				.name = lower(&making->generation->arena, text_of(list->at[i].name)),
				.place = place_of(making, "quotas.senders", i),
				.limit = limit_of(&list->at[i].limit),
			});
}

/* The ARN of an entry of `principals`; where ${login} is in it, a pattern. */
static struct text arn_of(struct arena *arena, const char *option, bool *login)
{
	struct text arn = text_of(option), variable = LOGIN_VARIABLE;
	size_t at = text_find(arn, '$', 0);

	while (at < arn.length && !text_starts_with(text_from(arn, at), variable))
		at = text_find(arn, '$', at + 1);
	*login = at < arn.length;
	if (!*login)
		return arena_text(arena, arn);
	return text_of(
		arena_printf(arena, "%.*s*%.*s", TEXT_ARGS(text_first(arn, at)), TEXT_ARGS(text_from(arn, at + variable.length))));
}

/* Those in entries of `principals` come first: they are about the ARNs of their entries alone. */
static void add_principals(struct quotas_making *making, const struct principal_options *entries,
	const struct quota_option_list *list)
{
	struct arena *arena = &making->generation->arena;

	make_room(making, QUOTA_PRINCIPAL, entries->count + list->count);
	for (size_t i = 0; !making->faults->out_of_memory && i < entries->count; i++) {
		const struct principal_option *entry = &entries->at[i];
		if (entry->refuse || !is_limit(&entry->limit))
			continue;
		struct quota_rule rule = { .place = place_of(making, "principals", i), .limit = limit_of(&entry->limit) };
		rule.name = arn_of(arena, entry->arn, &rule.login);
		add_rule(making, QUOTA_PRINCIPAL, rule);
	}
	for (size_t i = 0; !making->faults->out_of_memory && i < list->count; i++)
		add_rule(making, QUOTA_PRINCIPAL,
			(struct quota_rule){
				.name = arena_text(arena, text_of(list->at[i].name)),
				.place = place_of(making, "quotas.principals", i),
				.limit = limit_of(&list->at[i].limit),
			});
}

static bool counts_nothing(const struct quotas *quotas)
{
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		if (quotas->rules[scope].count)
			return false;
	return true;
}

void quotas_compile(struct generation *generation, const struct site_options *options, struct faults *faults)
{
	const struct quotas_option *quotas = &options->quotas;
	struct quotas_making making = { generation, faults };
	size_t before = faults->count;

	if (!quotas->given)
		return;
	generation->quotas.given = true;
	generation->quotas.accept = quotas->unavailable == QUOTA_UNAVAILABLE_ACCEPT;
	add_account(&making, &quotas->account);
	add_identities(&making, &quotas->identities);
	add_principals(&making, &options->principals, &quotas->principals);
	add_senders(&making, &quotas->senders);
	if (faults->count == before && counts_nothing(&generation->quotas))
		fault_note(faults,
			"quotas: has no limit, so nothing is counted; add \"account\", \"identities\", \"principals\" or \"senders\"");
}
