/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: bytes, each a step on a connection of the filter's socket: two bits say what (the MTA sends, the filter polls and reads,
 * it looks at two descriptors at once and reads, reading ahead is switched), six how much. The last one of all ends the MTA's side.
 *
 * Promises: the filter reads the bytes that were sent, in their order, each once, and then the end; poll says that there is
 * something if and only if there is; a read that poll has announced never waits.
 */
#include "fuzz/fuzz.h"

#include "read_ahead.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct two_ends {
	int mta, filter;
	size_t sent, read;
};

static int door = -1;
static struct sockaddr_un address;
static socklen_t address_length = sizeof address;

/* An abstract name that the kernel chooses. */
static void door_open(void)
{
	door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sun_family = AF_UNIX;
	FUZZ_CHECK(door >= 0 && bind(door, (struct sockaddr *)&address, sizeof address.sun_family) == 0 && listen(door, 8) == 0);
	FUZZ_CHECK(getsockname(door, (struct sockaddr *)&address, &address_length) == 0);
	read_ahead_listen(door);
	FUZZ_CHECK(read_ahead_is_ours());
}

static struct two_ends connection_open(void)
{
	struct two_ends connection = { .mta = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };

	FUZZ_CHECK(connect(connection.mta, (struct sockaddr *)&address, address_length) == 0);
	connection.filter = accept(door, NULL, NULL);
	FUZZ_CHECK(connection.filter >= 0);
	return connection;
}

/* What stands at that place of the stream. */
static unsigned char byte_at(size_t place)
{
	return (unsigned char)(place * 131 + place / 251);
}

static void put(struct two_ends *connection, size_t size)
{
	static unsigned char bytes[65536];

	for (size_t i = 0; i < size; i++)
		bytes[i] = byte_at(connection->sent + i);
	/* What waits in the kernel fits there. */
	if (connection->sent - connection->read + size > sizeof bytes)
		return;
	FUZZ_CHECK(send(connection->mta, bytes, size, MSG_NOSIGNAL) == (ssize_t)size);
	connection->sent += size;
}

static bool is_ready(const struct two_ends *connection, bool beside)
{
	struct pollfd waiting[] = { { .fd = connection->filter, .events = POLLIN }, { .fd = door, .events = POLLIN } };
	int count = poll(waiting, beside ? 2 : 1, 0);

	FUZZ_CHECK(count >= 0 && (count == 1) == (waiting[0].revents != 0) && !waiting[1].revents);
	FUZZ_CHECK(!waiting[0].revents || waiting[0].revents & POLLIN);
	return count;
}

static void take(struct two_ends *connection, size_t size, bool beside, bool ended)
{
	static unsigned char got[65536];
	size_t there = connection->sent - connection->read;

	FUZZ_CHECK(is_ready(connection, beside) == (there > 0 || ended));
	if (!there && !ended)
		return;
	ssize_t count = read(connection->filter, got, size);
	FUZZ_CHECK(count >= 0 && (size_t)count <= there && (size_t)count <= size && (count > 0 || !there || !size));
	for (ssize_t i = 0; i < count; i++)
		FUZZ_CHECK(got[i] == byte_at(connection->read + (size_t)i));
	connection->read += (size_t)count;
}

/* 0, 1 to 47 bytes, and from a block of what is read ahead to several. */
static size_t how_much(unsigned bits)
{
	static const size_t large[] = { 512, READ_AHEAD_BLOCK - 5, READ_AHEAD_BLOCK - 1, READ_AHEAD_BLOCK, READ_AHEAD_BLOCK + 1,
		READ_AHEAD_BLOCK + 5, 2 * READ_AHEAD_BLOCK, 3 * READ_AHEAD_BLOCK };

	return bits < 48 ? bits : large[bits % 8];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (door < 0)
		door_open();
	read_ahead_use(true);
	struct two_ends connection = connection_open();

	for (size_t i = 0; i < size && i < 400; i++) {
		size_t much = how_much(data[i] >> 2);
		switch (data[i] & 3) {
		case 0:
			put(&connection, much);
			break;
		case 1:
			take(&connection, much, false, false);
			break;
		case 2:
			take(&connection, much, true, false);
			break;
		case 3:
			read_ahead_use(much % 2);
			break;
		}
	}
	FUZZ_CHECK(shutdown(connection.mta, SHUT_WR) == 0);
	while (connection.read < connection.sent)
		take(&connection, READ_AHEAD_BLOCK / 3, connection.read % 2, true);
	take(&connection, 8, false, true);
	close(connection.mta);
	close(connection.filter);
	return 0;
}
