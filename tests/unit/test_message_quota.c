/* SPDX-License-Identifier: BSD-2-Clause */
/* message_quota: under which keys a message counts, and what a client is told whose limit is used up. */
#include "unit/check.h"
#include "unit/generation_of.h"

#include "ses/message_quota.h"
#include "quota/quota_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USER "arn:aws:iam::123456789012:user/"
#define POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":" \
	"\"arn:aws:ses:us-west-2:123456789012:identity/example.net\",\"Condition\":{\"StringEquals\":{\"ses:FromAddress\":\"no@example.net\"}}}}"

static const char *const identities[] = { "example.net", "a@example.net", "example.org" };
static struct principal_option clients[] = { { .login = "*", .arn = USER "${login}" }, { .arn = USER "rest" } };

static struct quota_option of_identities[] = { { "example.net", { .per_day = { true, 100 } } },
	{ "a@example.net", { .per_day = { true, 100 } } } };
static struct quota_option of_senders[] = { { "b@example.net", { .per_day = { true, 100 } } },
	{ "*@example.net", { .per_second = { true, 1000 } } }, { "*@example.com", { .per_second = { true, 1000 } } } };
static struct quota_option of_principals[] = { { USER "ann", { .per_day = { true, 100 } } } };

#define LIST(options) \
	{ \
		options, COUNT_OF(options) \
	}
static const struct quotas_option all = { .given = 1,
	.account = { ACCOUNT_LIMIT_SETTINGS, { .per_day = { true, 100 } } },
	.identities = LIST(of_identities),
	.senders = LIST(of_senders),
	.principals = LIST(of_principals) };
static const struct quotas_option senders_alone = { .given = 1, .senders = LIST(of_senders) };

static const struct {
	const char *name;
	const struct quotas_option *quotas;
	const char *login, *sender, *from;
	const char *want;
} cases[] = {
	{ "each scope", &all, "ann", "b@example.net", "b@example.net",
		"account; identity example.net; principal " USER "ann; sender b@example.net;" },
	{ "no limit for that client", &all, "bob", "b@example.net", "b@example.net",
		"account; identity example.net; sender b@example.net;" },
	/* a@example.net is an identity of its own; the sender counts by the pattern, under its name. */
	{ "the most specific identity, a pattern", &all, "bob", "a@example.net", "a@example.net",
		"account; identity a@example.net; sender a@example.net;" },
	{ "two senders", &all, "bob", "b@example.net", "a@example.net",
		"account; identity a@example.net; identity example.net; sender b@example.net;" },
	{ "an identity without a limit", &all, "bob", "x@example.org", "x@example.org", "account;" },
	{ "what the account does not know", &all, "bob", "x@example.com", "x@example.com", "account; sender x@example.com;" },
	{ "letters in a pattern", &senders_alone, "bob", "X@Example.net", "X@Example.net", "sender x@example.net;" },
	{ "letters in a name", &senders_alone, "bob", "B@Example.NET", "B@Example.NET", "sender b@example.net;" },
	{ "the null sender", &senders_alone, "bob", "", "a@example.net, B@example.net, c@example.org, a@example.net",
		"sender a@example.net; sender b@example.net;" },
	{ "nobody that has a limit", &senders_alone, "bob", "x@example.org", "a@example.net", "" },
};

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* "SCOPE NAME;" of each key, sorted. */
static void print_keys(const struct message_keys *keys, char *out, size_t room)
{
	char lines[QUOTA_KEYS_MAX][128];
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < keys->count; i++) {
		const struct text scope = quota_scope_name(keys->at[i].scope), name = keys->at[i].name;
		snprintf(lines[i], sizeof lines[i], "%.*s%s%.*s;", TEXT_ARGS(scope), name.length ? " " : "", TEXT_ARGS(name));
	}
	qsort(lines, keys->count, sizeof *lines, by_text);
	for (size_t i = 0; i < keys->count; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s", i ? " " : "", lines[i]);
}

static struct generation *site(const struct quotas_option *quotas)
{
	struct site_options options = { .identities = { identities, COUNT_OF(identities) },
		.principals = { clients, COUNT_OF(clients) },
		.form = FORM_IGNORE,
		.quotas = *quotas };

	return generation_of_site(POLICY, &options);
}

/* At its end. */
static struct message *message_at_end(const struct generation *generation, const char *login, const char *sender, const char *from)
{
	const struct client client = { .login = text_of(login), .headers_complete = true };
	const struct instant now = { .seconds = 1780000000 };
	struct message *message = message_new();
	char raw[64];

	assert_non_null(message);
	message_begin(message, generation, &client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", sender);
	assert_int_equal(message_sender(message, text_of(raw), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_recipient(message, TEXT("<x@example.com>"), TEXT(""), true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_data(message, true).action, OUTCOME_CONTINUE);
	assert_true(message_header(message, TEXT("From"), text_of(from)));
	assert_int_equal(message_headers_end(message, true).action, OUTCOME_CONTINUE);
	assert_int_equal(message_end(message).action, OUTCOME_CONTINUE);
	return message;
}

static void messages_have_their_keys(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct generation *generation = site(cases[i].quotas);
		struct message *message = message_at_end(generation, cases[i].login, cases[i].sender, cases[i].from);
		struct message_keys keys;
		char said[1024];

		CHECK_CASE(failures, cases[i].name, message_quota_keys(message, &keys) == MESSAGE_KEYS_FOUND);
		print_keys(&keys, said, sizeof said);
		CHECK_CASE(failures, cases[i].name, !strcmp(said, cases[i].want));
		if (strcmp(said, cases[i].want))
			print_error("%s\n", said);
		CHECK_CASE(failures, cases[i].name, message_quota_recipients(message) == 1);
		message_free(message);
		generation_free(generation);
	}
	assert_int_equal(failures, 0);
}

/* As many senders as there are keys pass, one more does not. */
static void a_crowd_cannot_be_counted(void **state)
{
	struct generation *generation = site(&senders_alone);

	(void)state;
	for (int senders = QUOTA_KEYS_MAX; senders <= QUOTA_KEYS_MAX + 1; senders++) {
		char from[4096] = "";
		struct message_keys keys;
		size_t used = 0;

		for (int i = 0; i < senders; i++)
			used += (size_t)snprintf(from + used, sizeof from - used, "%sn%d@example.net", i ? ", " : "", i);
		struct message *message = message_at_end(generation, "bob", "", from);
		if (senders == QUOTA_KEYS_MAX) {
			assert_int_equal(message_quota_keys(message, &keys), MESSAGE_KEYS_FOUND);
			assert_int_equal(keys.count, QUOTA_KEYS_MAX);
		} else {
			assert_int_equal(message_quota_keys(message, &keys), MESSAGE_KEYS_TOO_MANY);
			struct outcome outcome = message_quota_crowded(message, STAGE_EOM);
			assert_int_equal(outcome.action, OUTCOME_REFUSE);
			assert_int_equal(outcome.reason, REASON_CROWDED);
			assert_int_equal(outcome.stage, STAGE_EOM);
		}
		message_free(message);
	}
	generation_free(generation);
}

#define ACCOUNT_KEY \
	{ \
		.scope = QUOTA_ACCOUNT \
	}
#define KEY(scope_, name_) \
	{ \
		.scope = scope_, .name = { name_, sizeof(name_) - 1 } \
	}

static const struct {
	const char *name;
	struct quota_key key;
	enum quota_result result;
	struct quota_answer answer;
	enum outcome_action action;
	enum reason reason;
	const char *want;
} refusals[] = {
	{ "the day of the account", ACCOUNT_KEY, QUOTA_DAY_FULL, { .used = 200, .limit = 200, .retry_after = 3600 }, OUTCOME_REFUSE,
		REASON_QUOTA,
		"Throttling failure: Daily message quota exceeded for the account (200 of 200 recipients in 24 hours, about 60 min to go)" },
	{ "of one recipient, nobody knows how long", KEY(QUOTA_PRINCIPAL, USER "team/ann"), QUOTA_DAY_FULL,
		{ .used = -1, .limit = 1 }, OUTCOME_REFUSE, REASON_QUOTA,
		"Throttling failure: Daily message quota exceeded for user/team/ann (1 recipient in 24 hours)" },
	{ "a name that is no ARN", KEY(QUOTA_PRINCIPAL, "ann"), QUOTA_TOO_FAST, { .limit = 1000 }, OUTCOME_REFUSE, REASON_QUOTA,
		"Throttling failure: Maximum sending rate exceeded for ann (1 recipient a second)" },
	{ "a rate with parts", KEY(QUOTA_SENDER, "a@example.net"), QUOTA_TOO_FAST, { .limit = 12050 }, OUTCOME_REFUSE, REASON_QUOTA,
		"Throttling failure: Maximum sending rate exceeded for a@example.net (12.05 recipients a second)" },
	{ "a rate with a nought", KEY(QUOTA_SENDER, "a@example.net"), QUOTA_TOO_FAST, { .limit = 20000 }, OUTCOME_REFUSE,
		REASON_QUOTA, "Throttling failure: Maximum sending rate exceeded for a@example.net (20 recipients a second)" },
	{ "the least rate", KEY(QUOTA_SENDER, "a@example.net"), QUOTA_TOO_FAST, { .limit = 1 }, OUTCOME_REFUSE, REASON_QUOTA,
		"Throttling failure: Maximum sending rate exceeded for a@example.net (0.001 recipients a second)" },
	{ "too many at once", KEY(QUOTA_IDENTITY, "example.net"), QUOTA_TOO_LARGE, { .limit = 5 }, OUTCOME_REFUSE,
		REASON_QUOTA_SIZE, "Too many recipients: 9, example.net may send 5 in 24 hours" },
	{ "the store is away", ACCOUNT_KEY, QUOTA_UNAVAILABLE, { .limit = 0 }, OUTCOME_TROUBLE, REASON_QUOTA_UNAVAILABLE, NULL },
};

static void refusals_say_why(void **state)
{
	struct generation *generation = site(&all);
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		struct message *message = message_at_end(generation, "bob", "b@example.net", "b@example.net");
		struct outcome outcome = message_quota_refusal(message, STAGE_EOM, &refusals[i].key, refusals[i].result,
			&refusals[i].answer, 9);

		CHECK_CASE(failures, refusals[i].name,
			outcome.action == refusals[i].action && outcome.reason == refusals[i].reason);
		CHECK_CASE(failures, refusals[i].name, outcome.stage == STAGE_EOM);
		const char *want = refusals[i].want ? refusals[i].want : reason_rows[REASON_QUOTA_UNAVAILABLE].text;
		CHECK_CASE(failures, refusals[i].name, outcome.text && !strcmp(outcome.text, want));
		if (!outcome.text || strcmp(outcome.text, want))
			print_error("%s\n", outcome.text ? outcome.text : "nothing");
		message_free(message);
	}
	generation_free(generation);
	assert_int_equal(failures, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_have_their_keys),
		cmocka_unit_test(a_crowd_cannot_be_counted),
		cmocka_unit_test(refusals_say_why),
	};

	return cmocka_run_group_tests_name("message_quota", tests, NULL, NULL);
}
