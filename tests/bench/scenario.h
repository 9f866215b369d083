/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario: the messages of a run and what the filter has to say to each.
 *
 * A file has one message a line: client, sender, recipients with commas
 * between, expected answer; separated by tabs; empty lines and lines that begin
 * with # are passed over. Expected answers:
 *
 *     -               whatever it is
 *     accept          every recipient and the message are taken
 *     550@mail        refused with this code at this stage (connect, helo, mail,
 *                     rcpt, data, header, eoh, body, eom); 550@rcpt: every
 *                     recipient is refused, that is the end of the message
 *     accept ARA      the second of three recipients is refused, the rest taken
 *     550@data RA     the same, with a refusal of what is left
 */
#ifndef BENCH_SCENARIO_H
#define BENCH_SCENARIO_H

#include "wire.h"

#include <stdio.h>

#define RECIPIENT_TAKEN 'A'
#define RECIPIENT_REFUSED 'R'

/* How a message ended: 250 at WIRE_EOM, or a refusal at some stage. */
struct answer {
	int code;
	enum wire_stage stage;
};

struct bench_message {
	const char *client; /* IP address */
	const char *sender;
	const char **recipients; /* at least one */
	size_t recipient_count;
	bool expected_any; /* nothing is expected */
	struct answer expected;
	const char *expected_recipients; /* a letter a recipient; NULL: as the answer implies */
};

struct scenario {
	struct bench_message *messages;
	size_t count;
	size_t recipients_max; /* of one message */
};

/*
 * All of these return NULL, or what is wrong (a constant string). The scenario
 * borrows `client`, `sender`, `recipient` and `expected`; what was added
 * before a fault stays until scenario_free.
 */

/* One message to `recipients` times the address: user1@example.org, user2@example.org, ... */
const char *scenario_add(struct scenario *scenario, const char *client, const char *sender, const char *recipient,
	size_t recipients, const char *expected);

/* The messages of a file; `line` is where it stopped. */
const char *scenario_read(struct scenario *scenario, FILE *file, size_t *line);

void scenario_free(struct scenario *scenario);

/* Is the answer, with a letter for each recipient, the expected one? */
bool scenario_expects(const struct bench_message *message, struct answer answer, const char *recipients);

#endif
