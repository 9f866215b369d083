/* SPDX-License-Identifier: BSD-2-Clause */
#include "callbacks.h"

#include "answer.h"
#include "counters.h"
#include "negotiate.h"
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

/* A stage of a message that is on its way? Else the answer is in `status`. */
static bool on_its_way(SMFICTX *context, struct session *session, enum stage stage, sfsistat *status)
{
	if (!session) {
		*status = answer_no_session(context);
		return false;
	}
	if (session->state == SESSION_MESSAGE)
		return true;
	if (session->state == SESSION_PASSED) {
		*status = answer_go_on(session, negotiate_silence(stage));
		return false;
	}
	*status = answer_trouble(context, session, stage, session->state == SESSION_IDLE ? "no-message" : NULL);
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
	session->steps = negotiate_steps(hold, steps, by_name);
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
	if (session) {
		if (!session->connected)
			counters_add(&counters.connections, 1);
		counters_add(&counters.connections_total, 1);
		session_connect(session, address);
	}
	return answer_go_on(session, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *context, char *name)
{
	(void)name;
	return answer_go_on(smfi_getpriv(context), SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);

	if (!session)
		return answer_no_session(context);
	bool routed = session->portless && smfi_getsymval(context, (char *)"{mail_mailer}");
	if (!session_begin(session, smfi_getsymval(context, (char *)"{auth_authen}"),
	    smfi_getsymval(context, (char *)"{tls_version}"), routed))
		return answer_trouble(context, session, STAGE_MAIL, session->connected ? "memory" : "no-client");
	if (!session->mta_known && !session_know_mta(session, smfi_getsymval(context, (char *)"v"), smfi_getsymval(context, (char *)"j")))
		return answer_trouble(context, session, STAGE_MAIL, "memory");
	const struct text raw = text_of(arguments[0]), completed = macro(context, "{mail_addr}");
	uint64_t start = counters_clock();
	struct outcome outcome = message_sender(session->message, raw, completed, session_may_refuse(session, STAGE_MAIL));
	session->spent += counters_clock() - start;
	sfsistat status = answer_outcome(context, session, &outcome);
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session, message_sender(session->shadow, raw, completed, true));
	return status;
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_RCPT, &status))
		return status;
	const struct text raw = text_of(arguments[0]), completed = macro(context, "{rcpt_addr}");
	uint64_t start = counters_clock();
	struct outcome outcome = message_recipient(session->message, raw, completed, session_may_refuse(session, STAGE_RCPT));
	session->spent += counters_clock() - start;
	status = answer_outcome(context, session, &outcome);
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session, message_recipient(session->shadow, raw, completed, !session->submission));
	return status;
}

static sfsistat on_data(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_DATA, &status))
		return status;
	uint64_t start = counters_clock();
	struct outcome outcome = message_data(session->message, session_may_refuse(session, STAGE_DATA));
	session->spent += counters_clock() - start;
	status = answer_outcome(context, session, &outcome);
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session, message_data(session->shadow, true));
	return status;
}

/* Nothing is ever answered to a header: what was read is judged at the end of them. */
static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = smfi_getpriv(context);

	if (session && session->state == SESSION_MESSAGE) {
		message_header(session->message, text_of(name), text_of(value));
		if (session->shadowed)
			message_header(session->shadow, text_of(name), text_of(value));
	}
	return answer_go_on(session, SMFIP_NR_HDR);
}

static sfsistat on_headers_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_EOH, &status))
		return status;
	uint64_t start = counters_clock();
	struct outcome outcome = message_headers_end(session->message, session_may_refuse(session, STAGE_EOH));
	session->spent += counters_clock() - start;
	status = answer_outcome(context, session, &outcome);
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session, message_headers_end(session->shadow, true));
	return status;
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
	uint64_t start = counters_clock();
	struct outcome outcome = message_end(session->message);
	session->spent += counters_clock() - start;
	status = answer_outcome(context, session, &outcome);
	if (answer_shadow_asked(session, &outcome))
		answer_shadow(context, session, message_end(session->shadow));
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
	if (session && session->connected)
		counters_take(&counters.connections);
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
