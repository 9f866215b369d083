/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/stage.h"

#include "ses/generation.h"

const char *stage_name(enum stage stage)
{
	static const char *const names[STAGES] = { "MAIL", "RCPT", "DATA", "EOH", "EOM" };

	return names[stage];
}

enum stage generation_stage(const struct generation *generation, enum key_source source)
{
	switch (source) {
	case SOURCE_SENDER:
		return generation->from_address == FROM_ENVELOPE ? STAGE_MAIL : STAGE_EOH;
	case SOURCE_RECIPIENTS:
		return STAGE_DATA;
	case SOURCE_RESOURCE:
	case SOURCE_HEADER_NAME:
	case SOURCE_RETURN_PATH:
	case SOURCE_TENANT:
		return STAGE_EOH;
	case SOURCE_SETTINGS:
	case SOURCE_SITE:
	case SOURCE_TIME:
	case SOURCE_CLIENT:
	case SOURCE_TLS:
	case SOURCE_PRINCIPAL:
	case SOURCES_END:
		break;
	}
	return STAGE_MAIL;
}

enum key_source generation_source(const struct generation *generation, int slot)
{
	if (slot < 0)
		return SOURCE_SETTINGS;
	return connection_source(&generation->connection, key_source(policy_set_keys(generation->set)[slot].info));
}
