/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_tally: what the decision records of a site tell: what became of messages, when, and by what.
 */
#ifndef TOOL_REPORT_TALLY_H
#define TOOL_REPORT_TALLY_H

#include "tool/replay_record.h"
#include "tool/report_count.h"
#include "tool/report_spans.h"

/* What is counted by name. Of refusals, deferrals and what monitor mode would refuse; what is of the shadow bears its name. */
enum report_by {
	BY_STATEMENT,
	BY_REASON, /* also of trouble */
	BY_PRINCIPAL,
	BY_RECIPIENT_DOMAIN, /* each once a record */
	BY_SENDER_DOMAIN,
	BY_SHADOW_STATEMENT,
	BY_SHADOW_REASON,
	BY_QUOTA, /* "SCOPE NAME" of limits that were used up */
	BYS
};

struct report_tally {
	uint64_t records, invalid;
	uint64_t fates[FATES];
	struct report_spans spans;
	struct report_count by[BYS];
	json_t *limits; /* what is known of a limit that was used up, by its name in BY_QUOTA */
};

/* False when memory is short, here and below. report_tally_free is due in any case. */
bool report_tally_init(struct report_tally *tally);
void report_tally_free(struct report_tally *tally);

bool report_tally_add(struct report_tally *tally, const struct replay_record *record);

/* {"records", "invalid", FATE: n..., "time": report_spans.h, "by": {"statement": report_count.h, ...}, "limits": [...]} NULL when memory is short. */
json_t *report_tally_json(const struct report_tally *tally);

#endif
