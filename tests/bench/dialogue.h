/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialogue: the client's side of one SMTP session, in the way applications
 * speak it: one command, one reply. Bytes in, bytes out; whoever uses it owns the
 * socket.
 *
 * The first line is a proxy's, "PROXY TCP4 ...": so a client on loopback may
 * have any address, and the server begins a session but once, as it does for a real
 * client. (After XCLIENT it would begin anew, and greet its milters twice.)
 */
#ifndef BENCH_DIALOGUE_H
#define BENCH_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#define DIALOGUE_CONTENT_SIZE 2048

enum dialogue_stage {
	DIALOGUE_GREETING,
	DIALOGUE_HELLO,
	DIALOGUE_MAIL,
	DIALOGUE_RCPT,
	DIALOGUE_DATA,
	DIALOGUE_CONTENT,
	DIALOGUE_RESET,
	DIALOGUE_QUIT,
	DIALOGUE_STAGES
};

extern const char *const dialogue_names[DIALOGUE_STAGES];

/* What is said in every session, and the reply that ends each message. */
struct dialogue_plan {
	char proxy[96], mail[512], rcpt[512], content[DIALOGUE_CONTENT_SIZE];
	int code; /* 250 at DIALOGUE_CONTENT: accepted */
	enum dialogue_stage stage;
};

struct dialogue {
	const struct dialogue_plan *plan;
	enum dialogue_stage stage; /* whose reply is awaited */
	size_t left;               /* messages that are to follow; 0: nothing but goodbye */
	const char *out;           /* send it */
	size_t in_size;
	char in[4096]; /* what has come; after a reply, its text */
};

enum dialogue_state {
	DIALOGUE_WAITS,   /* the reply is not whole yet */
	DIALOGUE_GOES_ON, /* `out` is next */
	DIALOGUE_OVER,    /* the same, and a message has had its answer */
	DIALOGUE_ENDED,   /* the server has said goodbye */
	DIALOGUE_WRONG,   /* a reply other than expected, or bytes that are none */
};

/* EXPECTED: "accept" or such as "550@mail", "550@rcpt", "550@data", "550@end". False: a text is too long, or nonsense. */
bool dialogue_plan(struct dialogue_plan *plan, const char *client, const char *sender, const char *recipient, const char *expected);

void dialogue_begin(struct dialogue *dialogue, const struct dialogue_plan *plan, size_t messages);

/* After bytes have come: `in_size` counts them. */
enum dialogue_state dialogue_input(struct dialogue *dialogue);

/* What must be heard at the stage. */
int dialogue_expected(const struct dialogue *dialogue);

/* The code of a reply of one or more lines; 0: it is not whole yet; -1: it is none, or more than one. */
int dialogue_reply(const char *bytes, size_t size);

#endif
