/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <stdlib.h>
#include <string.h>

#define CLIENT_NAME "client.example.com"
#define CLIENT_PORT 40000
#define QUEUE_ID "4XyZ0a1b2c3d"

/* Postfix 3.7's milter_*_macros. */
static const struct wire_macros
	usual_macros = { .names = {
				 [SMFIM_CONNECT] = "j {daemon_name} {daemon_addr} v _",
				 [SMFIM_HELO] = "{tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}",
				 [SMFIM_ENVFROM] =
					 "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} {mail_mailer}",
				 [SMFIM_ENVRCPT] = "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
				 [SMFIM_DATA] = "i",
				 [SMFIM_EOM] = "i",
				 [SMFIM_EOH] = "i",
			 } };

/* Where a macro's value comes from. */
enum source { CONSTANT, CLIENT, CLIENT_NAME_AND_IP, LOGIN, LOGIN_TYPE, QUEUE, SENDER, SENDER_HOST, RECIPIENT, RECIPIENT_HOST };

static const struct macro {
	const char *name;
	enum source source;
	const char *text;
} macros[] = {
	{ "i", QUEUE, NULL },
	{ "{mail_addr}", SENDER, NULL },
	{ "{mail_host}", SENDER_HOST, NULL },
	{ "{mail_mailer}", CONSTANT, "smtp" },
	{ "{rcpt_addr}", RECIPIENT, NULL },
	{ "{rcpt_host}", RECIPIENT_HOST, NULL },
	{ "{rcpt_mailer}", CONSTANT, "relay" },
	{ "{auth_type}", LOGIN_TYPE, NULL },
	{ "{auth_authen}", LOGIN, NULL },
	{ "j", CONSTANT, "relay.example.net" },
	{ "{daemon_name}", CONSTANT, "relay.example.net" },
	{ "{daemon_addr}", CONSTANT, "127.0.0.1" },
	{ "v", CONSTANT, "Postfix 3.7.11" },
	{ "_", CLIENT_NAME_AND_IP, NULL },
	{ "{client_addr}", CLIENT, NULL },
	{ "{client_name}", CONSTANT, CLIENT_NAME },
	{ "{client_ptr}", CONSTANT, CLIENT_NAME },
	{ "{client_port}", CONSTANT, "40000" },
};

/* The headers of a message of common size; From is the sender's address. */
static const struct header {
	const char *name, *value;
} headers[] = {
	{ "Received",
		"from " CLIENT_NAME " (" CLIENT_NAME " [192.0.2.10])\n\tby mail.example.com (Postfix) with ESMTP id " QUEUE_ID
		"\n\tfor <user@example.org>; Sun, 1 Nov 2026 12:00:00 +0000 (UTC)" },
	{ "Date", "Sun, 1 Nov 2026 12:00:00 +0000" },
	{ "From", NULL },
	{ "To", "Someone <user@example.org>" },
	{ "Subject", "A subject of a common length for a message" },
	{ "Message-Id", "<20261101120000." QUEUE_ID "@" CLIENT_NAME ">" },
	{ "MIME-Version", "1.0" },
	{ "Content-Type", "text/plain; charset=utf-8" },
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *host_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : "";
}

/* One name and value, or nothing if the macro has no value now. */
static void macro_put(struct bench_session *s, const char *name, size_t length)
{
	const struct bench_message *m = s->message;
	const struct macro *macro = NULL;
	const char *value = NULL;

	for (size_t i = 0; i < COUNT(macros) && !macro; i++)
		if (!strncmp(macros[i].name, name, length) && !macros[i].name[length])
			macro = &macros[i];
	if (!macro)
		return;
	switch (macro->source) {
	case CONSTANT:
		value = macro->text;
		break;
	case CLIENT:
		value = m->client;
		break;
	case CLIENT_NAME_AND_IP:
		wire_string(&s->out, macro->name);
		wire_bytes(&s->out, CLIENT_NAME " [", strlen(CLIENT_NAME " ["));
		wire_bytes(&s->out, m->client, strlen(m->client));
		wire_string(&s->out, "]");
		return;
	case LOGIN:
		value = s->login;
		break;
	case LOGIN_TYPE:
		value = s->login ? "PLAIN" : NULL;
		break;
	case QUEUE: /* Postfix has one from the first recipient it took on */
		value = s->stage > WIRE_RCPT || (s->stage == WIRE_RCPT && s->taken) ? QUEUE_ID : NULL;
		break;
	case SENDER:
		value = m->sender;
		break;
	case SENDER_HOST:
		value = host_of(m->sender);
		break;
	case RECIPIENT:
		value = s->stage == WIRE_RCPT ? m->recipients[s->part] : NULL;
		break;
	case RECIPIENT_HOST:
		value = s->stage == WIRE_RCPT ? host_of(m->recipients[s->part]) : NULL;
		break;
	}
	if (value) {
		wire_string(&s->out, macro->name);
		wire_string(&s->out, value);
	}
}

static void macros_put(struct bench_session *s, const struct wire_event *event)
{
	wire_begin(&s->out, SMFIC_MACRO);
	wire_bytes(&s->out, &event->command, 1);
	for (const char *name = s->macros.names[event->macro_list]; *name;) {
		size_t length = strcspn(name, " ");

		macro_put(s, name, length);
		name += length + (name[length] == ' ');
	}
	wire_end(&s->out);
}

static void address_put(struct bench_session *s, const char *address)
{
	wire_bytes(&s->out, "<", 1);
	wire_bytes(&s->out, address, strlen(address));
	wire_string(&s->out, ">");
}

static void body_put(struct bench_session *s)
{
	static const char line[] = "The quick brown fox jumps over the lazy dog, and the lazy dog lets it.\r\n";
	size_t left = s->body_size - s->part;

	if (left > WIRE_BODY_MAX)
		left = WIRE_BODY_MAX;
	while (left) {
		size_t size = left < sizeof line - 1 ? left : sizeof line - 1;

		wire_bytes(&s->out, line, size);
		left -= size;
	}
}

static void event_put(struct bench_session *s, const struct wire_event *event)
{
	const struct bench_message *m = s->message;
	static const unsigned char port[] = { CLIENT_PORT >> 8, CLIENT_PORT & 0xff };
	const struct header *header;

	wire_begin(&s->out, event->command);
	switch (s->stage) {
	case WIRE_NEGOTIATE:
		wire_number(&s->out, SMFI_PROT_VERSION);
		wire_number(&s->out, WIRE_ACTIONS);
		wire_number(&s->out, WIRE_STEPS);
		break;
	case WIRE_CONNECT:
		wire_string(&s->out, CLIENT_NAME);
		wire_bytes(&s->out, strchr(m->client, ':') ? "6" : "4", 1);
		wire_bytes(&s->out, port, sizeof port);
		wire_string(&s->out, m->client);
		break;
	case WIRE_HELO:
		wire_string(&s->out, CLIENT_NAME);
		break;
	case WIRE_MAIL:
		address_put(s, m->sender);
		wire_string(&s->out, "SIZE=1234");
		break;
	case WIRE_RCPT:
		address_put(s, m->recipients[s->part]);
		break;
	case WIRE_HEADER:
		header = &headers[s->part];
		wire_string(&s->out, header->name);
		wire_string(&s->out, header->value ? header->value : m->sender);
		break;
	case WIRE_BODY:
		body_put(s);
		break;
	default:
		break;
	}
	wire_end(&s->out);
}

/* Is there nothing (more) to tell at this stage? */
static bool stage_done(const struct bench_session *s)
{
	switch (s->stage) {
	case WIRE_RCPT:
		return s->part >= s->message->recipient_count;
	case WIRE_HEADER:
		return s->part >= COUNT(headers) || (s->steps & SMFIP_NOHDRS);
	case WIRE_EOH:
		return s->part || (s->steps & SMFIP_NOEOH);
	case WIRE_BODY:
		return s->part >= s->body_size || (s->steps & SMFIP_NOBODY);
	default:
		return s->part;
	}
}

/* Write the event that is due; true if an answer to it must be awaited. */
static bool event_tell(struct bench_session *s)
{
	const struct wire_event *event = &wire_events[s->stage];

	if (s->taken_unseen || s->taken_always)
		return false;
	if (event->macro_list >= 0)
		macros_put(s, event);
	if (s->steps & event->unwanted)
		return false;
	event_put(s, event);
	return !(s->steps & event->no_reply);
}

/* The event was let pass (or nobody was asked). */
static void event_passed(struct bench_session *s)
{
	if (s->stage == WIRE_RCPT) {
		s->recipients[s->part] = RECIPIENT_TAKEN;
		s->taken++;
	}
	s->part += s->stage == WIRE_BODY ? WIRE_BODY_MAX : 1;
}

static enum bench_session_state message_over(struct bench_session *s, struct answer answer)
{
	s->answer = answer;
	if (!s->taken_always) {
		wire_begin(&s->out, SMFIC_ABORT);
		wire_end(&s->out);
	}
	return s->out.failed ? SESSION_BROKEN : SESSION_OVER;
}

/* Go on until an answer is needed. */
static enum bench_session_state session_push(struct bench_session *s)
{
	for (;;) {
		while (stage_done(s)) {
			if (s->stage == WIRE_HELO)
				return SESSION_READY;
			if (s->stage == WIRE_RCPT && !s->taken)
				return message_over(s, s->answer);
			if (s->stage == WIRE_EOM)
				return message_over(s, (struct answer){ 250, WIRE_EOM });
			s->stage++;
			s->part = 0;
		}
		if (event_tell(s)) {
			s->waiting = true;
			s->round_trips++;
			return s->out.failed ? SESSION_BROKEN : SESSION_WAITS;
		}
		event_passed(s);
	}
}

static enum bench_session_state event_refused(struct bench_session *s, struct answer answer)
{
	switch (s->stage) {
	case WIRE_CONNECT:
	case WIRE_HELO:
		s->refused = answer;
		return SESSION_READY;
	case WIRE_RCPT:
		s->recipients[s->part++] = RECIPIENT_REFUSED;
		s->answer = answer;
		return session_push(s);
	default:
		return message_over(s, answer);
	}
}

static enum bench_session_state packet_take(struct bench_session *s, const struct wire_packet *packet)
{
	static const char no_answer[] = {
		SMFIR_PROGRESS,
		SMFIR_ADDRCPT,
		SMFIR_ADDRCPT_PAR,
		SMFIR_DELRCPT,
		SMFIR_REPLBODY,
		SMFIR_CHGFROM,
		SMFIR_ADDHEADER,
		SMFIR_INSHEADER,
		SMFIR_CHGHEADER,
		SMFIR_QUARANTINE,
	};
	enum wire_stage stage = s->stage;
	int code;

	if (!s->waiting)
		return SESSION_BROKEN;
	if (memchr(no_answer, packet->command, sizeof no_answer))
		return SESSION_WAITS;
	s->waiting = false;
	if (stage == WIRE_NEGOTIATE) {
		if (packet->command != SMFIC_OPTNEG || !wire_negotiated(packet, &s->steps, &s->macros))
			return SESSION_BROKEN;
		event_passed(s);
		return session_push(s);
	}
	code = wire_reply_code(packet);
	if (code < 0)
		return SESSION_BROKEN;
	if (code != 250)
		return event_refused(s, (struct answer){ code, stage });
	if (packet->command == SMFIR_ACCEPT && stage <= WIRE_HELO)
		s->taken_always = true;
	else if (packet->command == SMFIR_ACCEPT) {
		s->taken_unseen = true;
		s->yes = stage;
	}
	event_passed(s);
	if (packet->command == SMFIR_SKIP && (stage == WIRE_HEADER || stage == WIRE_BODY)) {
		s->stage++;
		s->part = 0;
	}
	return session_push(s);
}

enum bench_session_state session_begin(struct bench_session *session, const struct bench_message *message)
{
	session->in.start = session->in.end = 0;
	session->out.start = session->out.end = 0;
	session->steps = 0;
	session->macros = usual_macros;
	session->message = message;
	session->stage = WIRE_NEGOTIATE;
	session->part = session->taken = 0;
	session->waiting = false;
	session->taken_unseen = session->taken_always = false;
	session->refused = (struct answer){ 0 };
	return session_push(session);
}

enum bench_session_state session_message(struct bench_session *session, const struct bench_message *message)
{
	session->message = message;
	memset(session->recipients, '-', message->recipient_count);
	session->stage = WIRE_MAIL;
	session->part = session->taken = 0;
	session->taken_unseen = false;
	session->yes = WIRE_EOM;
	session->round_trips = 0;
	if (session->refused.code) {
		session->answer = session->refused;
		return SESSION_REFUSED;
	}
	return session_push(session);
}

enum bench_session_state session_input(struct bench_session *session)
{
	for (;;) {
		struct wire_packet packet;
		enum bench_session_state state;
		int taken = wire_take(&session->in, &packet);

		if (taken < 0)
			return SESSION_BROKEN;
		if (!taken)
			return SESSION_WAITS;
		state = packet_take(session, &packet);
		if (state != SESSION_WAITS)
			return state;
	}
}

void session_quit(struct bench_session *session)
{
	wire_begin(&session->out, SMFIC_QUIT);
	wire_end(&session->out);
}

void session_free(struct bench_session *session)
{
	wire_free(&session->in);
	wire_free(&session->out);
}
