/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * noop: the least a libmilter filter can do: every callback says "go on". It is
 * the floor that the daemon is measured against.
 *
 *     noop --socket unix:PATH [--steps MASK] [--accept STAGE] [--macros LIST=NAMES]...
 *
 * MASK is what it negotiates: SMFIP_NO* for events that it does not want,
 * SMFIP_NR_* for events that it does not answer (mfdef.h). 0, the default:
 * everything. At STAGE (mail, rcpt or data; eom, the default: at none) it says
 * "accept": no more is asked about the message. LIST is a number 0 to 6 (SMFIM_*), NAMES the macros that the MTA
 * shall send there. So it can ask for exactly what another filter asks for.
 */
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKLOG 1024

static unsigned long steps, accepting; /* SMFIP_NR_* of the stage */
static char *macros[SMFIM_LAST + 1];   /* NULL: as the MTA likes */

static sfsistat answer(unsigned long no_reply)
{
	if (accepting == no_reply)
		return SMFIS_ACCEPT;
	return steps & no_reply ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long offered, unsigned long unused2,
	unsigned long unused3, unsigned long *want_actions, unsigned long *want_steps, unsigned long *want2, unsigned long *want3)
{
	(void)actions, (void)unused2, (void)unused3;
	for (int list = SMFIM_FIRST; list <= SMFIM_LAST; list++)
		if (macros[list] && smfi_setsymlist(context, list, macros[list]) != MI_SUCCESS)
			return SMFIS_REJECT;
	*want_actions = 0;
	*want_steps = steps & offered;
	*want2 = *want3 = 0;
	return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *context, char *name, _SOCK_ADDR *address)
{
	(void)context, (void)name, (void)address;
	return answer(SMFIP_NR_CONN);
}

static sfsistat on_helo(SMFICTX *context, char *name)
{
	(void)context, (void)name;
	return answer(SMFIP_NR_HELO);
}

static sfsistat on_mail(SMFICTX *context, char **arguments)
{
	(void)context, (void)arguments;
	return answer(SMFIP_NR_MAIL);
}

static sfsistat on_recipient(SMFICTX *context, char **arguments)
{
	(void)context, (void)arguments;
	return answer(SMFIP_NR_RCPT);
}

static sfsistat on_data(SMFICTX *context)
{
	(void)context;
	return answer(SMFIP_NR_DATA);
}

static sfsistat on_header(SMFICTX *context, char *name, char *value)
{
	(void)context, (void)name, (void)value;
	return answer(SMFIP_NR_HDR);
}

static sfsistat on_headers_end(SMFICTX *context)
{
	(void)context;
	return answer(SMFIP_NR_EOH);
}

static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t size)
{
	(void)context, (void)bytes, (void)size;
	return answer(SMFIP_NR_BODY);
}

static sfsistat on_message_end(SMFICTX *context)
{
	(void)context;
	return SMFIS_CONTINUE;
}

/* "2=i {mail_addr}" */
static int macros_parse(char *text)
{
	if (text[0] < '0' + SMFIM_FIRST || text[0] > '0' + SMFIM_LAST || text[1] != '=' || !text[2])
		return 0;
	macros[text[0] - '0'] = text + 2;
	return 1;
}

static int stage_parse(const char *name)
{
	static const struct {
		const char *name;
		unsigned long no_reply;
	} stages[] = { { "mail", SMFIP_NR_MAIL }, { "rcpt", SMFIP_NR_RCPT }, { "data", SMFIP_NR_DATA }, { "eom", 0 } };

	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
		if (!strcmp(name, stages[i].name)) {
			accepting = stages[i].no_reply;
			return 1;
		}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "steps", required_argument, NULL, 'n' }, { "macros", required_argument, NULL, 'm' },
		{ "accept", required_argument, NULL, 'a' }, { 0 } };
	struct smfiDesc filter = {
		.xxfi_name = "noop",
		.xxfi_version = SMFI_VERSION,
		.xxfi_negotiate = on_negotiate,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_data = on_data,
		.xxfi_header = on_header,
		.xxfi_eoh = on_headers_end,
		.xxfi_body = on_body,
		.xxfi_eom = on_message_end,
	};
	char *socket = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			socket = optarg;
		else if (option == 'n')
			steps = strtoul(optarg, NULL, 0);
		else if (!(option == 'm' && macros_parse(optarg)) && !(option == 'a' && stage_parse(optarg)))
			return 2;
	}
	if (!socket || optind < argc) {
		fputs("usage: noop --socket unix:PATH|inet:PORT@IP [--steps MASK] [--accept STAGE] [--macros LIST=NAMES]...\n",
			stderr);
		return 2;
	}
	if (smfi_setconn(socket) != MI_SUCCESS || smfi_setbacklog(BACKLOG) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS) {
		fputs("noop: libmilter does not take this socket\n", stderr);
		return 2;
	}
	return smfi_main() == MI_SUCCESS ? 0 : 2;
}
