/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_ahead: reads what an MTA has sent before libmilter asks for it.
 *
 * libmilter takes each event by a poll(2), a read(2) of five bytes, another poll and a read of the rest; built with a
 * pool of workers it looks once more whether the next one is there. An MTA sends the events of a message that it
 * expects no answer to in one piece. Therefore this program exports an accept, read, poll and close of its own, which
 * libmilter calls as the dynamic linker's search order has it (the program first). On connections that were accepted
 * at the filter's socket read takes all that is there, at most READ_AHEAD_BLOCK bytes; what libmilter did not ask for
 * waits in memory, and until libmilter has it poll says that there is something to read. All other descriptors go
 * straight to the C library.
 *
 * Of a TCP connection what has been read is confirmed at once (TCP_QUICKACK), whether or not anything is read ahead:
 * an MTA whose kernel waits for that with the next small packet (Nagle) would lose 40 ms a message.
 *
 * A connection is read by one thread at a time, as libmilter does; any thread may poll it.
 */
#ifndef MILTER_READ_AHEAD_H
#define MILTER_READ_AHEAD_H

#include <stdbool.h>
#include <sys/socket.h>

#define READ_AHEAD_BLOCK 8192

/* Descriptors from here on are left to libmilter. */
#define READ_AHEAD_DESCRIPTORS 65536

/* Are this program's four functions those that libraries call? */
bool read_ahead_is_ours(void);

/* Look after the connections that will be accepted at that descriptor: the filter's socket. -1: none any more; those that are open go to the C library, too, once what is in memory of them has been read. */
void read_ahead_listen(int listener);

/* Read ahead on all of these connections, or on none. None to begin with. */
void read_ahead_use(bool use);

/*
 * Read ahead on the connection that comes from this address, whatever read_ahead_use says; and what
 * has been seen of it since. One at a time.
 */
enum {
	READ_AHEAD_ACCEPTED = 1, /* our accept gave it to libmilter */
	READ_AHEAD_SERVED = 2,   /* libmilter asked our poll, then our read for bytes that had been read ahead */
	READ_AHEAD_CLOSED = 4,   /* our close was told of its end, when nothing was left to read */
};
void read_ahead_try(const struct sockaddr *peer, socklen_t length);
unsigned read_ahead_seen(void);

#endif
