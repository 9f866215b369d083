/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_decide: what a generation says to the message of a decision record, as
 * far as the record knows the message: one that was refused at MAIL is known no
 * further than that.
 */
#ifndef TOOL_REPLAY_DECIDE_H
#define TOOL_REPLAY_DECIDE_H

#include "ses/message.h"
#include "tool/replay_record.h"

/* What becomes of the message at its end, without the recipients that are refused alone. */
enum replay_end {
	END_REFUSED,
	END_PASSES,
	END_UNKNOWN, /* nothing is said against it, as far as the record knows it */
};

/* Texts belong to the generation or are constants. */
struct judgement {
	bool refused; /* the message, or a recipient of it */
	bool unknown; /* not refused so far, and the record lacks what the policies look at */
	enum replay_end end;
	enum stage stage;
	struct text policy, sid; /* of the statement, if there is one */
	int statement;           /* -1: none */
	enum reason reason;      /* NONE also of one that the record names and this version does not know */
	size_t recipient;        /* number of the first that was refused alone; else SIZE_MAX */
};

/* False when memory is short. */
bool replay_decide(struct message *message, const struct generation *generation, const struct replay_record *record,
	struct arena *arena, struct judgement *out);

/* Of `allowed`, `explicitDeny` and `implicitDeny` the record's own; false: it is none of these (an error), or that of shadow policies. Texts are the record's. */
bool replay_recorded(const struct replay_record *record, struct judgement *out);

/* Was it deferred by a limit of its day before its end, so that the record does not have all of the message? */
bool replay_was_cut_short(const struct replay_record *record);

#endif
