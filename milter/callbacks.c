/* SPDX-License-Identifier: BSD-2-Clause */
#include "callbacks.h"

#include "negotiate.h"
#include "record.h"
#include "reply.h"
#include "session.h"

#include <string.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

/* Longest event that is taken, in bytes. */
#define EVENT_MAX (1 << 20)

/* The connection's state, made when first needed; NULL when memory is short. */
static struct session *session_of(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	if (session)
		return session;
	session = session_new();
	if (session && smfi_setpriv(context, session) != MI_SUCCESS) {
		session_free(session);
		return NULL;
	}
	return session;
}

static struct text macro(SMFICTX *context, const char *name)
{
	return text_of(smfi_getsymval(context, (char *)name));
}

/* Go on. A session that promised silence for this step says nothing. */
static sfsistat go_on(const struct session *session, unsigned long step)
{
	/* Unasked-for silence would leave the MTA waiting; libmilter keeps promises that we have forgotten. */
	return session && session->negotiated && session_is_silent(session, step) ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

/* Without memory for a session there is nothing to remember the trouble in: later stages meet it again, the end always. */
static sfsistat no_session(SMFICTX *context)
{
	const struct reply reply = { "451", "4.3.0", "Internal trouble, try again later", "none" };

	return reply_send(context, &reply);
}

/* Our own trouble: 451 here if it can be told, and at all later stages of this message that can tell it. */
static sfsistat troubled(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	const struct reply reply = { outcome->code ? outcome->code : "451", outcome->code ? outcome->xcode : "4.3.0",
		outcome->text ? outcome->text : "Internal trouble, try again later", session_id(session) };
	bool first = session->state != SESSION_TROUBLED || outcome->reason;

	session->state = SESSION_TROUBLED;
	if (first)
		record_write(session, outcome, &reply, smfi_getsymval(context, (char *)"i"));
	if (!session_may_refuse(session, outcome->stage))
		return go_on(session, negotiate_silence(outcome->stage));
	return reply_send(context, &reply);
}

/* Trouble of the daemon itself rather than of the evaluation. `reason` NULL: it has been logged before. */
static sfsistat trouble_at(SMFICTX *context, struct session *session, enum stage stage, const char *reason)
{
	const struct outcome outcome = { .action = OUTCOME_TROUBLE, .stage = stage, .statement = -1, .reason = reason };

	return troubled(context, session, &outcome);
}

static sfsistat refused(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	const struct reply reply = { outcome->code, outcome->xcode, outcome->text, session_id(session) };

	record_write(session, outcome, &reply, smfi_getsymval(context, (char *)"i"));
	sfsistat status = reply_send(context, &reply);
	/* libmilter calls no abort after a refusal of ours: this message is over. */
	if (outcome->stage != STAGE_RCPT)
		session_end(session);
	return status;
}

static sfsistat answer(SMFICTX *context, struct session *session, const struct outcome *outcome)
{
	switch (outcome->action) {
	case OUTCOME_CONTINUE:
		return go_on(session, negotiate_silence(outcome->stage));
	case OUTCOME_REFUSE:
		if (session_may_refuse(session, outcome->stage))
			return refused(context, session, outcome);
		return trouble_at(context, session, outcome->stage, "refusal-untold");
	default:
		return troubled(context, session, outcome);
	}
}

/* A stage of a message that is on its way? Else the answer is in `status`. */
static bool on_its_way(SMFICTX *context, struct session *session, enum stage stage, sfsistat *status)
{
	if (!session) {
		*status = no_session(context);
		return false;
	}
	if (session->state == SESSION_MESSAGE)
		return true;
	*status = trouble_at(context, session, stage, session->state == SESSION_IDLE ? "no-message" : NULL);
	return false;
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused2,
	unsigned long unused3, unsigned long *actions_wanted, unsigned long *steps_wanted, unsigned long *out2,
	unsigned long *out3)
{
	struct session *session = session_of(context);
	bool by_name = actions & SMFIF_SETSYMLIST;
	struct hold *hold = holder_take();

	(void)unused2, (void)unused3;
	/* REJECT here makes libmilter close the connection: the MTA's default action applies. */
	if (!session || !hold || (by_name && !negotiate_macros(context))) {
		holder_give_back(hold);
		return SMFIS_REJECT;
	}
	session->steps = negotiate_steps(hold->generation, steps, by_name);
	session->negotiated = true;
	holder_give_back(hold);
	negotiate_note(session->steps);
	*actions_wanted = actions & SMFIF_SETSYMLIST;
	*steps_wanted = session->steps;
	*out2 = 0;
	*out3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address)
{
	struct session *session = session_of(context);

	(void)host;
	if (session)
		session_connect(session, address);
	return go_on(session, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *context, char *name)
{
	(void)name;
	return go_on(smfi_getpriv(context), SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);

	if (!session)
		return no_session(context);
	if (!session_begin(session, smfi_getsymval(context, (char *)"{auth_authen}"),
	    smfi_getsymval(context, (char *)"{tls_version}"), smfi_getsymval(context, (char *)"{mail_mailer}")))
		return trouble_at(context, session, STAGE_MAIL, session->connected ? "memory" : "no-client");
	struct outcome outcome = message_sender(session->message, text_of(arguments[0]),
		macro(context, "{mail_addr}"), session_may_refuse(session, STAGE_MAIL));
	return answer(context, session, &outcome);
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_RCPT, &status))
		return status;
	struct outcome outcome = message_recipient(session->message, text_of(arguments[0]),
		macro(context, "{rcpt_addr}"), session_may_refuse(session, STAGE_RCPT));
	return answer(context, session, &outcome);
}

static sfsistat on_data(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_DATA, &status))
		return status;
	struct outcome outcome = message_data(session->message, session_may_refuse(session, STAGE_DATA));
	return answer(context, session, &outcome);
}

/* Nothing is ever answered to a header: what was read is judged at the end of them. */
static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = smfi_getpriv(context);

	if (session && session->state == SESSION_MESSAGE)
		message_header(session->message, text_of(name), text_of(value));
	return go_on(session, SMFIP_NR_HDR);
}

static sfsistat on_headers_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_EOH, &status))
		return status;
	struct outcome outcome = message_headers_end(session->message, session_may_refuse(session, STAGE_EOH));
	return answer(context, session, &outcome);
}

static sfsistat on_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_EOM, &status)) {
		if (session)
			session_end(session);
		return status;
	}
	struct outcome outcome = message_end(session->message);
	status = answer(context, session, &outcome);
	session_end(session);
	return status;
}

static sfsistat on_abort(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	if (session)
		session_end(session);
	return SMFIS_CONTINUE;
}

/* May be the only callback of a connection, and may be followed by another connection on the same context. */
static sfsistat on_close(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	smfi_setpriv(context, NULL);
	session_free(session);
	return SMFIS_CONTINUE;
}

bool callbacks_register(void)
{
	const struct smfiDesc description = {
		.xxfi_name = (char *)"ses-policy-milter",
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_SETSYMLIST,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_data = on_data,
		.xxfi_header = on_header,
		.xxfi_eoh = on_headers_end,
		.xxfi_eom = on_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_negotiate = on_negotiate,
	};

	/* A longer event ends the connection: 64 KB by default, less than the header that Postfix takes (header_size_limit). */
	smfi_setmaxdatasize(EVENT_MAX);
	return smfi_register(description) == MI_SUCCESS;
}
