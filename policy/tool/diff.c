/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "tool/diff_sides.h"
#include "tool/diff_values.h"
#include "tool/mail.h"
#include "tool/command_site.h"

#include <jansson.h>
#include <string.h>

/* Messages that are tried of each round; of more, this many, spread evenly. */
#define TRIES_MAX 100000

struct diff_options {
	struct diff_words words;
	bool json;
};

#define AT(member) offsetof(struct diff_options, member)

static const struct option_row rows[] = {
	{ "settings", "FILE", "settings for both", OPTION_TEXT, AT(words.settings), COMPLETE_PATH },
	{ "policy", "PATH", "policies of identities, for both, or OLD and NEW", OPTION_LIST, AT(words.of[DIFF_POLICY]),
		COMPLETE_PATH },
	{ "user-policy", "PATH", "policies of the user who sends, for both, or OLD and NEW", OPTION_LIST,
		AT(words.of[DIFF_USER_POLICY]), COMPLETE_PATH },
	{ "boundary", "PATH", "that user's permissions boundary, for both, or OLD and NEW", OPTION_LIST,
		AT(words.of[DIFF_BOUNDARY]), COMPLETE_PATH },
	{ "organization", "PATH", "service control policies of one level, the root's first, for both, or OLD and NEW", OPTION_LIST,
		AT(words.of[DIFF_ORGANIZATION]), COMPLETE_PATH },
	SITE_WORDS_STATE(struct diff_options, words),
	{ "json", NULL, "one JSON object for each difference", OPTION_FLAG, AT(json), COMPLETE_NONE },
};

const struct option_table diff_options = {
	.command = "diff",
	.summary =
		"Show a message for each way in which two sets of policies (files or folders) decide differently. They are\n"
		"evaluated with the values that occur in them, their edges, and values that occur in none.\n"
		"OLD and NEW are policies of identities. After --user-policy, --boundary or --organization they are policies of that type.",
	.operands = "OLD NEW",
	.operands_offset = AT(words.paths),
	.status = "0 no difference, 1 a difference was found, 2 something does not load.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

/* What is tried together. */
struct round {
	const struct generation *generations[2]; /* old, new */
	const char *context, *principal;         /* or NULL: as the settings say */
};

struct diff_search {
	const struct diff_options *options;
	struct diff_sides sides;
	struct diff_values values;
	struct arena arena; /* of what was found */
	struct message *message;
	const char **found; /* old and new statement of differences that were shown */
	size_t found_count;
	size_t sampled; /* rounds that were too large to be tried in full */
};

/* By whom, in words: "allowed", or the decision and its statement. NULL when memory is short. */
static const char *verdict_words(struct arena *arena, const struct mail *mail, const struct decided *decided)
{
	const struct outcome *outcome = &decided->outcome;
	const char *whom = "";
	char policy[96], sid[96];

	for (size_t i = 0; i < mail->recipient_count && outcome->action == OUTCOME_CONTINUE; i++)
		if (decided->refused[i].action == OUTCOME_REFUSE) {
			outcome = &decided->refused[i];
			whom = " of a recipient";
		}
	if (outcome->action == OUTCOME_CONTINUE)
		return "allowed";
	if (outcome->statement < 0)
		return arena_printf(arena, "%s%s at %s (%s)", decision_name(outcome->decision), whom, stage_name(outcome->stage),
			reason_rows[outcome->reason].word);
	snprintf(sid, sizeof sid, "%d", outcome->statement + 1);
	if (outcome->sid.length)
		text_escape(outcome->sid, sid, sizeof sid);
	return arena_printf(arena, "%s%s at %s by policy %s, statement %s", decision_name(outcome->decision), whom,
		stage_name(outcome->stage), text_escape(outcome->policy, policy, sizeof policy), sid);
}

static bool same_decision(const struct mail *mail, const struct decided *a, const struct decided *b)
{
	bool refused[2] = { a->outcome.action == OUTCOME_REFUSE, b->outcome.action == OUTCOME_REFUSE };

	if (refused[0] || refused[1])
		return refused[0] == refused[1];
	for (size_t i = 0; i < mail->recipient_count; i++)
		if (a->refused[i].action != b->refused[i].action)
			return false;
	return true;
}

static bool print_json(const struct round *round, const struct mail *mail, const char *const *words)
{
	char ip[IP_TEXT_SIZE], time[INSTANT_TEXT_SIZE];
	json_t *recipients = json_array(), *headers = json_array();
	bool good = recipients && headers;

	for (size_t i = 0; good && i < mail->recipient_count; i++) {
		struct text address = mail_address(mail->recipients[i]);
		good = !json_array_append_new(recipients, json_stringn(address.at, address.length));
	}
	for (size_t i = 0; good && i < mail->header_count; i++)
		good = !json_array_append_new(headers,
			json_sprintf("%.*s: %.*s", TEXT_ARGS(mail->headers[i].name), TEXT_ARGS(mail->headers[i].value)));
	struct text sender = mail_address(mail->sender);
	json_t *json = !good ? NULL
			     : json_pack("{s:s%, s:O, s:s, s:s%, s:b, s:s, s:O, s:s?, s:s?, s:s, s:s}", "sender", sender.at,
				       sender.length, "recipients", recipients, "client", ip_print(&mail->client.ip, ip), "login",
				       mail->client.login.length ? mail->client.login.at : "", mail->client.login.length, "tls",
				       mail->client.tls, "time", instant_print(&mail->time, time), "headers", headers, "context",
				       round->context, "principal", round->principal, "old", words[0], "new", words[1]);
	good = json && !json_dumpf(json, stdout, JSON_COMPACT) && putchar('\n') != EOF;
	json_decref(json);
	json_decref(recipients);
	json_decref(headers);
	return good;
}

static void print_text(const struct diff_search *search, const struct round *round, const struct mail *mail,
	const char *const *words)
{
	char shown[200], ip[IP_TEXT_SIZE], time[INSTANT_TEXT_SIZE];

	printf("%sfrom %s to", search->found_count > 1 ? "\n" : "", text_escape(mail->sender, shown, sizeof shown));
	for (size_t i = 0; i < mail->recipient_count; i++)
		printf(" %s", text_escape(mail->recipients[i], shown, sizeof shown));
	printf("\n  client %s%s", ip_print(&mail->client.ip, ip), mail->client.tls ? ", TLS" : "");
	if (mail->client.login.length)
		printf(", login %s", text_escape(mail->client.login, shown, sizeof shown));
	if (search->values.of[DIFF_TIME].count)
		printf(", at %s", instant_print(&mail->time, time));
	if (round->principal)
		printf(", as %s", text_escape(text_of(round->principal), shown, sizeof shown));
	if (round->context)
		printf(", with %s", text_escape(text_of(round->context), shown, sizeof shown));
	putchar('\n');
	for (size_t i = 0; i < mail->header_count; i++)
		printf("  %.*s: %s\n", TEXT_ARGS(mail->headers[i].name), text_escape(mail->headers[i].value, shown, sizeof shown));
	printf("  old: %s\n  new: %s\n", words[0], words[1]);
}

/* Show it if nothing of its kind has been shown. False when memory is short. */
static bool tell(struct diff_search *search, const struct round *round, const struct mail *mail, const struct decided *decided)
{
	const char *words[2] = { verdict_words(&search->arena, mail, &decided[0]),
		verdict_words(&search->arena, mail, &decided[1]) };
	const char *kind = words[0] && words[1] ? arena_printf(&search->arena, "%s\n%s", words[0], words[1]) : NULL;

	if (!kind)
		return false;
	for (size_t i = 0; i < search->found_count; i++)
		if (!strcmp(search->found[i], kind))
			return true;
	const char **grown = arena_array(&search->arena, search->found_count + 1, sizeof *grown);
	if (!grown)
		return false;
	if (search->found_count)
		memcpy(grown, search->found, search->found_count * sizeof *grown);
	grown[search->found_count++] = kind;
	search->found = grown;
	if (search->options->json)
		return print_json(round, mail, words);
	print_text(search, round, mail, words);
	return true;
}

/* Value number `pick` of a kind; past the last one, and of a kind without any: NULL. */
static const char *value_at(const struct diff_search *search, enum diff_kind kind, size_t pick)
{
	return pick < search->values.of[kind].count ? search->values.of[kind].at[pick] : NULL;
}

/* What one message is made of: how many choices there are of each part. */
enum diff_part {
	PART_SENDER,
	PART_RECIPIENTS,
	PART_CLIENT,
	PART_TIME,
	PART_NAME,
	PART_FEEDBACK,
	PART_SET,
	PART_LOGIN,
	PART_TLS,
	PART_TENANT,
	PARTS
};

static void count_choices(const struct diff_search *search, const struct round *round, size_t choices[PARTS])
{
	const struct word_list *of = search->values.of;
	bool tls = (round->generations[0]->sources | round->generations[1]->sources) & SOURCE_TLS;

	choices[PART_SENDER] = of[DIFF_SENDER].count;
	/* Each alone, then each with the last one, which no policy names. */
	choices[PART_RECIPIENTS] = 2 * of[DIFF_RECIPIENT].count;
	choices[PART_CLIENT] = of[DIFF_CLIENT].count;
	choices[PART_TIME] = of[DIFF_TIME].count + 1;
	/* And none at all. */
	choices[PART_NAME] = of[DIFF_NAME].count + 1;
	choices[PART_FEEDBACK] = of[DIFF_FEEDBACK].count + 1;
	choices[PART_SET] = of[DIFF_SET].count + 1;
	choices[PART_LOGIN] = of[DIFF_LOGIN].count + 1;
	choices[PART_TENANT] = of[DIFF_TENANT].count + 1;
	choices[PART_TLS] = tls ? 2 : 1;
}

/* Make the message of these picks. False when memory is short. */
static bool make(const struct diff_search *search, struct arena *arena, const size_t pick[PARTS], struct mail *mail)
{
	size_t recipients = search->values.of[DIFF_RECIPIENT].count;
	const char *sender = value_at(search, DIFF_SENDER, pick[PART_SENDER]), *name = value_at(search, DIFF_NAME, pick[PART_NAME]);
	const char *feedback = value_at(search, DIFF_FEEDBACK, pick[PART_FEEDBACK]),
		   *set = value_at(search, DIFF_SET, pick[PART_SET]);
	const char *time = value_at(search, DIFF_TIME, pick[PART_TIME]), *tenant = value_at(search, DIFF_TENANT, pick[PART_TENANT]);

	*mail = (struct mail){ .time = { 1764000000, 0 }, .sender = mail_argument(arena, sender) };
	mail->recipients = arena_array(arena, 2, sizeof *mail->recipients);
	mail->headers = arena_array(arena, 4, sizeof *mail->headers);
	if (!mail->sender.at || !mail->recipients || !mail->headers)
		return false;
	mail->recipients[mail->recipient_count++] = mail_argument(arena,
		value_at(search, DIFF_RECIPIENT, pick[PART_RECIPIENTS] % recipients));
	if (pick[PART_RECIPIENTS] >= recipients)
		mail->recipients[mail->recipient_count++] = TEXT("<named-nowhere@named-nowhere.invalid>");
	ip_parse(text_of(value_at(search, DIFF_CLIENT, pick[PART_CLIENT])), &mail->client.ip);
	if (time)
		instant_parse(text_of(time), &mail->time);
	mail->client.login = text_of(value_at(search, DIFF_LOGIN, pick[PART_LOGIN]));
	mail->client.tls = pick[PART_TLS];
	const char *from = name ? arena_printf(arena, "\"%s\" <%s>", name, sender) : NULL;
	if (from && !strpbrk(name, "\"\\"))
		mail->headers[mail->header_count++] = (struct mail_header){ TEXT("From"), text_of(from) };
	if (feedback)
		mail->headers[mail->header_count++] = (struct mail_header){ TEXT("Return-Path"), mail_argument(arena, feedback) };
	if (set)
		mail->headers[mail->header_count++] = (struct mail_header){ TEXT("X-SES-CONFIGURATION-SET"), text_of(set) };
	if (tenant)
		mail->headers[mail->header_count++] = (struct mail_header){ TEXT("X-SES-TENANT"), text_of(tenant) };
	return mail->recipients[0].at && (!name || from);
}

/* False when memory is short. */
static bool try(struct diff_search *search, const struct round *round, const size_t pick[PARTS], struct arena *arena)
{
	struct decided decided[2];
	struct mail mail;

	arena_reset(arena);
	if (!make(search, arena, pick, &mail))
		return false;
	for (int i = 0; i < 2; i++)
		if (!mail_decide(search->message, round->generations[i], &mail, arena, &decided[i]))
			return false;
	return same_decision(&mail, &decided[0], &decided[1]) || tell(search, round, &mail, decided);
}

static size_t common_factor(size_t a, size_t b)
{
	while (b) {
		size_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static bool try_round(struct diff_search *search, const struct round *round)
{
	size_t choices[PARTS], all = 1;
	struct arena arena = { 0 };
	bool good = true;

	count_choices(search, round, choices);
	for (size_t i = 0; i < PARTS; i++)
		all *= choices[i];
	/* A step without a common factor meets no message twice, and all parts in all their choices. */
	size_t tries = all < TRIES_MAX ? all : TRIES_MAX, step = all < TRIES_MAX ? 1 : all / TRIES_MAX + 1;
	while (common_factor(step, all) > 1)
		step++;
	search->sampled += all > TRIES_MAX;
	for (size_t i = 0; good && i < tries; i++) {
		size_t pick[PARTS], number = i * step % all;
		for (size_t part = 0; part < PARTS; part++) {
			pick[part] = number % choices[part];
			number /= choices[part];
		}
		good = try(search, round, pick, &arena);
	}
	arena_free(&arena);
	return good;
}

enum load_result { LOADED, UNLOADED, NO_MEMORY };

/* Both sets under these circumstances. The values are taken from the first round. */
static enum load_result round_run(struct diff_search *search, const char *context, const char *principal)
{
	struct word_list words = { &context, context ? 1 : 0 };
	struct command_site sites[2];
	struct round round = { .context = context, .principal = principal };
	enum load_result loaded = LOADED;
	int count = 0;

	for (; count < 2 && loaded == LOADED; count++) {
		if (!command_site_load_as(&sites[count], &search->sides.of[count], &words, principal))
			loaded = UNLOADED;
		round.generations[count] = sites[count].generation;
	}
	bool first = !context && !principal;
	if (loaded == LOADED && first)
		for (int i = 0; i < 2; i++)
			if (!diff_values_add(&search->values, sites[i].generation))
				loaded = NO_MEMORY;
	if (loaded == LOADED && !try_round(search, &round))
		loaded = NO_MEMORY;
	while (count-- > 0)
		command_site_free(&sites[count]);
	return loaded;
}

static enum load_result search_all(struct diff_search *search)
{
	enum load_result loaded = round_run(search, NULL, NULL);

	for (size_t i = 0; loaded == LOADED && i < search->values.of[DIFF_CONTEXT].count; i++)
		loaded = round_run(search, search->values.of[DIFF_CONTEXT].at[i], NULL);
	for (size_t i = 0; loaded == LOADED && i < search->values.of[DIFF_PRINCIPAL].count; i++)
		loaded = round_run(search, NULL, search->values.of[DIFF_PRINCIPAL].at[i]);
	return loaded;
}

static enum status run(const struct diff_options *options)
{
	struct diff_search search = { .options = options, .message = message_new() };

	if (!diff_sides_find(&options->words, &search.sides)) {
		message_free(search.message);
		return STATUS_TROUBLE;
	}
	enum load_result loaded = search.message ? search_all(&search) : NO_MEMORY;
	if (loaded == NO_MEMORY)
		fputs("ses-policy diff: memory is short\n", stderr);
	if (search.sampled)
		fprintf(stderr, "ses-policy diff: too many combinations of values; %d of each %s tried\n", TRIES_MAX,
			search.sampled == 1 ? "round was" : "of the rounds were");
	message_free(search.message);
	diff_values_free(&search.values);
	arena_free(&search.arena);
	return loaded != LOADED ? STATUS_TROUBLE : search.found_count ? STATUS_NO : STATUS_YES;
}

enum status command_diff(int argc, char **argv)
{
	struct diff_options options = { 0 };
	enum options_found found = options_read(&diff_options, argc, argv, &options);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	if (found == OPTIONS_READ)
		status = run(&options);
	options_free(&diff_options, &options);
	return status;
}
