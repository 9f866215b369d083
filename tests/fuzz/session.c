/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines, each an event of the MTA, in any order. The first: a letter chooses one of 52 random sites that is in force, a
 * second one the client's address.
 *
 *   n negotiate   o the same, an old MTA   c connect   l the same, local submission   x without an address   h HELO
 *   M<sender>[TAB form[TAB login[TAB TLS]]] with its macros   m<sender> without any   R<recipient>[TAB form]   r<recipient>
 *   d DATA   HName:value   e end of the headers   E end of the message   a abort   q close   S<letter> another site comes into force
 *
 * Promises, for whatever comes: an answer is one that may be given there, and silence only where it was promised; a refusal has its
 * words; what is let through at its end, or before, is allowed by the policies that were in force at its MAIL when all that was shown of it is
 * looked at as a whole, and that message had its MAIL, its client and its macros; nothing is left of a connection that is closed.
 */
#include "fuzz/fuzz.h"
#include "fuzz/in_force.h"
#include "fuzz/talk.h"
#include "unit/fake_milter.h"
#include "unit/random_site.h"

#include "callbacks.h"
#include "session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmilter/mfdef.h>

/* What Postfix and Sendmail offer today, and what an MTA of protocol version 2 offers. */
#define STEPS 0x1ffffful
#define OLD_STEPS 0x7ful

enum { EVENTS = 60, VALUE = 64, LONGEST = 1024 };
enum { MAIL_ADDRESS, LOGIN, TLS, RECIPIENT_ADDRESS, NAMES };

struct shown {
	char sender[LONGEST], form[VALUE], login[VALUE];
	bool tls, sound; /* sound: it began as a message must */
	const struct generation *generation;
	size_t recipient_count, header_count;
	struct {
		char raw[LONGEST], form[VALUE];
	} recipients[EVENTS];
	struct {
		char name[LONGEST], value[LONGEST];
	} headers[EVENTS];
};

struct mta {
	SMFICTX context;
	char values[NAMES][VALUE];
	bool negotiated, by_name, connected;
	unsigned long steps;
	const char *address; /* NULL: none */
	size_t site;
	bool on_its_way; /* a message has been shown since MAIL, and nothing ended it */
	bool lost;       /* a part of it without its macros */
	bool nameless;   /* it may be that the connection's MTA has not told its own name */
	char told_tls[VALUE];
	struct shown shown;
};

static void copy(char *out, size_t room, struct text t)
{
	t = text_first(talk_until_nul(t), room - 1);
	if (t.length)
		memcpy(out, t.at, t.length);
	out[t.length] = '\0';
}

/* ---- what is right ---- */

static bool is_allowed_by(const struct mta *mta, const struct shown *shown, struct text own_name)
{
	static const struct instant now = { .seconds = 1700000000 };
	struct client client = { .headers_whole = true, .own_name = own_name, .tls = shown->tls };
	struct message *message = message_new();

	FUZZ_CHECK(message);
	client.login = text_of(shown->login);
	FUZZ_CHECK(!mta->address || ip_parse(text_of(mta->address), &client.ip));
	message_begin(message, shown->generation, &client, &now, true);
	message_sender(message, text_of(shown->sender), text_of(shown->form), false);
	for (size_t i = 0; i < shown->recipient_count; i++)
		message_recipient(message, text_of(shown->recipients[i].raw), text_of(shown->recipients[i].form), false);
	message_data(message, false);
	for (size_t i = 0; i < shown->header_count; i++)
		FUZZ_CHECK(message_header(message, text_of(shown->headers[i].name), text_of(shown->headers[i].value)));
	struct outcome outcome = message_end(message);
	message_free(message);
	return outcome.action == OUTCOME_CONTINUE;
}

static bool is_allowed(const struct mta *mta, const struct shown *shown)
{
	return is_allowed_by(mta, shown, TEXT("relay.example")) || (mta->nameless && is_allowed_by(mta, shown, TEXT("")));
}

/* It is let through now, whatever would have come: `recipients` and headers, too. */
static void yes_check(struct mta *mta, bool recipients)
{
	struct shown *more = malloc(sizeof *more);

	FUZZ_CHECK(more && mta->on_its_way && mta->shown.sound && !mta->lost);
	FUZZ_CHECK(is_allowed(mta, &mta->shown));
	*more = mta->shown;
	if (recipients && more->recipient_count < EVENTS) {
		strcpy(more->recipients[more->recipient_count].raw, "<x@evil.example>");
		more->recipients[more->recipient_count++].form[0] = '\0';
	}
	if (more->header_count < EVENTS) {
		strcpy(more->headers[more->header_count].name, "From");
		strcpy(more->headers[more->header_count++].value, "eve@example.com");
	}
	FUZZ_CHECK(is_allowed(mta, more));
	free(more);
}

/* ---- what was answered ---- */

static bool goes_on(sfsistat status)
{
	return status == SMFIS_CONTINUE || status == SMFIS_NOREPLY;
}

/* `silence`: the promise of silence for this event; 0: there is none. */
static sfsistat heard(struct mta *mta, unsigned long silence, sfsistat status)
{
	bool silent = mta->negotiated && (mta->steps & silence);

	FUZZ_CHECK(status == SMFIS_CONTINUE || status == SMFIS_NOREPLY || status == SMFIS_REJECT || status == SMFIS_TEMPFAIL ||
		status == SMFIS_ACCEPT);
	FUZZ_CHECK((status == SMFIS_NOREPLY) == silent);
	if (status == SMFIS_REJECT || status == SMFIS_TEMPFAIL)
		FUZZ_CHECK(mta->context.reply[0] == (status == SMFIS_REJECT ? '5' : '4'));
	mta->context.reply[0] = '\0';
	return status;
}

/* A refusal other than at RCPT, and a yes, end the message. */
static void told(struct mta *mta, sfsistat status, bool recipients)
{
	if (status == SMFIS_ACCEPT)
		yes_check(mta, recipients);
	if (!goes_on(status))
		mta->on_its_way = false;
}

/* ---- events ---- */

static void negotiate(struct mta *mta, bool old)
{
	unsigned long actions = 0, out2, out3, offered = old ? OLD_STEPS : STEPS;

	/* libmilter takes one, as the first packet. */
	if (mta->negotiated || mta->connected || mta->on_its_way)
		return;
	sfsistat status = fake_filter.xxfi_negotiate(&mta->context, old ? 0 : SMFIF_SETSYMLIST, offered, 0, 0, &actions,
		&mta->steps, &out2, &out3);
	FUZZ_CHECK(status == SMFIS_CONTINUE && !(mta->steps & ~offered));
	mta->negotiated = true;
	mta->by_name = !old;
}

/* libmilter forgets the macros of all that follows an event of the connection (engine.c, mi_clr_macros). */
static void macros_forget(struct mta *mta)
{
	mta->context.kept = mta->context.kept_recipient = NULL;
	mta->told_tls[0] = '\0';
}

static void connect_client(struct mta *mta, const char *address, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	bool is_six = address && inet_pton(AF_INET6, address, &six.sin6_addr) == 1;

	FUZZ_CHECK(!address || is_six || inet_pton(AF_INET, address, &four.sin_addr) == 1);
	macros_forget(mta);
	mta->address = address;
	mta->connected = true;
	mta->on_its_way = mta->nameless = false;
	heard(mta, SMFIP_NR_CONN,
		fake_filter.xxfi_connect(&mta->context, (char *)"client",
			!address         ? NULL
				: is_six ? (_SOCK_ADDR *)&six
					 : (_SOCK_ADDR *)&four));
}

static void sender(struct mta *mta, struct text line, bool with_macros)
{
	struct text raw, form, login, tls, rest;
	struct shown *shown = &mta->shown;

	talk_cut(line, '\t', &raw, &rest);
	talk_cut(rest, '\t', &form, &rest);
	talk_cut(rest, '\t', &login, &tls);
	shown->recipient_count = shown->header_count = 0;
	copy(shown->sender, sizeof shown->sender, raw);
	copy(shown->form, sizeof shown->form, with_macros ? form : TEXT(""));
	copy(shown->login, sizeof shown->login, with_macros ? login : TEXT(""));
	if (with_macros) {
		copy(mta->values[MAIL_ADDRESS], VALUE, form);
		copy(mta->values[LOGIN], VALUE, login);
		copy(mta->values[TLS], VALUE, tls);
		strcpy(mta->told_tls, mta->values[TLS]);
		fake_packet(&mta->context, false);
	} else if (mta->by_name) {
		mta->told_tls[0] = '\0';
	}
	shown->tls = mta->told_tls[0];
	shown->generation = talk_site(mta->site);
	shown->sound = mta->connected && (with_macros || !mta->by_name);
	mta->lost = false;
	mta->on_its_way = true;
	mta->nameless = mta->nameless || !mta->context.kept;
	mta->context.kept_recipient = NULL;
	char *arguments[] = { shown->sender, NULL };
	told(mta, heard(mta, SMFIP_NR_MAIL, fake_filter.xxfi_envfrom(&mta->context, arguments)), true);
}

static void recipient(struct mta *mta, struct text line, bool with_macros)
{
	struct shown *shown = &mta->shown;
	static char raw[LONGEST], form[VALUE];
	struct text first, second;

	talk_cut(line, '\t', &first, &second);
	copy(raw, sizeof raw, first);
	copy(form, sizeof form, with_macros ? second : TEXT(""));
	if (with_macros) {
		strcpy(mta->values[RECIPIENT_ADDRESS], form);
		fake_packet(&mta->context, true);
	}
	char *arguments[] = { raw, NULL };
	sfsistat status = heard(mta, SMFIP_NR_RCPT, fake_filter.xxfi_envrcpt(&mta->context, arguments));
	mta->lost = mta->lost || (!with_macros && mta->by_name);
	if (goes_on(status) || status == SMFIS_ACCEPT) {
		strcpy(shown->recipients[shown->recipient_count].raw, raw);
		strcpy(shown->recipients[shown->recipient_count++].form, form);
	}
	if (status == SMFIS_ACCEPT)
		told(mta, status, true);
}

static void data(struct mta *mta)
{
	if (mta->negotiated && (mta->steps & SMFIP_NODATA))
		return;
	told(mta, heard(mta, SMFIP_NR_DATA, fake_filter.xxfi_data(&mta->context)), false);
}

static void header(struct mta *mta, struct text line)
{
	struct shown *shown = &mta->shown;
	struct text name, value;

	if (mta->negotiated && (mta->steps & SMFIP_NOHDRS))
		return;
	talk_cut(line, ':', &name, &value);
	copy(shown->headers[shown->header_count].name, LONGEST, name);
	copy(shown->headers[shown->header_count].value, LONGEST, value);
	heard(mta, SMFIP_NR_HDR,
		fake_filter.xxfi_header(&mta->context, shown->headers[shown->header_count].name,
			shown->headers[shown->header_count].value));
	shown->header_count++;
}

static void headers_end(struct mta *mta)
{
	if (mta->negotiated && (mta->steps & SMFIP_NOEOH))
		return;
	told(mta, heard(mta, SMFIP_NR_EOH, fake_filter.xxfi_eoh(&mta->context)), false);
}

static void message_over(struct mta *mta)
{
	sfsistat status = heard(mta, 0, fake_filter.xxfi_eom(&mta->context));

	FUZZ_CHECK(status != SMFIS_ACCEPT);
	if (status == SMFIS_CONTINUE) {
		FUZZ_CHECK(mta->on_its_way && mta->shown.sound && !mta->lost);
		FUZZ_CHECK(is_allowed(mta, &mta->shown));
	} else if (status == SMFIS_REJECT && mta->on_its_way && mta->shown.sound && !mta->lost) {
		FUZZ_CHECK(!is_allowed(mta, &mta->shown));
	}
	mta->on_its_way = false;
}

static void begin(struct mta *mta, size_t site)
{
	static const char *const names[NAMES] = { "{mail_addr}", "{auth_authen}", "{tls_version}", "{rcpt_addr}" };

	memset(mta, 0, sizeof *mta);
	mta->site = site;
	in_force_put(site);
	for (size_t i = 0; i < NAMES; i++) {
		mta->context.macros[i][0] = names[i];
		mta->context.macros[i][1] = mta->values[i];
	}
}

static void close_session(struct mta *mta)
{
	FUZZ_CHECK(fake_filter.xxfi_close(&mta->context) == SMFIS_CONTINUE && !mta->context.private);
}

static void event(struct mta *mta, const char *address, struct text line)
{
	struct text tail = text_from(line, 1);

	switch (line.length ? line.at[0] : '\0') {
	case 'n':
	case 'o':
		negotiate(mta, line.at[0] == 'o');
		break;
	case 'c':
		connect_client(mta, address, 2525);
		break;
	case 'l':
		connect_client(mta, "127.0.0.1", 0);
		break;
	case 'x':
		connect_client(mta, NULL, 0);
		break;
	case 'h':
		macros_forget(mta);
		heard(mta, SMFIP_NR_HELO, fake_filter.xxfi_helo(&mta->context, (char *)"client"));
		break;
	case 'M':
	case 'm':
		sender(mta, tail, line.at[0] == 'M');
		break;
	case 'R':
	case 'r':
		recipient(mta, tail, line.at[0] == 'R');
		break;
	case 'd':
		data(mta);
		break;
	case 'H':
		header(mta, tail);
		break;
	case 'e':
		headers_end(mta);
		break;
	case 'E':
		message_over(mta);
		break;
	case 'a':
		FUZZ_CHECK(fake_filter.xxfi_abort(&mta->context) == SMFIS_CONTINUE);
		mta->on_its_way = false;
		break;
	case 'S':
		mta->site = talk_letter(&tail);
		in_force_put(mta->site);
		break;
	case 'q':
		close_session(mta);
		begin(mta, mta->site);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct text rest = fuzz_text(bytes, size), first = fuzz_line(&rest);
	static bool registered;
	static struct mta mta;

	if (!registered)
		FUZZ_CHECK(callbacks_register());
	registered = true;
	begin(&mta, talk_letter(&first));
	const char *address = random_addresses[talk_letter(&first) % RANDOM_ADDRESSES];
	for (size_t i = 0; i < EVENTS && rest.length; i++)
		event(&mta, address, fuzz_line(&rest));
	close_session(&mta);
	return 0;
}
