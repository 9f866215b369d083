/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/lint_settings.h"

#include "lint/check_connection.h"
#include "lint/clients.h"
#include "lint/load_fault.h"
#include "lint/check_common.h"
#include "ses/identity.h"

/* Findings are told as those of a document are. */
struct looking {
	struct lint *lint;
	const struct site_options *options;
	const struct principal_map *map; /* NULL: the list does not load */
	struct subject subject;
	unsigned told[KINDS];
};

/* A member of element `index` of a list of the settings; NULL: the element. */
static const struct json_path *place_in(struct place *place, const char *list, size_t index, const char *member)
{
	place->steps[0] = (struct json_path){ .member = list };
	place->steps[1] = (struct json_path){ .parent = &place->steps[0], .index = index };
	place->steps[2] = (struct json_path){ .parent = &place->steps[1], .member = member };
	return place->path = &place->steps[member ? 2 : 1];
}

static const char *rule_name(const struct looking *looking, const struct principal_rule *rule)
{
	size_t index = (size_t)(rule - looking->map->rules);

	if (index == looking->map->count - 1)
		return "user/smtp-relay, since no entry fits it";
	return subject_say(&looking->subject, "that of principals[%zu]%s", index, rule->any_login ? ", \"*\"" : "");
}

/* Each login that has an entry, in its other spelling. */
static void logins_fall(const struct looking *looking)
{
	const struct subject *subject = &looking->subject;
	const struct principal_map *map = looking->map;
	struct arena arena = { 0 };
	struct caller caller;
	struct place place;

	for (size_t i = 0; i + 1 < map->count && !subject_has_enough(subject, KIND_LOGIN_FALLS_OPEN); i++) {
		if (!map->rules[i].login.length)
			continue;
		struct text other = clients_other_spelling(&arena, map->rules[i].login);
		const struct principal_rule *opening = clients_opening(map, &arena, i, other, &caller);
		if (opening)
			subject_report(subject, KIND_LOGIN_FALLS_OPEN, place_in(&place, "principals", i, "login"),
				subject_say(subject,
					"the same account may log in as \"%s\", which this entry does not fit. Name the realms of your logins in "
					"\"login_realms\"; if they have none, write []",
					subject_show(subject, other)),
				subject_say(subject, "its principal would be %s", rule_name(looking, opening)));
		arena_reset(&arena);
	}
	subject->findings->out_of_memory |= arena.failed;
	arena_free(&arena);
}

static bool is_for_everyone(const struct principal_rule *rule)
{
	return !rule->any_login && !rule->login.length && !rule->has_network;
}

static bool network_covers(const struct ip_network *a, const struct ip_network *b)
{
	return a->prefix <= b->prefix && ip_network_holds(a, &b->first);
}

/* Does `a` fit every client that `b` fits? */
static bool rule_covers(const struct principal_rule *a, const struct principal_rule *b)
{
	if (a->any_login ? !b->any_login && !b->login.length : a->login.length && !text_equals(a->login, b->login))
		return false;
	return !a->has_network || (b->has_network && network_covers(&a->network, &b->network));
}

static void tell_covered(const struct looking *looking, const char *list, size_t covering, size_t covered)
{
	struct place place;

	subject_report(&looking->subject, KIND_NEVER_COUNTS, place_in(&place, list, covered, NULL),
		subject_say(&looking->subject,
			"%s[%zu] fits every client that this entry fits, and the first that fits counts; put this one in front, or "
			"remove it",
			list, covering),
		NULL);
}

static void principals_covered(const struct looking *looking)
{
	const struct principal_map *map = looking->map;

	for (size_t i = 1; i + 1 < map->count && !subject_has_enough(&looking->subject, KIND_NEVER_COUNTS); i++)
		for (size_t j = 0; j < i; j++)
			if (rule_covers(&map->rules[j], &map->rules[i])) {
				tell_covered(looking, "principals", j, i);
				break;
			}
}

static void networks_covered(const struct looking *looking)
{
	const struct network_options *options = &looking->options->networks;
	struct ip_network *networks = arena_array(&looking->lint->findings.arena, options->count, sizeof *networks);

	if (!networks) {
		looking->lint->findings.out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < options->count; i++)
		if (!subject_network(&looking->subject, text_of(options->at[i].network), &networks[i]))
			return;
	for (size_t i = 1; i < options->count && !subject_has_enough(&looking->subject, KIND_NEVER_COUNTS); i++)
		for (size_t j = 0; j < i; j++)
			if (network_covers(&networks[j], &networks[i])) {
				tell_covered(looking, "networks", j, i);
				break;
			}
}

static void not_closed(const struct looking *looking)
{
	const struct principal_map *map = looking->map;
	const struct json_path path = { .member = "principals" };
	struct place place;

	if (map->count < 2)
		return;
	size_t last = map->count - 2;
	const struct principal_rule *rule = &map->rules[last];
	const struct string_list *policies = &looking->options->principals.at[last].policies;
	if (is_for_everyone(rule) && policies->at && !policies->count)
		subject_report(&looking->subject, KIND_EMPTY_POLICIES, place_in(&place, "principals", last, "policies"),
			"this does not close the list; {\"refuse\": true} in place of the entry does", NULL);
	/* IAM says what user/smtp-relay may do, and whom it does not have is refused. */
	if (!is_for_everyone(rule) && !looking->options->iam)
		subject_report(&looking->subject, KIND_NOT_CLOSED, &path,
			"a client that fits no entry is user/smtp-relay; end the list with {\"refuse\": true}, or with an entry for the others",
			NULL);
}

static void keys_known(const struct looking *looking, const struct map *context, const struct json_path *parent)
{
	const struct subject *subject = &looking->subject;

	for (size_t i = 0; i < context->count; i++) {
		struct text key = text_of(context->at[i].name);
		const struct json_path inner = { .parent = parent, .member = "context" };
		const struct json_path path = { .parent = &inner, .member = context->at[i].name, .at_key = true };
		const char *near = key_find(key) ? NULL : check_nearest_key(key);
		if (near)
			subject_report(subject, KIND_SETTINGS_KEY, &path,
				subject_say(subject, "there is no key \"%s\"; did you mean \"%s\"?", subject_show(subject, key),
					near),
				NULL);
	}
}

static void contexts(const struct looking *looking)
{
	const struct site_options *options = looking->options;
	struct place place;

	keys_known(looking, &options->context, NULL);
	for (size_t i = 0; i < options->networks.count; i++)
		keys_known(looking, &options->networks.at[i].context, place_in(&place, "networks", i, NULL));
	for (size_t i = 0; i < options->principals.count; i++)
		keys_known(looking, &options->principals.at[i].context, place_in(&place, "principals", i, NULL));
}

/* A set that is given to a name which is nearly an identity. */
static void configuration_sets(const struct looking *looking)
{
	const struct site_options *options = looking->options;
	const struct subject *subject = &looking->subject;
	const struct json_path list = { .member = "configuration_sets" };

	for (size_t i = 0; i < options->configuration_sets.count; i++) {
		const struct json_path path = { .parent = &list, .member = options->configuration_sets.at[i].name, .at_key = true };
		struct text name = text_of(options->configuration_sets.at[i].name), identity;
		enum mailbox_kind kind = identity_read(&looking->lint->findings.arena, name,
			(enum mailbox_case)options->address_case, &identity);
		if (kind == MAILBOX_MEMORY)
			looking->lint->findings.out_of_memory = true;
		if (kind != MAILBOX_ADDRESS)
			continue;
		const char *near = check_nearest(identity, options->identities.at, options->identities.count,
			identity.length / 6 + 1);
		if (near && !text_equals_fold(text_of(near), identity))
			subject_report(subject, KIND_SET_IDENTITY, &path,
				subject_say(subject, "\"%s\" is none of \"identities\"; did you mean \"%s\"?",
					subject_show(subject, name), subject_show(subject, text_of(near))),
				NULL);
	}
}

/* Why there is no list. */
static void tell_faults(const struct looking *looking, const char *file)
{
	struct lint *lint = looking->lint;
	struct principal_map map;
	struct faults faults;

	faults_init(&faults);
	clients_compile(&lint->findings.arena, looking->options, lint->options.site.account, &map, &faults);
	load_faults_report(&lint->findings, file, NULL, &faults);
	faults_free(&faults);
}

void lint_settings(struct lint *lint, const struct json_source *source)
{
	struct looking looking = { .lint = lint, .options = lint->options.site.options, .map = lint->options.site.clients };
	size_t first = lint->findings.count;

	looking.subject = (struct subject){
		.findings = &lint->findings,
		.site = &lint->options.site,
		.file = source->file,
		.now = lint->options.now,
		.source = source,
		.told = looking.told,
	};
	if (looking.map) {
		if (!looking.options->login_realms.at)
			logins_fall(&looking);
		not_closed(&looking);
		principals_covered(&looking);
	} else {
		tell_faults(&looking, source->file);
	}
	networks_covered(&looking);
	contexts(&looking);
	configuration_sets(&looking);
	check_connection_egress(&looking.subject, looking.options);
	subject_close(&looking.subject);
	findings_sort(&lint->findings, first);
}
