/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record: what there is to say about one decision, and the log line made of it:
 * `key=value` with stable keys, always in the same order. Refusals and trouble
 * are logged, also those that monitor mode and the shadow only think; messages that are
 * let through are not. record_json.h has the longer form for the file.
 */
#ifndef MILTER_RECORD_H
#define MILTER_RECORD_H

#include "reply.h"
#include "session.h"
#include "throttled.h"

/* Was the client told? */
enum record_mode {
	RECORD_ENFORCE, /* yes */
	RECORD_MONITOR, /* no: monitor mode */
	RECORD_SHADOW,  /* no: policies in the shadow of others */
};

struct record {
	const struct session *session;
	const struct outcome *outcome;
	const struct reply *reply; /* what the client is, or would be, told; NULL: let through */
	const char *queue;         /* the MTA's queue id, or NULL */
	enum record_mode mode;
	const struct throttled *throttled; /* the limit that it is about; NULL: none */
};

/* "enforce", "monitor", "shadow" */
const char *record_mode_name(enum record_mode mode);

/* "would-reject", "would-tempfail", or NULL where the client was told or there is nothing to tell. */
const char *record_would(const struct record *record);

/* "allowed", "explicitDeny", "implicitDeny", "throttled", "error" */
const char *record_decision(const struct record *record);

/* The message it is about; NULL: none has begun. */
struct message *record_message(const struct record *record);

/* The client's login without its realm; as the MTA told it as long as no message has begun. */
struct text record_login(const struct record *record, const struct message *message);

/* Its envelope sender; what is no address stands as it was written. Empty: the null sender. */
struct text record_sender(const struct record *record, const struct message *message);

/* Longest line, in bytes. Values are cut, never the line. */
#define RECORD_MAX 2000

/*
 * Write the line. Bytes that are not printable ASCII, and spaces, quotes and
 * backslashes, stand as \xNN, so that a value can never look like another key.
 * Returns the length.
 */
size_t record_line(const struct record *record, char out[RECORD_MAX]);

/* The same of a limit, `more` of whose lines were left out since the last (quota_log.h). */
size_t record_line_throttled(const struct record *record, unsigned long more, char out[RECORD_MAX]);

#endif
