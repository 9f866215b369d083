/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An early yes is the yes of the whole message: over random policies, settings and mail, through the daemon's callbacks with the
 * real policies behind them. A message that was let through at MAIL, RCPT or DATA is allowed when it is judged at its end alone,
 * with whatever recipients and headers it might have had; with a reload in between, in a session that is older than what is in force, in
 * the shadow, and in monitor mode.
 */
#include "unit/check.h"
#include "unit/fake_milter.h"
#include "unit/random_site.h"

#include "callbacks.h"
#include "counters.h"
#include "early.h"
#include "holder.h"
#include "ses/certain.h"
#include "value/string_set.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmilter/mfdef.h>

/* What Postfix and Sendmail offer today, and what an MTA of protocol version 2 offers. */
#define STEPS 0x1ffffful
#define OLD_STEPS 0x7ful

enum { MOST_RECIPIENTS = 6, MOST_HEADERS = 3, RESTS = 6 };

static const char *const senders[] = { "<a@example.net>", "<b@example.net>", "<a@sub.example.net>", "<a@example.com>", "<>", "<a@>",
	"<a@host>", "<\"a\"@example.net>", "<A@Example.net>" };
static const char *const recipients[] = { "<ceo@example.org>", "<x@evil.example>", "<y@x.test>", "<A@example.org>",
	"<a@example.net>", "<a@>", "<\xff@x.test>", "<x@evil.example.>", "<\"ceo\"@example.org>", "<>" };
static const char *const headers[][2] = { { "From", "a@example.net" }, { "From", "Bob <b@example.net>, a@example.net" },
	{ "From", "nobody" }, { "Sender", "a@example.com" }, { "Return-Path", "<bounce@example.net>" },
	{ "X-SES-CONFIGURATION-SET", "no set" }, { "X-SES-CONFIGURATION-SET", "set" }, { "X-SES-TENANT", "t2" },
	{ "X-SES-SOURCE-ARN", "arn:aws:ses:us-west-2:123456789012:identity/example.net" }, { "Subject", "x" } };

struct random_mail {
	const char *client, *sender;
	const char *recipients[MOST_RECIPIENTS];
	const char *const *headers[MOST_HEADERS];
	size_t recipient_count, header_count;
};

static struct {
	size_t messages, allowed;          /* allowed: at whatever stage */
	size_t yes[STAGES];                /* early, at which stage */
	size_t older, shadowed, monitored; /* of the early ones */
	size_t could;                      /* those with a yes that was possible at their generation */
} seen;

static void random_recipient(uint64_t *seed, struct random_mail *mail)
{
	/* Most are ordinary. */
	mail->recipients[mail->recipient_count++] = check_below(seed, 3) ? recipients[check_below(seed, 5)]
									 : PICK(seed, recipients);
}

static void random_headers(uint64_t *seed, struct random_mail *mail)
{
	mail->header_count = check_below(seed, MOST_HEADERS + 1);
	for (size_t i = 0; i < mail->header_count; i++)
		mail->headers[i] = PICK(seed, headers);
}

static struct random_mail random_mail(uint64_t *seed)
{
	struct random_mail mail = { .client = PICK(seed, random_addresses), .sender = PICK(seed, senders) };

	for (size_t count = 1 + check_below(seed, 3); count; count--)
		random_recipient(seed, &mail);
	random_headers(seed, &mail);
	return mail;
}

/* ---- what is in force ---- */

/* What the account's state can add. */
static void change_account(uint64_t *seed, struct generation *generation)
{
	static const struct text suppressed = TEXT("y@x.test");
	struct account_state *state = &generation->account_state;

	if (!check_below(seed, 8)) {
		state->suppressed[SUPPRESSION_BOUNCE] = string_set_new(&generation->arena, STRING_SET_EXACT, &suppressed, 1);
		assert_non_null(state->suppressed[SUPPRESSION_BOUNCE]);
		state->refuses_suppressed = state->loaded = true;
		state->certain = 1u << SUPPRESSION_BOUNCE;
		generation->may_refuse[STAGE_RCPT] = true;
	}
	if (!check_below(seed, 20)) {
		state->pause_refuses = state->paused = state->loaded = true;
		generation->may_refuse[STAGE_DATA] = !generation->wants_headers;
	}
}

static struct generation *random_one(uint64_t *seed)
{
	struct generation *generation = random_generation(seed, false);

	change_account(seed, generation);
	return generation;
}

/* Put one in force. */
static void random_put(uint64_t *seed)
{
	struct loaded loaded = { .generation = random_one(seed) };

	loaded.conduct.monitor = !check_below(seed, 6);
	if (!check_below(seed, 3))
		loaded.shadow = random_one(seed);
	if (check_below(seed, 8))
		early_find(&loaded);
	assert_int_not_equal(holder_put(&loaded), 0);
	holder_reap();
}

/* ---- a message that is judged at its end alone ---- */

static bool is_allowed(const struct generation *generation, const struct random_mail *mail)
{
	static const struct instant now = { .seconds = 1700000000 };
	struct client client = { .headers_whole = true, .own_name = TEXT("relay.example") };
	struct message *message = message_new();

	assert_non_null(message);
	assert_true(ip_parse(text_of(mail->client), &client.ip));
	message_begin(message, generation, &client, &now, true);
	message_sender(message, text_of(mail->sender), TEXT(""), false);
	for (size_t i = 0; i < mail->recipient_count; i++)
		message_recipient(message, text_of(mail->recipients[i]), TEXT(""), false);
	message_data(message, false);
	for (size_t i = 0; i < mail->header_count; i++)
		assert_true(message_header(message, text_of(mail->headers[i][0]), text_of(mail->headers[i][1])));
	struct outcome outcome = message_end(message);
	assert_int_not_equal(outcome.action, OUTCOME_TROUBLE);
	message_free(message);
	return outcome.action == OUTCOME_CONTINUE;
}

/* Every message that begins like this one is allowed. */
static void allowed_whatever_comes(uint64_t *seed, const struct generation *generation, const struct random_mail *begun,
	enum stage stage)
{
	assert_true(is_allowed(generation, begun));
	for (int i = 0; i < RESTS; i++) {
		struct random_mail mail = *begun;
		if (stage < STAGE_DATA)
			for (size_t more = check_below(seed, 4); more && mail.recipient_count < MOST_RECIPIENTS; more--)
				random_recipient(seed, &mail);
		random_headers(seed, &mail);
		assert_true(is_allowed(generation, &mail));
	}
}

/* ---- the MTA's side ---- */

struct mta {
	SMFICTX context;
	unsigned long steps;
};

static void begin(struct mta *mta, bool old, const char *host)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(2525) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(2525) };
	unsigned long actions, out2, out3;
	bool is_six = inet_pton(AF_INET6, host, &six.sin6_addr) == 1;

	*mta = (struct mta){ 0 };
	assert_true(is_six || inet_pton(AF_INET, host, &four.sin_addr) == 1);
	assert_int_equal(fake_filter.xxfi_negotiate(&mta->context, old ? 0 : SMFIF_SETSYMLIST, old ? OLD_STEPS : STEPS, 0, 0,
				 &actions, &mta->steps, &out2, &out3),
		SMFIS_CONTINUE);
	fake_filter.xxfi_connect(&mta->context, (char *)"client", is_six ? (_SOCK_ADDR *)&six : (_SOCK_ADDR *)&four);
}

/* The answer to an event; silence where it was promised, and nowhere else. True: go on. */
static bool heard(const struct mta *mta, unsigned long silence, sfsistat status)
{
	assert_true((status == SMFIS_NOREPLY) == ((mta->steps & silence) != 0));
	return status == SMFIS_CONTINUE || status == SMFIS_NOREPLY;
}

/* Drive a message. The stage at which it was let through; STAGES: it was not. `left` becomes what of it was told and not refused. */
static enum stage drive(struct mta *mta, const struct random_mail *mail, struct random_mail *left)
{
	char *arguments[] = { (char *)mail->sender, NULL };
	sfsistat status;

	*left = *mail;
	left->recipient_count = 0;
	fake_packet(&mta->context, false);
	if (!heard(mta, SMFIP_NR_MAIL, status = fake_filter.xxfi_envfrom(&mta->context, arguments)))
		return status == SMFIS_ACCEPT ? STAGE_MAIL : STAGES;
	for (size_t i = 0; i < mail->recipient_count; i++) {
		arguments[0] = (char *)mail->recipients[i];
		fake_packet(&mta->context, true);
		status = fake_filter.xxfi_envrcpt(&mta->context, arguments);
		if (heard(mta, SMFIP_NR_RCPT, status) || status == SMFIS_ACCEPT)
			left->recipients[left->recipient_count++] = mail->recipients[i];
		if (status == SMFIS_ACCEPT)
			return STAGE_RCPT;
	}
	if (!left->recipient_count) {
		fake_filter.xxfi_abort(&mta->context);
		return STAGES;
	}
	if (!(mta->steps & SMFIP_NODATA) && !heard(mta, SMFIP_NR_DATA, status = fake_filter.xxfi_data(&mta->context)))
		return status == SMFIS_ACCEPT ? STAGE_DATA : STAGES;
	for (size_t i = 0; i < mail->header_count && !(mta->steps & SMFIP_NOHDRS); i++)
		fake_filter.xxfi_header(&mta->context, (char *)mail->headers[i][0], (char *)mail->headers[i][1]);
	if (!(mta->steps & SMFIP_NOEOH) && !heard(mta, SMFIP_NR_EOH, status = fake_filter.xxfi_eoh(&mta->context)))
		return STAGES;
	status = fake_filter.xxfi_eom(&mta->context);
	assert_int_not_equal(status, SMFIS_ACCEPT);
	return status == SMFIS_CONTINUE ? STAGE_EOM : STAGES;
}

/* Is `before` older than what is in force, so that headers may be wanted that are not shown? Then there is no yes, but trouble. */
static bool may_be_unseen(const struct mta *mta, const struct hold *hold)
{
	return mta->steps & SMFIP_NOHDRS && (hold->generation->wants_headers || (hold->shadow && hold->shadow->wants_headers));
}

/* How often the shadow, or monitor mode, would have said something else. */
static unsigned long would(void)
{
	unsigned long count = 0;

	for (enum stage stage = 0; stage < STAGES; stage++)
		count += atomic_load(&counters.decisions[COUNTED_WOULD_REJECT][stage]);
	return count;
}

static void try_mail(uint64_t *seed, struct mta *mta, const char *host, bool older)
{
	struct hold *hold = holder_take();
	struct random_mail mail = random_mail(seed), left;
	unsigned long before[STAGES];

	mail.client = host;
	for (enum stage stage = 0; stage < STAGES; stage++)
		before[stage] = atomic_load(&counters.decisions[COUNTED_ALLOWED][stage]);
	if (may_be_unseen(mta, hold)) {
		holder_give_back(hold);
		return;
	}
	unsigned long would_before = would();
	enum stage stage = drive(mta, &mail, &left);
	bool early = stage < STAGE_EOM;
	seen.messages++;
	seen.allowed += stage <= STAGE_EOM;
	if (early) {
		seen.yes[stage]++;
		seen.older += older;
		seen.shadowed += hold->shadow != NULL;
		seen.monitored += hold->conduct.monitor;
		assert_true(hold->conduct.may_accept[stage]);
		/* Counted as what it is, and once. */
		assert_int_equal(atomic_load(&counters.decisions[COUNTED_ALLOWED][stage]), before[stage] + 1);
		if (!hold->conduct.monitor)
			allowed_whatever_comes(seed, hold->generation, &left, stage);
		/* Of which the shadow said nothing, it would not. */
		if (hold->shadow && !hold->conduct.monitor && would() == would_before)
			allowed_whatever_comes(seed, hold->shadow, &left, stage);
	} else if (stage == STAGE_EOM && !hold->conduct.monitor) {
		assert_true(is_allowed(hold->generation, &left));
	}
	holder_give_back(hold);
}

static void early_is_the_whole(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		const char *host = PICK(&seed, random_addresses);
		struct mta mta;
		random_put(&seed);
		begin(&mta, !check_below(&seed, 8), host);
		for (int j = 0; j < 4; j++)
			try_mail(&seed, &mta, host, false);
		/* The session is older now, and keeps what it negotiated. */
		random_put(&seed);
		for (int j = 0; j < 4; j++)
			try_mail(&seed, &mta, host, true);
		fake_filter.xxfi_close(&mta.context);
	}
	holder_reap();
	/* What is put off is paused: there was no trouble of our own. */
	for (enum stage stage = 0; stage < STAGES; stage++)
		assert_int_equal(atomic_load(&counters.decisions[COUNTED_ERROR][stage]), 0);
	print_message(
		"%zu messages, %zu let through: %zu at MAIL, %zu at RCPT, %zu at DATA; early in an older session %zu, beside a shadow %zu, "
		"in monitor mode %zu\n",
		seen.messages, seen.allowed, seen.yes[STAGE_MAIL], seen.yes[STAGE_RCPT], seen.yes[STAGE_DATA], seen.older,
		seen.shadowed, seen.monitored);
	assert_true(seen.yes[STAGE_MAIL] > 50 && seen.yes[STAGE_DATA] > 100);
	assert_true(seen.older > 20 && seen.shadowed && seen.monitored > 20);
}

static int set_up(void **state)
{
	return callbacks_register() ? random_limits_make(state) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(early_is_the_whole),
	};

	return cmocka_run_group_tests(tests, set_up, random_limits_remove);
}
