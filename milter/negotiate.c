/* SPDX-License-Identifier: BSD-2-Clause */
#include "negotiate.h"

#include <stdatomic.h>

/*
 * `j` and `v`, the MTA's name and which one it is, never change in a connection.
 * {tls_version} is asked for at MAIL rather than HELO: it spares the HELO event,
 * and a reload may begin to need it in sessions that were negotiated without.
 */
static const struct {
	int stage;
	const char *macros;
} wanted[] = {
	{ SMFIM_CONNECT, "j v" },
	{ SMFIM_HELO, "{tls_version}" },
	{ SMFIM_ENVFROM, "i {auth_authen} {mail_addr} {mail_mailer} {tls_version}" },
	{ SMFIM_ENVRCPT, "i {rcpt_addr}" },
	{ SMFIM_DATA, "i" },
	{ SMFIM_EOM, "i" },
};

bool negotiate_macros(SMFICTX *context)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (smfi_setsymlist(context, wanted[i].stage, (char *)wanted[i].macros) != MI_SUCCESS)
			return false;
	return true;
}

unsigned long negotiate_steps(const struct hold *hold, unsigned long offered, bool macros_by_name)
{
	const struct generation *generation = hold->generation;
	const struct generation *shadow = hold->shadow ? hold->shadow : generation;
	unsigned long steps = SMFIP_NOBODY | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_HDR;

	/* Without lists of macros TLS is told at HELO only. */
	if (macros_by_name)
		steps |= SMFIP_NOHELO;
	/* A yes is told where it can be certain first. */
	const bool *may_accept = hold->conduct.may_accept;
	if (!generation->may_refuse[STAGE_MAIL] && !may_accept[STAGE_MAIL])
		steps |= SMFIP_NR_MAIL;
	if (!generation->may_refuse[STAGE_RCPT])
		steps |= SMFIP_NR_RCPT;
	if (!generation->may_refuse[STAGE_DATA] && (!may_accept[STAGE_DATA] || may_accept[STAGE_MAIL]))
		steps |= SMFIP_NR_DATA;
	if (!generation->may_refuse[STAGE_EOH])
		steps |= SMFIP_NR_EOH;
	if (!generation->wants_headers && !shadow->wants_headers && !generation->keeps_headers)
		steps |= SMFIP_NOHDRS;
	if (!generation->may_refuse[STAGE_EOH] && !shadow->may_refuse[STAGE_EOH])
		steps |= SMFIP_NOEOH;
	return steps & offered;
}

static atomic_ulong ever;
static atomic_bool ever_by_name;

void negotiate_note(unsigned long steps, bool macros_by_name)
{
	if (macros_by_name && !atomic_load_explicit(&ever_by_name, memory_order_relaxed))
		atomic_store_explicit(&ever_by_name, true, memory_order_relaxed);
	/* Nearly always known already: then no write that other threads would wait for. */
	if ((atomic_load_explicit(&ever, memory_order_relaxed) & steps) != steps)
		atomic_fetch_or_explicit(&ever, steps, memory_order_relaxed);
}

unsigned long negotiate_ever(void)
{
	return atomic_load_explicit(&ever, memory_order_relaxed);
}

bool negotiate_ever_by_name(void)
{
	return atomic_load_explicit(&ever_by_name, memory_order_relaxed);
}
