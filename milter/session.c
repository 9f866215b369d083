/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include "spare.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct session *session_new(void)
{
	return calloc(1, sizeof(struct session));
}

void session_free(struct session *session)
{
	if (!session)
		return;
	session_end(session);
	free(session->own_name);
	free(session);
}

void session_connect(struct session *session, const struct sockaddr *address)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;

	session_end(session);
	memset(&session->client, 0, sizeof session->client);
	session->mail_macros = NULL;
	/* A family without addresses of its own leaves client.ip.family at 0: not known. */
	session->nameless = !ip_from_sockaddr(address, &session->client.ip);
	if (!session->nameless)
		session->client.printed = text_of(ip_print(&session->client.ip, session->printed));
	/* The port stands at the same place in both families. */
	session->portless = !session->nameless && in->sin_port == 0;
	session->mta_known = false;
	free(session->own_name);
	session->own_name = NULL;
	session->connected = true;
}

bool session_begin(struct session *session, const char *login, bool routed)
{
	struct timespec now;

	session_end(session);
	session->state = SESSION_TROUBLED;
	if (!session->connected || clock_gettime(CLOCK_REALTIME, &now) != 0)
		return false;
	session->began = (struct instant){ now.tv_sec, (uint32_t)now.tv_nsec };
	/* Postfix's local submission: 127.0.0.1 port 0, and none of the macros that routing gives. */
	session->submission = session->nameless || (session->portless && !routed);
	session->client.tls = false;
	if (login && *login && !(session->login = strdup(login)))
		return false;
	session->client.headers_whole = true;
	session->client.login = text_of(session->login);
	session->hold = holder_take();
	session->message = spare_take();
	if (!session->hold || !session->message)
		return false;
	bool headers_come = !session_is_silent(session, SMFIP_NOHDRS);
	message_begin(session->message, session->hold->generation, &session->client, &session->began, headers_come);
	if (session->hold->shadow)
		session->shadow = spare_take();
	session->shadowed = session->shadow;
	if (session->shadowed)
		message_begin(session->shadow, session->hold->shadow, &session->client, &session->began, headers_come);
	session->state = SESSION_MESSAGE;
	return true;
}

bool session_asks_tls(const struct session *session)
{
	const struct hold *hold = session->hold;

	return hold->conduct.records || hold->generation->slot[KEY_SECURE_TRANSPORT] >= 0 ||
		(session->shadowed && hold->shadow->slot[KEY_SECURE_TRANSPORT] >= 0);
}

bool session_know_mta(struct session *session, const char *version, const char *name)
{
	session->client.headers_complete = text_starts_with(text_of(version), TEXT("Postfix "));
	if (!session->client.headers_complete && name && !(session->own_name = strdup(name)))
		return false;
	session->client.own_name = text_of(session->own_name);
	session->mta_known = true;
	return true;
}

void session_queue(struct session *session, struct text queue)
{
	queue = text_first(queue, sizeof session->queue - 1);
	if (queue.length)
		memcpy(session->queue, queue.at, queue.length);
	session->queue[queue.length] = '\0';
}

bool session_is_broken_off(const struct session *session)
{
	return session->state == SESSION_MESSAGE && session->sent;
}

void session_end(struct session *session)
{
	session->state = SESSION_IDLE;
	session->client.login = text_of(NULL);
	free(session->login);
	session->login = NULL;
	session->id[0] = session->queue[0] = '\0';
	session->shadowed = session->sent = false;
	session->spent = 0;
	/* Most connections are silent most of the time, and a message is many times as large as its session. */
	spare_give(session->message);
	spare_give(session->shadow);
	session->message = session->shadow = NULL;
	holder_give_back(session->hold);
	session->hold = NULL;
}

bool session_macros_are_named(const struct session *session)
{
	return session->negotiated ? session->macros_by_name : negotiate_ever_by_name();
}

bool session_may_refuse(const struct session *session, enum stage stage)
{
	if (stage == STAGE_RCPT && session->submission)
		return false;
	return !session_is_silent(session, negotiate_silence(stage));
}

bool session_monitors(const struct session *session)
{
	return session->hold ? session->hold->conduct.monitor : holder_monitors();
}

const char *session_id(struct session *session)
{
	if (!session->id[0])
		decision_id_make(session->id);
	return session->id;
}
