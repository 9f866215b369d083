/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message, over random policies and mail: an early answer is the answer of the
 * complete message, a refused recipient is as if never named, a message whose
 * addresses the MTA completes is allowed if it is in each reading, one of a relay with
 * several addresses if it is from each, a long list costs no more per recipient than a short one, and no failing allocation ends in
 * an accept.
 */
#include "unit/check.h"
#include "unit/generation_of.h"
#include "unit/random_site.h"
#include "unit/short_memory.h"

#include "ses/message_report.h"
#include "ses/needs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_FORMS = 3 };

/*
 * What the client writes, what the MTA says of it, and, where that is another address, how it may be read: as written, as
 * the MTA tells it, as the MTA relays it. `quoted`: in more ways than that.
 */
static const struct argument {
	const char *raw, *completed;
	const char *read[READ_FORMS];
	bool quoted;
} senders[] = {
	{ "<a@example.net>", "", { 0 }, false },
	{ "<b@example.net>", "", { 0 }, false },
	{ "<a@sub.example.net>", "", { 0 }, false },
	{ "<a@example.com>", "a@example.com", { 0 }, false },
	{ "<>", "", { 0 }, false },
	{ "<a@>", "", { 0 }, false },
	{ "<A@example.net>", "a@example.net", { 0 }, false },
	{ "<a@host>", "a@example.net", { "a@host", "a@example.net", "a@example.net" }, false },
	{ "<A@sub>", "a@sub.example.net", { "A@sub", "a@sub.example.net", "A@sub.example.net" }, false },
	{ "<a@example.com>", "a@example.net", { "a@example.com", "a@example.net", "a@example.net" }, false },
	{ "<b%x.test@example.net>", "b@x.test", { "b%x.test@example.net", "b@x.test", "b%x.test@example.net" }, false },
	{ "<\"a\"@example.net>", "\"a\"@example.net", { 0 }, true },
	{ "<\"a\"@host>", "\"a\"@example.net", { 0 }, true },
};
static const struct argument recipients[] = {
	{ "<ceo@example.org>", "", { 0 }, false },
	{ "<x@evil.example>", "", { 0 }, false },
	{ "<y@x.test>", "y@x.test", { 0 }, false },
	{ "<A@example.org>", "a@example.org", { 0 }, false },
	{ "<a@example.net>", "", { 0 }, false },
	{ "<x@evil.example.>", "", { 0 }, false },
	{ "<a@>", "", { 0 }, false },
	{ "<CEO@org>", "ceo@example.org", { "CEO@org", "ceo@example.org", "CEO@example.org" }, false },
	{ "<x@evil>", "x@evil.example", { "x@evil", "x@evil.example", "x@evil.example" }, false },
	{ "<a@example.org>", "a@evil.example", { "a@example.org", "a@evil.example", "a@evil.example" }, false },
	{ "<a@host>", "a@example.net", { "a@host", "a@example.net", "a@example.net" }, false },
	{ "<\"ceo\"@example.org>", "\"ceo\"@example.org", { 0 }, true },
};
static const struct header_line {
	const char *name, *value;
} headers[] = {
	{ "From", "a@example.net" },
	{ "From", "Ann <a@example.net>" },
	{ "from", "Bob <b@example.net>, a@example.net" },
	{ "From", "\"Ann\" <a@example.com>" },
	{ "FROM", "nobody" },
	{ "From", "a@host" },
	{ "From", "Bob <\"a\"@example.net>" },
	{ "From", "team: a@example.net, a@sub.example.net;" },
	{ "Sender", "a@example.com" },
	{ "Return-Path", "<bounce@example.net>" },
	{ "Return-Path", "<>" },
	{ "Subject", "x" },
	{ "Return-Path", "<\"a\"@example.net>" },
	{ "Return-Path", "<a@example.net>" },
	{ "X-SES-SOURCE-ARN", "arn:aws:ses:us-west-2:123456789012:identity/example.net" },
	{ "X-SES-From-ARN", "arn:aws:ses:us-west-2:210987654321:identity/example.com" },
	{ "X-SES-CONFIGURATION-SET", "set" },
	{ "X-SES-CONFIGURATION-SET", "other" },
	{ "X-SES-CONFIGURATION-SET", "no set" },
	{ "X-SES-TENANT", "t1" },
	{ "x-ses-tenant", "t2" },
	{ "X-SES-MESSAGE-TAGS", "a=b" },
	{ "Full-Name", "Ann" },
	{ "Full-Name", "<Ann" },
};
static const struct instant now = { .seconds = 1700000000 };

struct random_mail {
	struct client client;
	const struct argument *sender;
	const struct argument *recipients[8];
	size_t count;
	const struct header_line *headers[4];
	size_t header_count;
};

static void random_headers(uint64_t *seed, struct random_mail *mail)
{
	mail->header_count = check_below(seed, COUNT_OF(mail->headers));
	for (size_t i = 0; i < mail->header_count; i++)
		mail->headers[i] = &PICK(seed, headers);
}

static struct random_mail random_mail(uint64_t *seed)
{
	struct random_mail mail = { .sender = &PICK(seed, senders), .count = 1 + check_below(seed, 5) };

	for (size_t i = 0; i < mail.count; i++)
		mail.recipients[i] = &PICK(seed, recipients);
	mail.client.headers_complete = !check_below(seed, 3);
	mail.client.tls = check_below(seed, 2);
	random_headers(seed, &mail);
	if (check_below(seed, 4))
		assert_true(ip_parse(text_of(PICK(seed, random_addresses)), &mail.client.ip));
	return mail;
}

static void show_headers(struct message *message, const struct random_mail *mail)
{
	for (size_t i = 0; i < mail->header_count; i++)
		assert_true(message_header(message, text_of(mail->headers[i]->name), text_of(mail->headers[i]->value)));
}

static struct outcome say_sender(struct message *message, const struct argument *argument, bool tells)
{
	return message_sender(message, text_of(argument->raw), text_of(argument->completed), tells);
}

static struct outcome say_recipient(struct message *message, const struct argument *argument, bool tells)
{
	return message_recipient(message, text_of(argument->raw), text_of(argument->completed), tells);
}

/* Is the complete message allowed, judged only at its end? */
static bool allowed_outcome(struct message *message, const struct generation *generation, const struct random_mail *mail,
	struct outcome *outcome)
{
	message_begin(message, generation, &mail->client, &now, true);
	assert_int_equal(say_sender(message, mail->sender, false).action, OUTCOME_CONTINUE);
	for (size_t i = 0; i < mail->count; i++)
		assert_int_equal(say_recipient(message, mail->recipients[i], false).action, OUTCOME_CONTINUE);
	assert_int_equal(message_data(message, false).action, OUTCOME_CONTINUE);
	show_headers(message, mail);
	*outcome = message_end(message);
	return outcome->action == OUTCOME_CONTINUE;
}

static bool allowed(struct message *message, const struct generation *generation, const struct random_mail *mail)
{
	struct outcome outcome;

	return allowed_outcome(message, generation, mail, &outcome);
}

/* The complete message is refused, for good or for now as `early` is. */
static void refused_alike(struct message *message, const struct generation *generation, const struct random_mail *mail,
	enum reason early)
{
	struct outcome outcome;

	assert_false(allowed_outcome(message, generation, mail, &outcome));
	assert_int_equal(*reason_rows[outcome.reason].code, *reason_rows[early].code);
}

/* No message that begins like this one may be allowed; `complete`: nor this one, of which nothing is to come. */
static void doomed(struct message *message, const struct generation *generation, struct random_mail begun, enum reason early,
	bool complete, uint64_t *seed)
{
	if (complete) {
		refused_alike(message, generation, &begun, early);
		return;
	}
	for (int i = 0; i < 6; i++) {
		struct random_mail mail = begun;
		size_t more = check_below(seed, 3) + (begun.count == 0);

		while (more-- && mail.count < COUNT_OF(mail.recipients))
			mail.recipients[mail.count++] = &PICK(seed, recipients);
		random_headers(seed, &mail);
		refused_alike(message, generation, &mail, early);
	}
}

/* Whatever headers come, the message is refused. */
static void doomed_headers(struct message *message, const struct generation *generation, struct random_mail mail, enum reason early,
	uint64_t *seed)
{
	for (int i = 0; i < 6; i++) {
		random_headers(seed, &mail);
		doomed(message, generation, mail, early, true, seed);
	}
}

/*
 * The recipient that came last was refused. Nobody may then get a message that names it; but that SES sends it nothing
 * takes nothing from the others: a message to it alone is refused.
 */
static void doomed_recipient(struct message *message, const struct generation *generation, struct random_mail mail,
	enum reason early, uint64_t *seed)
{
	if (early != REASON_SUPPRESSED) {
		doomed(message, generation, mail, early, false, seed);
		return;
	}
	mail.recipients[0] = mail.recipients[mail.count - 1];
	mail.count = 1;
	doomed_headers(message, generation, mail, early, seed);
}

/* An address as somebody reads it who reads in this way. */
static const struct argument *read_as(const struct argument *argument, size_t form, struct argument *out)
{
	if (!argument->read[form])
		return argument;
	*out = (struct argument){ .raw = argument->read[form], .completed = argument->read[form] };
	return out;
}

/*
 * Who reads one address in one way reads all of them so: the message is allowed if each of those messages is, in which no
 * address has two forms. False: it has an address in quotes, which those messages have in ways that never meet.
 */
static bool allowed_in_each_reading(struct message *message, const struct generation *generation, const struct random_mail *mail,
	bool *each)
{
	bool quoted = mail->sender->quoted;

	for (size_t i = 0; i < mail->count; i++)
		quoted = quoted || mail->recipients[i]->quoted;
	*each = true;
	for (size_t form = 0; form < READ_FORMS; form++) {
		struct argument sender, other[COUNT_OF(mail->recipients)];
		struct random_mail one = *mail;
		one.sender = read_as(mail->sender, form, &sender);
		for (size_t i = 0; i < mail->count; i++)
			one.recipients[i] = read_as(mail->recipients[i], form, &other[i]);
		*each = allowed(message, generation, &one) && *each;
	}
	return !quoted;
}

/*
 * What the relay's own connection makes of a message: `of_client` has the same policies, which speak of the client, and the
 * relay's addresses are its clients one after another.
 */
static bool allowed_from_each(struct message *message, const struct generation *of_client, const struct connection *connection,
	const struct random_mail *mail)
{
	bool each = true;
	struct random_mail one = *mail;

	one.client.tls = true;
	one.client.ip = (struct ip){ 0 };
	for (size_t i = 0; i < connection->egress_count; i++) {
		one.client.ip = connection->egress[i].ip;
		each = allowed(message, of_client, &one) && each;
	}
	return connection->egress_count ? each : allowed(message, of_client, &one);
}

/* The same by the relay's own. Policies that cannot match from there make it look at fewer headers, and so find fewer that are bad. */
static void relay_agrees(struct message *message, struct generation *generation, const struct generation *of_client,
	const struct random_mail *mail, bool from_each)
{
	bool any = generation->wants_headers, from = generation->wants_from, set = generation->wants_configuration_set;
	bool own = allowed(message, generation, mail);

	generation->wants_headers = of_client->wants_headers;
	generation->wants_from = of_client->wants_from;
	generation->wants_configuration_set = of_client->wants_configuration_set;
	struct outcome outcome;
	bool looking = allowed_outcome(message, generation, mail, &outcome);
	generation->wants_headers = any;
	generation->wants_from = from;
	generation->wants_configuration_set = set;
	assert_true(looking == from_each);
	assert_true(own || !looking);
	assert_true(!own || looking || outcome.reason != REASON_POLICY);
}

/* What a run came to: for each stage the answer, and what is left of the message. */
struct course {
	struct random_mail left;
	size_t steps;
	enum outcome_action actions[16];
	int statements[16];
	enum reason reasons[16];
	bool passed;
};

static bool step(struct course *course, const struct generation *generation, struct outcome outcome, bool all)
{
	course->actions[course->steps] = outcome.action;
	course->statements[course->steps] = outcome.statement;
	course->reasons[course->steps++] = outcome.reason;
	assert_int_not_equal(outcome.action, OUTCOME_TROUBLE);
	if (outcome.action == OUTCOME_REFUSE && all && outcome.reason != REASON_BAD_SENDER &&
		outcome.reason != REASON_BAD_RECIPIENT)
		assert_true(generation->may_refuse[outcome.stage]);
	return outcome.action == OUTCOME_CONTINUE;
}

/* `tells`: bit s is set if stage s can tell a refusal. If `seed` is given, refusals are held against complete messages. */
static struct course run(struct message *message, struct message *other, const struct generation *generation,
	const struct random_mail *mail, unsigned tells, uint64_t *seed)
{
	struct course course = { .left = *mail };
	bool all = (tells & 15) == 15;

	course.left.count = 0;
	message_begin(message, generation, &mail->client, &now, true);
	if (!step(&course, generation, say_sender(message, mail->sender, tells & 1), all)) {
		if (seed)
			doomed(other, generation, course.left, course.reasons[0], false, seed);
		return course;
	}
	for (size_t i = 0; i < mail->count; i++) {
		struct outcome outcome = say_recipient(message, mail->recipients[i], tells & 2);
		course.left.recipients[course.left.count++] = mail->recipients[i];
		if (step(&course, generation, outcome, all))
			continue;
		if (seed)
			doomed_recipient(other, generation, course.left, outcome.reason, seed);
		course.left.count--;
	}
	/* No MTA goes on without a recipient. */
	if (!course.left.count)
		return course;
	if (!step(&course, generation, message_data(message, tells & 4), all)) {
		if (seed)
			doomed_headers(other, generation, course.left, course.reasons[course.steps - 1], seed);
		return course;
	}
	show_headers(message, mail);
	course.passed = (!generation->wants_headers || step(&course, generation, message_headers_end(message, tells & 8), all)) &&
		step(&course, generation, message_end(message), all);
	if (!course.passed && seed)
		doomed(other, generation, course.left, course.reasons[course.steps - 1], true, seed);
	return course;
}

static bool same_course(const struct course *a, const struct course *b)
{
	bool same = a->steps == b->steps && a->passed == b->passed;

	for (size_t i = 0; same && i < a->steps; i++)
		same = a->actions[i] == b->actions[i] && a->statements[i] == b->statements[i] && a->reasons[i] == b->reasons[i];
	return same;
}

/* Of the null sender policies may be asked until the end: what is paused only now waits for it. */
static bool waits_for_nobody(const struct generation *generation, const struct random_mail *mail)
{
	return generation->account_state.loaded && generation->from_address == FROM_ENVELOPE && !strcmp(mail->sender->raw, "<>");
}

/* What the account's state has refused must have come up. */
/* By the first reason with its word. */
static const enum reason account_reasons[] = { REASON_PAUSED, REASON_SET_PAUSED, REASON_TENANT_PAUSED, REASON_UNKNOWN_SET,
	REASON_UNKNOWN_TENANT, REASON_TENANT_RESOURCE, REASON_SUPPRESSED, REASON_UNKNOWN_IDENTITY, REASON_UNVERIFIED_RECIPIENT };

static void early_is_final(void **state)
{
	struct message *message = message_new(), *other = message_new();
	uint64_t seed = 20;
	size_t passed = 0, at_mail = 0, at_recipient = 0, at_data = 0, at_headers = 0, completed = 0;
	size_t relayed = 0, of_several = 0;
	size_t of_account[REASONS] = { 0 };

	(void)state;
	for (int i = 0; i < 1500; i++) {
		uint64_t again = seed;
		struct generation *generation = random_generation(&seed, false), *of_client = random_generation(&again, true);

		for (int j = 0; j < 12; j++) {
			struct random_mail mail = random_mail(&seed);
			struct course course = run(message, other, generation, &mail, 15, &seed);

			if (course.left.count)
				assert_true(course.passed == allowed(other, generation, &course.left));
			bool each, refuses_suppressed = generation->account_state.refuses_suppressed;
			/* Who is suppressed is so only in each reading. */
			generation->account_state.refuses_suppressed = false;
			if (allowed_in_each_reading(other, generation, &mail, &each))
				assert_true(allowed(other, generation, &mail) == each);
			else
				assert_true(!each || allowed(other, generation, &mail));
			generation->account_state.refuses_suppressed = refuses_suppressed;
			if (generation->connection.relay) {
				bool from_each = allowed_from_each(other, of_client, &generation->connection, &mail);
				relay_agrees(other, generation, of_client, &mail, from_each);
				relayed += from_each;
				of_several += !from_each && connection_count(generation) > 1;
			}
			completed += course.passed && mail.sender->read[0];
			passed += course.passed;
			at_mail += course.steps == 1;
			for (size_t k = 1; k <= mail.count && k < course.steps; k++)
				at_recipient += course.actions[k] == OUTCOME_REFUSE && course.reasons[k] != REASON_BAD_RECIPIENT;
			of_account[reason_find(text_of(reason_rows[course.reasons[course.steps - 1]].word))] += !course.passed;
			for (size_t k = 1; k < course.steps; k++)
				of_account[REASON_SUPPRESSED] += course.reasons[k] == REASON_SUPPRESSED;
			at_data += course.steps == mail.count + 2 && !course.passed;
			/* With all told, nothing is left for the end. */
			assert_true(course.passed || course.steps < mail.count + 3 + generation->wants_headers ||
				waits_for_nobody(generation, &mail));
			at_headers += course.steps == mail.count + 3 && !course.passed;

			/* Each recipient judged by himself comes to the same as the whole list each time. */
			if (generation->recipients_apart) {
				generation->recipients_apart = false;
				struct course whole = run(message, other, generation, &mail, 15, NULL);
				generation->recipients_apart = true;
				assert_true(same_course(&course, &whole));
			}

			/* What some stages cannot tell, a later one does. */
			course = run(message, other, generation, &mail, (unsigned)check_below(&seed, 16), &seed);
			if (course.left.count && course.steps > 1)
				assert_true(course.passed == allowed(other, generation, &course.left));
		}
		generation_free(generation);
		generation_free(of_client);
	}
	message_free(message);
	message_free(other);
	for (size_t i = 0; i < COUNT_OF(account_reasons); i++)
		if (of_account[account_reasons[i]] < 3)
			fail_msg("%s: %zu", reason_rows[account_reasons[i]].word, of_account[account_reasons[i]]);
	/* The mail is such that all of it happens often. */
	assert_true(passed > 1000 && at_mail > 1000 && at_recipient > 1000 && at_data > 150 && at_headers > 1000 &&
		completed > 150 && relayed > 150 && of_several > 150);
}

/* Every question to a set of strings passes here on its way into the library. */
struct string_set;
bool __real_string_set_holds(const struct string_set *set, struct text value, struct work *work);
bool __wrap_string_set_holds(const struct string_set *set, struct text value, struct work *work);
static size_t comparisons;

bool __wrap_string_set_holds(const struct string_set *set, struct text value, struct work *work)
{
	comparisons++;
	return __real_string_set_holds(set, value, work);
}

static void long_lists_are_linear(void **state)
{
	enum { RECIPIENTS = 4000 };
	struct generation *generation = generation_of_one(
		"{\"Version\":\"2012-10-17\",\"Statement\":["
		"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"arn:aws:ses:us-west-2:123456789012:identity/example.net\","
		"\"Condition\":{\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@evil.example\"}}},"
		"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":\"*\","
		"\"Condition\":{\"ForAllValues:StringNotLike\":{\"ses:Recipients\":\"*@example.org\"}}}]}");
	struct message *message = message_new();
	struct client client = { 0 };

	(void)state;
	message_begin(message, generation, &client, &now, true);
	message_sender(message, TEXT("<a@example.net>"), TEXT(""), true);
	comparisons = 0;
	for (size_t i = 0; i < RECIPIENTS; i++) {
		char raw[32];
		sprintf(raw, "<r%zu@%s>", i, i % 10 ? "x.test" : "evil.example");
		assert_true(message_recipient(message, text_of(raw), TEXT(""), true).action ==
			(i % 10 ? OUTCOME_CONTINUE : OUTCOME_REFUSE));
	}
	assert_int_equal(message_recipient_count(message), RECIPIENTS / 10 * 9);
	assert_true(text_equals(message_recipient_address(message, RECIPIENTS / 10 * 9 - 1), TEXT("r3999@x.test")));
	assert_int_equal(message_data(message, true).action, OUTCOME_REFUSE);
	/* Two statements at RCPT, two at DATA. */
	assert_in_range(comparisons, RECIPIENTS, 4 * RECIPIENTS);
	message_free(message);
	generation_free(generation);
}

/* A message with all kinds of calls; true: it was let through. After trouble there is only trouble. */
static bool relay(struct message *message, const struct generation *generation, const struct client *client, bool completed,
	bool *trouble)
{
	struct outcome outcomes[24];
	size_t count = 0;

	message_begin(message, generation, client, &now, true);
	outcomes[count++] = message_sender(message, TEXT("<a+x@EXAMPLE.net>"),
		completed ? TEXT("\"a+x\"@sub.example.net") : TEXT(""), true);
	for (int i = 0; i < 20; i++)
		outcomes[count++] = message_recipient(message, i == 3 ? TEXT("<a@>") : TEXT("<a@b.test>"),
			completed && i % 5 == 2 ? TEXT("A@c.test") : TEXT(""), i % 2);
	outcomes[count++] = message_data(message, true);
	message_header(message, TEXT("From"), TEXT("b@example.net"));
	message_header(message, TEXT("X-SES-TENANT"), TEXT("t2"));
	outcomes[count++] = message_headers_end(message, true);
	outcomes[count++] = message_end(message);
	*trouble = false;
	for (size_t i = 0; i < count; i++) {
		if (outcomes[i].action == OUTCOME_TROUBLE) {
			*trouble = true;
			assert_string_equal(reason_rows[outcomes[i].reason].code, "451");
			assert_int_equal(outcomes[i].reason, REASON_MEMORY);
		}
		assert_true(!*trouble || outcomes[i].action == OUTCOME_TROUBLE);
	}
	return outcomes[count - 1].action == OUTCOME_CONTINUE;
}

static const char *const every_key =
	"{\"Version\":\"2012-10-17\",\"Statement\":["
	"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":[\"arn:aws:ses:us-west-2:123456789012:identity/example.net\","
	"\"arn:aws:ses:us-west-2:123456789012:identity/Example.com\"],"
	"\"Condition\":{\"ForAnyValue:StringLike\":{\"ses:Recipients\":\"*@evil.example\"},\"StringLike\":{\"ses:FromAddress\":[\"*\",\"a@X.Test\",\"B*\"]},"
	"\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"},\"DateLessThan\":{\"aws:CurrentTime\":\"2001-01-01T00:00:00Z\","
	"\"aws:EpochTime\":\"1\"},\"StringNotEquals\":{\"ses:TenantName\":\"t1\"},\"StringEquals\":{\"aws:username\":\"${aws:PrincipalType}\"}}}]}";

static void short_memory_is_trouble(void **state)
{
	struct generation *generation = generation_of_one(every_key);
	struct client client = { .ip = { .family = 4, .bytes = { 10, 0, 0, 1 } } };

	(void)state;
	for (int completed = 0; completed < 2; completed++) {
		size_t troubles = 0;
		bool trouble = true;
		for (size_t n = 1; trouble; n++) {
			struct message *message = message_new();

			assert_non_null(message);
			short_memory_after(n);
			bool through = relay(message, generation, &client, completed, &trouble);
			short_memory_after(0);
			assert_true(through != trouble);
			troubles += trouble;
			/* The next message knows nothing of it. */
			assert_true(relay(message, generation, &client, !completed, &(bool){ false }));
			message_free(message);
		}
		assert_true(troubles > 1);
	}
	short_memory_after(1);
	assert_null(message_new());
	short_memory_after(0);
	generation_free(generation);
}

static void short_memory_loads_nothing(void **state)
{
	struct generation *generation = NULL;
	size_t n;

	(void)state;
	for (n = 1; !generation; n++) {
		struct site_options options = { .from_address = FROM_ENVELOPE,
			.identities = { (const char *const[]){ "example.org" }, 1 } };
		struct faults faults;

		faults_init(&faults);
		short_memory_after(n);
		generation = generation_of(&every_key, 1, &options, &faults);
		short_memory_after(0);
		assert_true(!generation == (faults.count > 0));
		faults_free(&faults);
	}
	assert_true(n > 10);
	generation_free(generation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(early_is_final),
		cmocka_unit_test(long_lists_are_linear),
		cmocka_unit_test(short_memory_is_trouble),
		cmocka_unit_test(short_memory_loads_nothing),
	};
	return cmocka_run_group_tests(tests, random_limits_make, random_limits_remove);
}
