/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire: packets of the milter protocol, version 6, as bytes: a length of four
 * bytes in network order (it counts the command and the data), one command byte,
 * the data. No sockets here. Names and numbers are those of libmilter's mfdef.h.
 *
 * A buffer that could not grow remembers it in `failed` and takes nothing
 * more; look at it once, before sending.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an MTA tells a filter, in the order of a session. */
enum wire_stage {
	WIRE_NEGOTIATE,
	WIRE_CONNECT,
	WIRE_HELO,
	WIRE_MAIL,
	WIRE_RCPT,
	WIRE_DATA,
	WIRE_HEADER,
	WIRE_EOH,
	WIRE_BODY,
	WIRE_EOM,
	WIRE_STAGES
};

struct wire_event {
	const char *name;
	char command;      /* SMFIC_* */
	uint32_t unwanted; /* SMFIP_NO*: the filter does not want it; 0: always sent */
	uint32_t no_reply; /* SMFIP_NR_*: the filter does not answer it; 0: always answered */
	int macro_list;    /* index in wire_macros.names, or -1: no macros go before it */
};
extern const struct wire_event wire_events[WIRE_STAGES];

/* Macros to send, by SMFIM_* stage: names with single spaces between. */
#define WIRE_MACRO_LISTS 7
#define WIRE_MACRO_ROOM 256
struct wire_macros {
	char names[WIRE_MACRO_LISTS][WIRE_MACRO_ROOM];
};

/* All that Postfix 3.7 offers. */
#define WIRE_ACTIONS 0x1ffu
#define WIRE_STEPS 0x1fffffu
#define WIRE_BODY_MAX 65535u

struct wire_buffer {
	unsigned char *bytes;
	size_t start, end, room; /* what is held: start .. end - 1 */
	size_t packet;           /* where the open packet begins */
	bool failed;
};

void wire_free(struct wire_buffer *buffer);

/* Room for `size` bytes more behind `end`; NULL when memory is short. */
unsigned char *wire_room(struct wire_buffer *buffer, size_t size);

/* One packet: begin, its data piece by piece, end. */
void wire_begin(struct wire_buffer *buffer, char command);
void wire_bytes(struct wire_buffer *buffer, const void *bytes, size_t size);
void wire_string(struct wire_buffer *buffer, const char *string); /* with its NUL */
void wire_number(struct wire_buffer *buffer, uint32_t number);
void wire_end(struct wire_buffer *buffer);

struct wire_packet {
	char command;
	const unsigned char *data; /* in the buffer, until it is written to again */
	size_t size;
};

/* Take one packet off the front. 1: there it is; 0: not all of it is there yet; -1: this is no milter protocol. */
int wire_take(struct wire_buffer *buffer, struct wire_packet *packet);

/*
 * What a filter's SMFIC_OPTNEG packet asks for. Macro lists that it does not
 * name are left as they are. False: malformed, or more than was offered.
 */
bool wire_negotiated(const struct wire_packet *packet, uint32_t *steps, struct wire_macros *macros);

/*
 * What a filter's answer means to the SMTP client: 250 go on, else the code of
 * the refusal; 0 for a message that is to be discarded; -1 for what is not an
 * answer of this kind (progress, changes to the message, anything unknown).
 */
int wire_reply_code(const struct wire_packet *packet);

#endif
