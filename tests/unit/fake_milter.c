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

/* Each at a place of its own, as libmilter has those of two packets. */
static char *copied(const char *value)
{
	static char copies[64][64];
	static size_t next;
	char *copy = copies[next++ % (sizeof copies / sizeof *copies)];

	snprintf(copy, sizeof *copies, "%s", value);
	return copy;
}

char *smfi_getsymval(SMFICTX *context, char *name)
{
	bool address = strcmp(name, "{mail_addr}") == 0 || strcmp(name, "{rcpt_addr}") == 0;

	if (context->stale && address)
		return context->stale;
	for (size_t i = 0; context->macros[i][0]; i++)
		if (strcmp(context->macros[i][0], name) == 0)
			return copied(context->macros[i][1]);
	/* An MTA has it always, be it empty. */
	return address && !context->silent ? copied("") : NULL;
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
