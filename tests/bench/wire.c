/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 5 /* length and command */
#define PACKET_MAX (1u << 24)
#define BUFFER_FIRST 4096

const struct wire_event wire_events[WIRE_STAGES] = {
	[WIRE_NEGOTIATE] = { "negotiate", SMFIC_OPTNEG, 0, 0, -1 },
	[WIRE_CONNECT] = { "connect", SMFIC_CONNECT, SMFIP_NOCONNECT, SMFIP_NR_CONN, SMFIM_CONNECT },
	[WIRE_HELO] = { "helo", SMFIC_HELO, SMFIP_NOHELO, SMFIP_NR_HELO, SMFIM_HELO },
	[WIRE_MAIL] = { "mail", SMFIC_MAIL, SMFIP_NOMAIL, SMFIP_NR_MAIL, SMFIM_ENVFROM },
	[WIRE_RCPT] = { "rcpt", SMFIC_RCPT, SMFIP_NORCPT, SMFIP_NR_RCPT, SMFIM_ENVRCPT },
	[WIRE_DATA] = { "data", SMFIC_DATA, SMFIP_NODATA, SMFIP_NR_DATA, SMFIM_DATA },
	[WIRE_HEADER] = { "header", SMFIC_HEADER, SMFIP_NOHDRS, SMFIP_NR_HDR, SMFIM_EOM },
	[WIRE_EOH] = { "eoh", SMFIC_EOH, SMFIP_NOEOH, SMFIP_NR_EOH, SMFIM_EOH },
	[WIRE_BODY] = { "body", SMFIC_BODY, SMFIP_NOBODY, SMFIP_NR_BODY, SMFIM_EOM },
	[WIRE_EOM] = { "eom", SMFIC_BODYEOB, 0, 0, SMFIM_EOM },
};

void wire_free(struct wire_buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct wire_buffer){ 0 };
}

unsigned char *wire_room(struct wire_buffer *buffer, size_t size)
{
	size_t room = buffer->room ? buffer->room : BUFFER_FIRST;
	unsigned char *bytes;

	if (buffer->failed)
		return NULL;
	if (buffer->room - buffer->end < size) {
		while (room - buffer->end < size)
			room *= 2;
		bytes = realloc(buffer->bytes, room);
		if (!bytes) {
			buffer->failed = true;
			return NULL;
		}
		buffer->bytes = bytes;
		buffer->room = room;
	}
	return buffer->bytes + buffer->end;
}

void wire_bytes(struct wire_buffer *buffer, const void *bytes, size_t size)
{
	unsigned char *at = wire_room(buffer, size);

	if (!at || !size)
		return;
	memcpy(at, bytes, size);
	buffer->end += size;
}

void wire_string(struct wire_buffer *buffer, const char *string)
{
	wire_bytes(buffer, string, strlen(string) + 1);
}

void wire_number(struct wire_buffer *buffer, uint32_t number)
{
	uint32_t bytes = htonl(number);

	wire_bytes(buffer, &bytes, sizeof bytes);
}

void wire_begin(struct wire_buffer *buffer, char command)
{
	buffer->packet = buffer->end;
	wire_number(buffer, 0);
	wire_bytes(buffer, &command, 1);
}

void wire_end(struct wire_buffer *buffer)
{
	uint32_t size;

	if (buffer->failed)
		return;
	size = htonl((uint32_t)(buffer->end - buffer->packet - sizeof size));
	memcpy(buffer->bytes + buffer->packet, &size, sizeof size);
}

static uint32_t number_at(const unsigned char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof number);
	return ntohl(number);
}

int wire_take(struct wire_buffer *buffer, struct wire_packet *packet)
{
	size_t held = buffer->end - buffer->start;
	const unsigned char *at = buffer->bytes + buffer->start;
	uint32_t size = held >= HEAD ? number_at(at) : 0;

	if (held >= HEAD && (size < 1 || size > PACKET_MAX))
		return -1;
	if (held < HEAD || held - sizeof size < size) {
		/* To the front with it, so that the buffer need not grow for ever. */
		if (held && buffer->start)
			memmove(buffer->bytes, at, held);
		buffer->start = 0;
		buffer->end = held;
		return 0;
	}
	packet->command = (char)at[sizeof size];
	packet->data = at + HEAD;
	packet->size = size - 1;
	buffer->start += sizeof size + size;
	return 1;
}

bool wire_negotiated(const struct wire_packet *packet, uint32_t *steps, struct wire_macros *macros)
{
	const unsigned char *at = packet->data, *end = packet->data + packet->size;

	if (packet->size < MILTER_OPTLEN)
		return false;
	*steps = number_at(at + 2 * MILTER_LEN_BYTES);
	if (number_at(at) > SMFI_PROT_VERSION || (*steps & ~WIRE_STEPS))
		return false;
	for (at += MILTER_OPTLEN; at < end;) {
		const unsigned char *names = at + MILTER_LEN_BYTES, *nul;
		uint32_t list;

		if (end - at < MILTER_LEN_BYTES)
			return false;
		list = number_at(at);
		nul = memchr(names, '\0', (size_t)(end - names));
		if (!nul || list >= WIRE_MACRO_LISTS || nul - names >= WIRE_MACRO_ROOM)
			return false;
		memcpy(macros->names[list], names, (size_t)(nul - names) + 1);
		at = nul + 1;
	}
	return true;
}

int wire_reply_code(const struct wire_packet *packet)
{
	char code[4] = "";

	switch (packet->command) {
	case SMFIR_CONTINUE:
	case SMFIR_ACCEPT:
	case SMFIR_SKIP:
		return 250;
	case SMFIR_REJECT:
		return 550;
	case SMFIR_TEMPFAIL:
		return 451;
	case SMFIR_SHUTDOWN:
	case SMFIR_CONN_FAIL:
		return 421;
	case SMFIR_DISCARD:
		return 0;
	case SMFIR_REPLYCODE:
		memcpy(code, packet->data, packet->size < 3 ? packet->size : 3);
		return atoi(code) >= 400 && atoi(code) <= 599 ? atoi(code) : -1;
	default:
		return -1;
	}
}
