/* SPDX-License-Identifier: BSD-2-Clause */
#include "early.h"

#include "ses/certain.h"

static enum stage later(enum stage a, enum stage b)
{
	return a > b ? a : b;
}

/* The earliest; STAGE_EOM: none before the end. */
static enum stage earliest(const struct loaded *loaded)
{
	const struct conduct *conduct = &loaded->conduct;
	enum stage stage = certain_stage(loaded->generation);

	if (conduct->records && conduct->records_whole)
		return STAGE_EOM;
	if (loaded->shadow)
		stage = later(stage, certain_stage(loaded->shadow));
	/* Only then are all recipients known, and from Postfix the queue id. */
	return conduct->records && conduct->records_allowed ? later(stage, STAGE_DATA) : stage;
}

void early_find(struct loaded *loaded)
{
	/* At the end of the headers a yes saves nothing. */
	for (enum stage stage = earliest(loaded); stage <= STAGE_DATA; stage++)
		loaded->conduct.may_accept[stage] = true;
}
