/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record: one log line a decision, `key=value` with stable keys, always in the
 * same order. Refusals and trouble are logged; allowed messages are not.
 */
#ifndef MILTER_RECORD_H
#define MILTER_RECORD_H

#include "reply.h"
#include "session.h"

/* Longest line, in bytes. Values are cut, never the line. */
#define RECORD_MAX 2000

/*
 * Write the line for what `outcome` says of the session's message. `queue`: the
 * MTA's queue id or NULL. Bytes that are not printable ASCII, and spaces,
 * quotes and backslashes, stand as \xNN, so that a value can never look like
 * another key. Returns the length.
 */
size_t record_line(const struct session *session, const struct outcome *outcome, const struct reply *reply,
	const char *queue, char out[RECORD_MAX]);

/* Log it. */
void record_write(const struct session *session, const struct outcome *outcome, const struct reply *reply,
	const char *queue);

#endif
