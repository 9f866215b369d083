/* SPDX-License-Identifier: BSD-2-Clause */
#include "callbacks.h"

#include "answer.h"
#include "counters.h"
#include "decide.h"
#include "macro.h"
#include "negotiate.h"
#include "session.h"
#include "unended.h"
#include "unknown_header.h"
#include "ses/header.h"

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
	*status = answer_trouble(context, session, stage, session->state == SESSION_IDLE ? REASON_NO_MESSAGE : REASON_NONE);
	return false;
}

/* A message on its way, if there is one, does not come to its end. */
static void break_off(struct session *session)
{
	if (session_is_broken_off(session))
		unended_note();
	session_end(session);
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused2,
	unsigned long unused3, unsigned long *actions_wanted, unsigned long *steps_wanted, unsigned long *out2, unsigned long *out3)
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
	session->macros_by_name = by_name;
	holder_give_back(hold);
	negotiate_note(session->steps, by_name);
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
		break_off(session);
		session_connect(session, address);
	}
	return answer_go_on(session, SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *context, char *name)
{
	struct session *session = smfi_getpriv(context);

	(void)name;
	/* libmilter forgets the macros of what follows. */
	if (session)
		session->mail_macros = NULL;
	return answer_go_on(session, SMFIP_NR_HELO);
}

/* Those of CONNECT, which are the MTA's own, and those of MAIL. */
static bool macros_have_come(SMFICTX *context, struct session *session, const struct macro_packet *packet)
{
	bool mail = macro_packet_has_come(packet, &session->mail_macros);

	if (!session_macros_are_named(session))
		return true;
	/* What is there is of the message before. */
	if (!mail)
		macro_forget_value(macro_value(context, "i"));
	return mail && (session->mta_known || macro_value(context, "j").length || macro_value(context, "v").length);
}

/* The id that an MTA tells when it likes would be that of the message before, where none is told with the next. */
static void take_queue(SMFICTX *context, struct session *session)
{
	struct text queue = macro_value(context, "i");

	session_queue(session, queue);
	macro_forget_value(queue);
}

/* A look-up goes through all macros, so only for one who asks. */
static void take_tls(SMFICTX *context, struct session *session)
{
	struct text tls;

	if (!session_asks_tls(session))
		return;
	tls = macro_value(context, "{tls_version}");
	session->client.tls = tls.length;
	/* An MTA that was not asked for it here has told it with HELO: it holds as long as the connection. */
	if (session_macros_are_named(session))
		macro_forget_value(tls);
}

static sfsistat mail(SMFICTX *context, struct session *session, char **arguments, const struct macro_packet *packet)
{
	const char *mailer = packet->of[MACRO_MAILER];
	bool routed = session->portless && mailer && *mailer;

	bool told = macros_have_come(context, session, packet);
	session->recipient_macros = NULL;
	break_off(session);
	bool begun = session_begin(session, packet->of[MACRO_LOGIN], routed);
	/* Where it was named, libmilter has it as long as the message (queue_of). */
	if (!session_macros_are_named(session))
		take_queue(context, session);
	if (!begun)
		return answer_trouble(context, session, STAGE_MAIL, session->connected ? REASON_MEMORY : REASON_NO_CLIENT);
	if (!told)
		return answer_trouble(context, session, STAGE_MAIL, REASON_NO_MACROS);
	if (!session->mta_known && !session_know_mta(session, macro_value(context, "v").at, macro_value(context, "j").at))
		return answer_trouble(context, session, STAGE_MAIL, REASON_MEMORY);
	take_tls(context, session);
	return decide(context, session, STAGE_MAIL,
		&(struct envelope_argument){ text_of(arguments[0]), text_of(packet->of[MACRO_ADDRESS]) });
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
	struct session *session = session_of(context);
	struct macro_packet packet;

	macro_packet_read(context, STAGE_MAIL, !session || session->portless, &packet);
	sfsistat status = session ? mail(context, session, arguments, &packet) : answer_no_session(context);
	for (enum macro_of_event macro = 0; macro < MACROS; macro++)
		macro_forget(&packet, macro);
	return status;
}

static sfsistat recipient(SMFICTX *context, struct session *session, char **arguments, const struct macro_packet *packet)
{
	sfsistat status;

	if (!on_its_way(context, session, STAGE_RCPT, &status))
		return status;
	if (session_macros_are_named(session) && !macro_packet_has_come(packet, &session->recipient_macros))
		return answer_trouble(context, session, STAGE_RCPT, REASON_NO_MACROS);
	return decide(context, session, STAGE_RCPT,
		&(struct envelope_argument){ text_of(arguments[0]), text_of(packet->of[MACRO_ADDRESS]) });
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
	struct macro_packet packet;

	macro_packet_read(context, STAGE_RCPT, false, &packet);
	sfsistat status = recipient(context, session_of(context), arguments, &packet);
	macro_forget(&packet, MACRO_ADDRESS);
	macro_forget(&packet, MACRO_MAILER);
	return status;
}

static sfsistat on_data(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_DATA, &status))
		return status;
	session->sent = true;
	return decide(context, session, STAGE_DATA, NULL);
}

/* Nothing is ever answered to a header: what was read is judged at the end of them. */
static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
	struct session *session = smfi_getpriv(context);

	if (session && session->state == SESSION_MESSAGE) {
		session->sent = true;
		struct text text = text_of(name), content = text_of(value);
		message_header(session->message, text, content);
		if (session->shadowed)
			message_header(session->shadow, text, content);
		if (header_may_steer(text) && !session->hold->generation->ses_headers_refuse &&
			header_find(text) == HEADER_SES_UNKNOWN)
			unknown_header_note(text);
	}
	return answer_go_on(session, SMFIP_NR_HDR);
}

static sfsistat on_headers_end(SMFICTX *context)
{
	struct session *session = session_of(context);
	sfsistat status;

	if (!on_its_way(context, session, STAGE_EOH, &status))
		return status;
	session->sent = true;
	return decide(context, session, STAGE_EOH, NULL);
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
	unended_note_end();
	status = decide(context, session, STAGE_EOM, NULL);
	session_end(session);
	return status;
}

static sfsistat on_abort(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	if (session)
		break_off(session);
	return SMFIS_CONTINUE;
}

/* May be the only callback of a connection, and may be followed by another connection on the same context. */
static sfsistat on_close(SMFICTX *context)
{
	struct session *session = smfi_getpriv(context);

	smfi_setpriv(context, NULL);
	if (session && session->connected)
		counters_take(&counters.connections);
	if (session)
		break_off(session);
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
