/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_record: one decision record of the daemon, a line of JSON. A line of
 * the daemon's usual form is read in place, in one pass; anything else (escapes in
 * a text that is needed, say) goes to jansson.
 *
 * Why there is a reader of our own: a million records (570 MB) against two policies take 2.6 s of CPU with it, and 20 s
 * when jansson reads each line. A memory of earlier answers would save another second where messages are alike, and
 * nothing where they are not: there is none.
 */
#ifndef TOOL_REPLAY_RECORD_H
#define TOOL_REPLAY_RECORD_H

#include "base/text.h"

#include <jansson.h>

/* The texts of a record that are used; absent and null are empty. From RECORD_MESSAGE on: of the message that was decided. */
enum record_text {
	RECORD_ID,
	RECORD_QUEUE_ID,
	RECORD_DECISION,
	RECORD_POLICY,
	RECORD_SID,
	RECORD_REASON,
	RECORD_MODE,
	RECORD_PRINCIPAL,
	RECORD_MESSAGE,
	RECORD_STAGE = RECORD_MESSAGE,
	RECORD_TIME,
	RECORD_CLIENT,
	RECORD_LOGIN,
	RECORD_SENDER,
	RECORD_RETURN_PATH,
	RECORD_CONFIGURATION_SET,
	RECORD_SOURCE_ARN,
	RECORD_FROM_ARN,
	RECORD_RETURN_PATH_ARN,
	RECORD_TENANT,
	RECORD_FULL_NAME,
	RECORD_SES_HEADER,
	RECORD_TEXTS,
};

struct record_mailbox {
	struct text address, name;
	bool named; /* there is a name, perhaps empty: it was decoded */
};

/* An address of the envelope, and the MTA's form of it. */
struct replay_record_form {
	struct text address, as;
};

struct replay_record {
	struct text of[RECORD_TEXTS];
	bool tls, has_from;       /* has_from: there is a list of the From header's mailboxes */
	struct text raw;          /* the From headers as they came, a list of texts as JSON; .at is NULL: not there */
	const json_t *raw_json;   /* the same when jansson read it; NULL: not there */
	struct text quota;        /* the limit that it is about, as JSON; .at is NULL: not there */
	const json_t *quota_json; /* the same when jansson read it; NULL: not there */
	int statement;            /* index, or -1 */
	struct text *recipients;  /* grown as needed, kept from line to line */
	size_t recipient_count, recipient_room;
	struct record_mailbox *from;
	size_t from_count, from_room;
	struct replay_record_form *completed; /* those that have another form */
	size_t completed_count, completed_room;
	json_t *root; /* what the texts point into when jansson read it */
};

enum record_found { RECORD_READ, RECORD_INVALID, RECORD_MEMORY };

/* Read a line; what was there is forgotten. A zeroed record is empty. Texts point into the line, or into ->root. */
enum record_found replay_record_read(struct replay_record *record, struct text line);
void replay_record_free(struct replay_record *record);

/* The MTA's form of an address; empty: it has none but itself. */
struct text replay_record_form(const struct replay_record *record, struct text address);

#endif
