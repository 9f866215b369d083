/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of a message is bounded, whatever it holds and whatever the policies
 * ask: beyond the bound it is refused in so many words. Policies that not even an
 * ordinary message could be asked of do not load.
 */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "value/glob.h"
#include "value/string_set.h"
#include "ses/message.h"
#include "ses/message_work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define DENY "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"*\",\"Condition\":{"

static const struct instant now = { .seconds = 1700000000 };

/* All that takes long passes here on its way. */
bool __real_glob_match_counted(struct text pattern, struct text value, struct work *work);
bool __wrap_glob_match_counted(struct text pattern, struct text value, struct work *work);
bool __real_string_set_holds(const struct string_set *set, struct text value, struct work *work);
bool __wrap_string_set_holds(const struct string_set *set, struct text value, struct work *work);
static size_t globs, look_ups;

bool __wrap_glob_match_counted(struct text pattern, struct text value, struct work *work)
{
	globs++;
	return __real_glob_match_counted(pattern, value, work);
}

bool __wrap_string_set_holds(const struct string_set *set, struct text value, struct work *work)
{
	look_ups++;
	return __real_string_set_holds(set, value, work);
}

/* A policy that is written piece by piece. */
struct writing {
	char *at;
	size_t used, room;
};

__attribute__((format(printf, 2, 3))) static void put(struct writing *w, const char *format, ...)
{
	va_list arguments;

	if (w->room - w->used < 4096) {
		w->room = 2 * w->room + 8192;
		w->at = realloc(w->at, w->room);
		assert_non_null(w->at);
	}
	va_start(arguments, format);
	w->used += (size_t)vsnprintf(w->at + w->used, w->room - w->used, format, arguments);
	va_end(arguments);
}

static char *repeated(const char *unit, size_t times)
{
	char *text = calloc(times, strlen(unit) + 1);

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		strcat(text + i * strlen(unit), unit);
	return text;
}

static void begin(struct writing *w)
{
	put(w,
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:SendEmail\",\"Resource\":\"" ARN
		"identity/example.net\"}");
}

/* One Deny with so many patterns under a key; %zu in the pattern is its number. */
static void deny_patterns(struct writing *w, const char *op, const char *key, const char *before, const char *behind, size_t count)
{
	put(w, "," DENY "\"%s\":{\"%s\":[", op, key);
	for (size_t i = 0; i < count; i++)
		put(w, "%s\"%s%zu%s\"", i ? "," : "", before, i, behind);
	put(w, "]}}}");
}

static struct generation *load(struct writing *w, enum from_address from)
{
	struct site_options options = { .from_address = from };

	put(w, "]}");
	struct generation *generation = generation_of_site(w->at, &options);
	free(w->at);
	*w = (struct writing){ 0 };
	return generation;
}

/* The message goes as far as it can; the last answer. `stage` tells each answer on the way, if it is not NULL. */
static struct outcome relay(const struct generation *generation, struct message *message, const char *sender, const char *recipient,
	size_t recipients, const char *from)
{
	static const struct client client;
	char raw[1200];

	globs = look_ups = 0;
	message_begin(message, generation, &client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", sender);
	struct outcome outcome = message_sender(message, text_of(raw), TEXT(""), true);
	if (outcome.action != OUTCOME_CONTINUE)
		return outcome;
	for (size_t i = 0; i < recipients; i++) {
		snprintf(raw, sizeof raw, "<%s%zu@x.test>", recipient, i);
		outcome = message_recipient(message, text_of(raw), TEXT(""), true);
		if (outcome.action != OUTCOME_CONTINUE)
			break;
	}
	struct outcome data = message_data(message, true);
	if (data.action != OUTCOME_CONTINUE)
		return data;
	/* Refused to a recipient, and then no more: that is no answer to work that is over. */
	assert_int_equal(outcome.action, OUTCOME_CONTINUE);
	if (from)
		assert_true(message_header(message, TEXT("From"), text_of(from)));
	outcome = message_headers_end(message, true);
	return outcome.action == OUTCOME_CONTINUE ? message_end(message) : outcome;
}

static void check_refused(const struct outcome *outcome, enum stage stage)
{
	assert_int_equal(outcome->action, OUTCOME_REFUSE);
	assert_int_equal(outcome->stage, stage);
	assert_int_equal(outcome->reason, REASON_TOO_MUCH_WORK);
	assert_string_equal(outcome->text, "Too much to check in one message; send it to fewer recipients, from fewer senders");
}

/* A long address against a thousand patterns made to differ late: so much is borne. Against many more it is not. */
static void a_sender_against_patterns(void **state)
{
	char *unit = repeated("a?", 200), *sender = repeated("a", 1000), before[512];
	struct message *message = message_new();

	(void)state;
	strcpy(sender + 960, "@example.net");
	snprintf(before, sizeof before, "*%s", unit);
	for (size_t count = 1000; count <= 20000; count *= 20) {
		struct writing w = { 0 };
		begin(&w);
		deny_patterns(&w, "StringLike", "ses:FromAddress", before, "b*", count);
		struct generation *generation = load(&w, FROM_ENVELOPE);
		struct outcome outcome = relay(generation, message, sender, "r", 3, NULL);
		if (count == 1000)
			assert_int_equal(outcome.action, OUTCOME_CONTINUE);
		else
			check_refused(&outcome, STAGE_MAIL);
		assert_in_range(globs, 1000, 4000);
		/* Ordinary mail is none the worse. */
		assert_int_equal(relay(generation, message, "no-reply@example.net", "ann", 50, NULL).action, OUTCOME_CONTINUE);
		generation_free(generation);
	}
	message_free(message);
	free(unit);
	free(sender);
}

/* A list of recipients against many statements, which wait for a header. */
static void recipients_against_statements(void **state)
{
	struct message *message = message_new();
	struct writing w = { 0 };

	(void)state;
	begin(&w);
	for (int i = 0; i < 1000; i++)
		put(&w,
			"," DENY "\"ForAllValues:StringLike\":{\"ses:Recipients\":[\"r*\",\"d%d\"]},"
			"\"StringNotLike\":{\"ses:FeedbackAddress\":[\"*@example.net\",\"e%d\"]}}}",
			i, i);
	struct generation *generation = load(&w, FROM_ENVELOPE);
	struct outcome outcome = relay(generation, message, "a@example.net", "r", 50, NULL);
	assert_int_equal(outcome.action, OUTCOME_CONTINUE);
	outcome = relay(generation, message, "a@example.net", "r", 20000, NULL);
	check_refused(&outcome, STAGE_DATA);
	assert_in_range(look_ups, MESSAGE_WORK_MAX / (8 * WORK_VALUE), MESSAGE_WORK_MAX / WORK_VALUE);
	generation_free(generation);
	message_free(message);
}

/* Many names in one From header, each against all patterns. */
static void names_against_patterns(void **state)
{
	char *unit = repeated("a?", 200), *name = repeated("a", 900), before[512], *from = calloc(100, 1000);
	struct message *message = message_new();
	struct writing w = { 0 };

	(void)state;
	assert_non_null(from);
	snprintf(before, sizeof before, "*%s", unit);
	for (size_t i = 0, used = 0; i < 60; i++)
		used += (size_t)sprintf(from + used, "%s%s <a%zu@d%zu.example>", i ? ", " : "", name, i, i);
	begin(&w);
	deny_patterns(&w, "StringLike", "ses:FromDisplayName", before, "b*", 1000);
	struct generation *generation = load(&w, FROM_BOTH);
	struct outcome outcome = relay(generation, message, "a@example.net", "r", 3, from);
	check_refused(&outcome, STAGE_EOH);
	assert_in_range(globs, 1000, 4000);
	outcome = relay(generation, message, "a@example.net", "r", 3, "Ann <a@example.net>, Bob <b@example.net>");
	assert_int_equal(outcome.action, OUTCOME_CONTINUE);
	generation_free(generation);
	message_free(message);
	free(unit);
	free(name);
	free(from);
}

/* Many senders, each of another identity, and thousands of resources to find for each. */
static void identities_against_resources(void **state)
{
	char *from = calloc(100, 100);
	struct message *message = message_new();
	struct writing w = { 0 };

	(void)state;
	assert_non_null(from);
	for (size_t i = 0, used = 0; i < 60; i++)
		used += (size_t)sprintf(from + used, "%sa@d%zu.example", i ? ", " : "", i);
	begin(&w);
	for (int i = 0; i < 20; i++) {
		put(&w, ",{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":[");
		for (int j = 0; j < 2000; j++)
			put(&w, "%s\"" ARN "identity/*x%d-%d.test\"", j ? "," : "", i, j);
		put(&w, "]}");
	}
	struct generation *generation = load(&w, FROM_BOTH);
	struct outcome outcome = relay(generation, message, "a@example.net", "r", 3, from);
	check_refused(&outcome, STAGE_EOH);
	outcome = relay(generation, message, "a@example.net", "r", 3, "a@example.net, b@example.net");
	assert_int_equal(outcome.action, OUTCOME_CONTINUE);
	generation_free(generation);
	message_free(message);
	free(from);
}

/* What a Deny says for certain is said, and not that it took too long. */
static void a_deny_is_told_first(void **state)
{
	char *unit = repeated("a?", 200), *sender = repeated("a", 1000), before[512];
	struct message *message = message_new();
	struct writing w = { 0 };

	(void)state;
	strcpy(sender + 960, "@example.net");
	snprintf(before, sizeof before, "*%s", unit);
	begin(&w);
	put(&w, "," DENY "\"StringLike\":{\"ses:FromAddress\":\"aaa*\"}}}");
	deny_patterns(&w, "StringNotLike", "ses:FromAddress", before, "b*", 20000);
	struct generation *generation = load(&w, FROM_ENVELOPE);
	struct outcome outcome = relay(generation, message, sender, "r", 3, NULL);
	assert_int_equal(outcome.reason, REASON_POLICY);
	assert_int_equal(outcome.statement, 1);
	generation_free(generation);
	message_free(message);
	free(unit);
	free(sender);
}

/* Questions about a sender who is named later may wait: they do not use up what the answer takes. */
static void early_answers_wait(void **state)
{
	enum { RECIPIENTS = 3000, STATEMENTS = 150 };
	struct message *message = message_new();
	struct writing w = { 0 };

	(void)state;
	begin(&w);
	for (int i = 0; i < STATEMENTS; i++)
		put(&w,
			"," DENY
			"\"ForAllValues:StringLike\":{\"ses:Recipients\":[\"r*\",\"d%d\"]},\"StringNotLike\":{\"ses:FromAddress\":[\"*@example.net\",\"e%d\"]}}}",
			i, i);
	struct generation *generation = load(&w, FROM_HEADER);
	struct outcome outcome = relay(generation, message, "a@example.net", "r", RECIPIENTS, "a@example.net");
	assert_int_equal(outcome.action, OUTCOME_CONTINUE);
	/* Asked at the end, once for each; and before that a part of it at most. */
	assert_in_range(look_ups, RECIPIENTS * STATEMENTS, RECIPIENTS * STATEMENTS + EARLY_WORK_MAX / WORK_VALUE + 2 * STATEMENTS);
	outcome = relay(generation, message, "a@example.net", "r", RECIPIENTS, "a@example.org");
	assert_int_equal(outcome.reason, REASON_POLICY);
	generation_free(generation);
	message_free(message);
}

static void what_is_too_dear_does_not_load(void **state)
{
	static const struct {
		const char *name, *op, *key, *before, *behind;
		size_t count;
		bool loads;
	} cases[] = {
		{ "recipients, anywhere", "ForAnyValue:StringLike", "ses:Recipients", "*x", "*", 1000, true },
		{ "too many recipients, anywhere", "ForAnyValue:StringLike", "ses:Recipients", "*x", "*", 10000, false },
		{ "recipients with a domain", "ForAnyValue:StringLike", "ses:Recipients", "*x", "*@example.net", 10000, true },
		{ "senders, anywhere", "StringLike", "ses:FromAddress", "*x", "*", 100000, true },
		{ "too many senders, anywhere", "StringLike", "ses:FromAddress", "*x", "*", 300000, false },
		{ "looked up", "ForAnyValue:StringLike", "ses:Recipients", "*@x", ".test", 100000, true },
		{ "variables", "ForAnyValue:StringLike", "ses:Recipients", "${aws:username}+", "@*", 5000, false },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct site_options options = { .from_address = FROM_ENVELOPE };
		struct writing w = { 0 };
		struct faults faults;

		begin(&w);
		put(&w, "," DENY "\"StringLike\":{\"aws:userid\":\"x\"}}},\n ");
		w.used--;
		deny_patterns(&w, cases[i].op, cases[i].key, cases[i].before, cases[i].behind, cases[i].count);
		put(&w, "]}");
		char *comma = strstr(w.at, "},\n,{");
		memcpy(comma, "}, \n{", 5);
		faults_init(&faults);
		const char *policy = w.at;
		struct generation *generation = generation_of(&policy, 1, &options, &faults);
		CHECK_CASE(failures, cases[i].name, !generation == !cases[i].loads);
		if (!generation && !cases[i].loads) {
			CHECK_CASE(failures, cases[i].name, faults.count == 1);
			CHECK_CASE(failures, cases[i].name,
				strstr(faults.first->text, "p0.json:2:1: Statement[2]: asking the policies would take too long: "));
		}
		generation_free(generation);
		faults_free(&faults);
		free(w.at);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sender_against_patterns),
		cmocka_unit_test(recipients_against_statements),
		cmocka_unit_test(names_against_patterns),
		cmocka_unit_test(identities_against_resources),
		cmocka_unit_test(a_deny_is_told_first),
		cmocka_unit_test(early_answers_wait),
		cmocka_unit_test(what_is_too_dear_does_not_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
