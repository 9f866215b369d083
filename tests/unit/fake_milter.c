/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake_milter.h"

#include <stdio.h>
#include <string.h>

struct smfiDesc fake_filter;
bool fake_setpriv_fails, fake_setsymlist_fails;

int smfi_register(struct smfiDesc filter)
{
	fake_filter = filter;
	return MI_SUCCESS;
}

int smfi_setpriv(SMFICTX *context, void *private)
{
	if (fake_setpriv_fails)
		return MI_FAILURE;
	context->private = private;
	return MI_SUCCESS;
}

void *smfi_getpriv(SMFICTX *context)
{
	return context->private;
}

void fake_packet(SMFICTX *context, bool recipient)
{
	/* Each at a place of its own, as libmilter has two that follow each other. */
	static char packets[64][17][64];
	static size_t next;
	char(*kept)[64] = packets[next++ % (sizeof packets / sizeof *packets)];

	memset(kept, 0, sizeof *packets);
	for (size_t i = 0; context->macros[i][0]; i++)
		snprintf(kept[i], sizeof kept[i], "%s", context->macros[i][1]);
	strcpy(kept[15], "relay.example");
	*(recipient ? &context->kept_recipient : &context->kept) = kept;
}

char *smfi_getsymval(SMFICTX *context, char *name)
{
	bool recipient = strcmp(name, "{rcpt_addr}") == 0;
	char(*kept)[64] = recipient ? context->kept_recipient : context->kept;

	if (!kept)
		return NULL;
	for (size_t i = 0; context->macros[i][0]; i++)
		if (strcmp(context->macros[i][0], name) == 0)
			return kept[i];
	if (strcmp(name, "j") == 0)
		return kept[15];
	return recipient || strcmp(name, "{mail_addr}") == 0 ? kept[16] : NULL;
}

int smfi_setreply(SMFICTX *context, char *code, char *xcode, char *text)
{
	snprintf(context->reply, sizeof context->reply, "%s %s %s", code, xcode, text);
	return MI_SUCCESS;
}

int smfi_setsymlist(SMFICTX *context, int stage, char *macros)
{
	if (fake_setsymlist_fails)
		return MI_FAILURE;
	snprintf(context->symlist[stage], sizeof context->symlist[stage], "%s", macros);
	return MI_SUCCESS;
}

size_t smfi_setmaxdatasize(size_t size)
{
	return size;
}

/* The daemon's socket, which no test here opens. */
int smfi_setconn(char *socket)
{
	(void)socket;
	return MI_FAILURE;
}

int smfi_setbacklog(int backlog)
{
	(void)backlog;
	return MI_FAILURE;
}

int smfi_opensocket(bool remove)
{
	(void)remove;
	return MI_FAILURE;
}
