/* SPDX-License-Identifier: BSD-2-Clause */
/* plans: which questions are looked up when the policies are loaded, and that those beyond get the same answers. */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "iam/plan.h"
#include "ses/message.h"
#include "ses/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARN(name) "arn:aws:ses:us-west-2:123456789012:identity/" name
#define USER(name) "arn:aws:iam::123456789012:user/" name
#define DENY(rest) "{\"Effect\":\"Deny\",\"Action\":\"ses:*\"," rest "}"

/* Statements that each concern another part of the callers and identities. */
static const char policy[] =
	"{\"Version\":\"2012-10-17\",\"Statement\":[" DENY("\"Principal\":\"*\",\"Resource\":\"" ARN("a.example") "\",\"Condition\":{\"StringLike\":{\"ses:FromAddress\":\"x@*\"}}") "," DENY(
		"\"Principal\":\"*\",\"Resource\":\"" ARN(
			"b.example") "\",\"Condition\":{\"StringLike\":{\"ses:FromAddress\":\"y@*\"}}") "," DENY("\"Principal\":{\"AWS\":\"" USER("app") "\"},\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"ses:FromAddress\":\"z@*\"}}") "]}";

static struct principal_option rules[] = {
	{ .login = "app", .arn = USER("app") },
	{ .login = "*", .arn = USER("${login}") },
};

/* Of whom, for which identity (of the last: that is not known yet), concern how many scopes the message? -1: kept for nobody. */
static const struct {
	const char *name;
	size_t rule, identity;
	int scopes;
} kept[] = {
	{ "app, a.example", 0, 0, 2 },
	{ "app, b.example", 0, 1, 2 },
	{ "app, not known", 0, 2, 3 },
	{ "each by its login", 1, 0, -1 },
	{ "anybody else, a.example", 2, 0, 1 },
	{ "anybody else, b.example", 2, 1, 1 },
	{ "anybody else, not known", 2, 2, 2 },
};

static void plans_are_kept(void **state)
{
	struct site_options options = { .principals = { rules, COUNT_OF(rules) } };
	struct generation *generation = generation_of_site(policy, &options);
	size_t failures = 0;

	(void)state;
	assert_int_equal(generation->identity_count, 2);
	assert_int_equal(generation->principals.count, 3);
	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		const struct plan *const *plans = generation->principals.rules[kept[i].rule].plans;
		CHECK_CASE(failures, kept[i].name,
			kept[i].scopes < 0
				? !plans
				: plans && plans[kept[i].identity] && plans[kept[i].identity]->count == (size_t)kept[i].scopes);
	}
	assert_int_equal(failures, 0);
	generation_free(generation);
}

static enum outcome_action judged(const struct generation *generation, const char *login, const char *sender)
{
	const struct client client = { .login = text_of(login) };
	const struct instant now = { .seconds = 1800000000 };
	struct message *message = message_new();

	assert_non_null(message);
	message_begin(message, generation, &client, &now, false);
	struct outcome outcome = message_sender(message, text_of(sender), TEXT(""), true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(message);
	enum outcome_action action = outcome.action;
	message_free(message);
	return action;
}

static const struct {
	const char *login, *sender;
	enum outcome_action want;
} messages[] = {
	{ "app", "x@a.example", OUTCOME_REFUSE },
	{ "app", "y@a.example", OUTCOME_CONTINUE },
	{ "app", "z@b.example", OUTCOME_REFUSE },
	{ "app", "z@elsewhere.example", OUTCOME_REFUSE },
	{ "other", "x@a.example", OUTCOME_REFUSE },
	{ "other", "z@a.example", OUTCOME_CONTINUE },
	{ "", "y@b.example", OUTCOME_REFUSE },
	{ "", "z@b.example", OUTCOME_CONTINUE },
};

static void answers_are_right(void **state)
{
	struct site_options options = { .from_address = FROM_ENVELOPE, .principals = { rules, COUNT_OF(rules) } };
	struct generation *generation = generation_of_site(policy, &options);
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(messages); i++)
		CHECK_CASE(failures, messages[i].sender,
			judged(generation, messages[i].login, messages[i].sender) == messages[i].want);
	assert_int_equal(failures, 0);
	generation_free(generation);
}

/* The last of the names, and the sender who is not known yet, have plans, the first ones have not. */
#define MANY 60000
#define NAME_SIZE 24

static void memory_is_bounded(void **state)
{
	char(*names)[NAME_SIZE] = calloc(MANY, sizeof *names), path[64];
	const char **list = calloc(MANY, sizeof *list);
	struct site_options options = { .from_address = FROM_ENVELOPE };

	(void)state;
	assert_true(names && list);
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], NAME_SIZE, "i%05zu.example", i);
		list[i] = names[i];
	}
	options.identities = (struct string_list){ list, MANY };
	struct generation *generation =
		generation_of_site("{\"Version\":\"2012-10-17\",\"Statement\":[" DENY("\"Principal\":\"*\",\"Resource\":\"" ARN(
					   "*") "\","
						"\"Condition\":{\"StringLike\":{\"ses:FromAddress\":\"x@*\"}}") "]}",
			&options);
	const struct plan *const *plans = generation->principals.rules[0].plans;
	size_t count = 0;
	assert_non_null(plans);
	while (count <= MANY && plans[MANY - count])
		count++;
	/* Each is more than a hundred bytes. */
	assert_in_range(count, 1000, PLANS_MAX / 100);
	for (size_t i = count; i <= MANY; i++)
		assert_null(plans[MANY - i]);
	for (size_t i = 0; i < MANY; i += MANY - 1) {
		snprintf(path, sizeof path, "x@%s", names[i]);
		assert_int_equal(judged(generation, "", path), OUTCOME_REFUSE);
		path[0] = 'y';
		assert_int_equal(judged(generation, "", path), OUTCOME_CONTINUE);
	}
	generation_free(generation);
	free(list);
	free(names);
}

/* So many scopes with wildcards that each question would go through all of them, for so many identities. */
#define SCOPES 1000

static void work_is_bounded(void **state)
{
	static const char head[] = "{\"Version\":\"2012-10-17\",\"Statement\":[", tail[] = "]}";
	char *text = malloc(SCOPES * 200), (*names)[NAME_SIZE] = calloc(SCOPES, sizeof *names), *at = text;
	const char **list = calloc(SCOPES, sizeof *list);
	struct site_options options = { .account = "123456789012", .region = "us-west-2" };
	size_t count = 0;

	(void)state;
	assert_true(text && names && list);
	at = stpcpy(at, head);
	for (size_t i = 0; i < SCOPES; i++) {
		at += sprintf(at, "%s" DENY("\"Principal\":\"*\",\"Resource\":\"" ARN("*.team%zu.example") "\""), i ? "," : "", i);
		snprintf(names[i], NAME_SIZE, "i%05zu.example", i);
		list[i] = names[i];
	}
	strcpy(at, tail);
	options.identities = (struct string_list){ list, SCOPES };
	struct generation *generation = generation_of_site(text, &options);
	const struct plan *const *plans = generation->principals.rules[0].plans;
	assert_non_null(plans);
	for (size_t i = 0; i <= SCOPES; i++)
		count += plans[i] != NULL;
	/* Each looks at all. */
	assert_int_equal(count, PLANS_WORK_MAX / (SCOPES + 1));
	assert_non_null(plans[SCOPES]);
	generation_free(generation);
	free(list);
	free(names);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_kept),
		cmocka_unit_test(answers_are_right),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(work_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
