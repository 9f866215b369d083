/* SPDX-License-Identifier: BSD-2-Clause */
#include "round_trips.h"

#include "negotiate.h"
#include "ses/headers_why.h"

#include <stdio.h>

#include <libmilter/mfdef.h>

/* All steps that an MTA may offer. */
#define EVERY_STEP (~0ul)

static const char *stage_words(enum stage stage)
{
	static const char *const words[STAGES] = { "MAIL", "RCPT", "DATA", "the end of the headers", "the end of the message" };

	return words[stage];
}

/* Where a message that is allowed is let through. */
static enum stage yes_of(const struct loaded *loaded)
{
	enum stage stage = STAGE_MAIL;

	while (stage < STAGE_EOM && !loaded->conduct.may_accept[stage])
		stage++;
	return stage;
}

static bool is_asked(enum stage stage, enum stage yes, unsigned long steps)
{
	if (stage > yes || (stage == STAGE_EOH && steps & SMFIP_NOEOH))
		return false;
	return !(steps & negotiate_silence(stage));
}

const char *round_trips_print(const struct loaded *loaded, char out[ROUND_TRIPS_SIZE])
{
	const struct hold hold = { .generation = loaded->generation, .shadow = loaded->shadow, .conduct = loaded->conduct };
	unsigned long steps = negotiate_steps(&hold, EVERY_STEP, true);
	enum stage yes = yes_of(loaded);
	const char *separator = "";
	char room[HEADERS_WHY_SIZE];
	size_t used = (size_t)snprintf(out, ROUND_TRIPS_SIZE, "asked at ");

	for (enum stage stage = STAGE_MAIL; stage < STAGES; stage++)
		if (is_asked(stage, yes, steps)) {
			used += (size_t)snprintf(out + used, ROUND_TRIPS_SIZE - used, "%s%s",
				stage == yes && *separator ? " and " : separator, stage_words(stage));
			separator = ", ";
		}
	const char *why = headers_why(loaded->generation, room), *whose = "";
	if (!why && loaded->shadow && (why = headers_why(loaded->shadow, room)))
		whose = "in the shadow ";
	snprintf(out + used, ROUND_TRIPS_SIZE - used, "; yes at %s; %s%s%s", stage_words(yes),
		why ? "headers shown because " : "no headers shown", whose, why ? why : "");
	return out;
}
