/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp: plays applications against an MTA on loopback: many SMTP sessions at
 * the same time from one thread, every reply checked. After --warm-up seconds the
 * messages are counted that have their answer within --seconds; then each session
 * ends the message in hand and says goodbye.
 *
 * Exit status: 0 all replies as expected; 1 some were not; 2 could not do it.
 */
#include "dialogue.h"
#include "histogram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000ull
#define PATIENCE (60 * NS) /* without a byte from anyone */
#define SESSIONS_MAX 1000
#define TOLD_MAX 3    /* wrong replies on stderr */
#define WRONG_MAX 100 /* then the server is not worth more */

static const char usage[] = "usage: smtp --port N [OPTION]...   a server on 127.0.0.1 that speaks haproxy's protocol, version 1\n"
			    "  --sessions N         at the same time (10)\n"
			    "  --messages N         in each session (1)\n"
			    "  --seconds S          measure so long (1)\n"
			    "  --warm-up S          before that (0.2)\n"
			    "  --client IP          (192.0.2.10)\n"
			    "  --sender ADDRESS     (user@example.com)\n"
			    "  --recipient ADDRESS  (user@example.org)\n"
			    "  --expect ANSWER      accept, 550@mail, 550@rcpt, 550@data, 550@end and the like (accept)\n";

struct smtp_options {
	double port, sessions, messages, seconds, warm_up;
	const char *client, *sender, *recipient, *expect;
};

struct smtp_client {
	struct dialogue dialogue;
	uint64_t begun; /* when the message in hand was */
};

struct state {
	const struct smtp_options *options;
	struct dialogue_plan plan;
	struct smtp_client clients[SESSIONS_MAX];
	struct pollfd polls[SESSIONS_MAX]; /* fd -1: this client is done */
	size_t open;
	uint64_t from, until;   /* when messages count */
	size_t total, sessions; /* also those that are not counted in time */
	size_t wrong;
	struct histogram histogram;
	const char *fault;
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* A command fits in the socket's buffer: the server has read the one before. */
static void say(struct state *state, size_t at)
{
	struct smtp_client *client = &state->clients[at];
	const char *out = client->dialogue.out;

	if (client->dialogue.stage == DIALOGUE_MAIL)
		client->begun = clock_ns(CLOCK_MONOTONIC);
	/* A server that is gone is heard of when its reply is awaited. */
	if (send(state->polls[at].fd, out, strlen(out), MSG_NOSIGNAL) < 0 && errno != EPIPE && errno != ECONNRESET)
		state->fault = "cannot send";
}

static void begin(struct state *state, size_t at)
{
	struct sockaddr_in server = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)state->options->port) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	state->polls[at] = (struct pollfd){ .fd = fd, .events = POLLIN };
	if (fd < 0 || connect(fd, (const struct sockaddr *)&server, sizeof server) ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one)) {
		state->fault = "cannot reach the server";
		return;
	}
	dialogue_begin(&state->clients[at].dialogue, &state->plan, (size_t)state->options->messages);
	say(state, at);
}

static void end(struct state *state, size_t at, uint64_t now)
{
	close(state->polls[at].fd);
	state->polls[at].fd = -1;
	state->sessions++;
	if (now < state->until)
		begin(state, at);
	else
		state->open--;
}

static void wrong(struct state *state, const struct dialogue *dialogue, const char *got)
{
	if (state->wrong++ < TOLD_MAX)
		fprintf(stderr, "wrong reply at %s: %.*s; expected %d\n", dialogue_names[dialogue->stage],
			(int)strcspn(got, "\r\n"), got, dialogue_expected(dialogue));
	if (state->wrong == WRONG_MAX)
		state->fault = "too many wrong replies";
}

static void hear(struct state *state, size_t at, uint64_t now)
{
	struct smtp_client *client = &state->clients[at];
	struct dialogue *dialogue = &client->dialogue;
	ssize_t got = recv(state->polls[at].fd, dialogue->in + dialogue->in_size, sizeof dialogue->in - dialogue->in_size, 0);

	if (got <= 0) {
		wrong(state, dialogue, "the server has closed the session");
		end(state, at, now);
		return;
	}
	dialogue->in_size += (size_t)got;
	/* The message in hand is the last one. */
	if (now >= state->until && dialogue->left)
		dialogue->left = dialogue->stage >= DIALOGUE_MAIL && dialogue->stage <= DIALOGUE_CONTENT;
	switch (dialogue_input(dialogue)) {
	case DIALOGUE_WAITS:
		break;
	case DIALOGUE_OVER:
		state->total++;
		if (now >= state->from && now < state->until)
			histogram_add(&state->histogram, now - client->begun);
		say(state, at);
		break;
	case DIALOGUE_GOES_ON:
		say(state, at);
		break;
	case DIALOGUE_WRONG:
		wrong(state, dialogue, dialogue->in);
		end(state, at, now);
		break;
	case DIALOGUE_ENDED:
		end(state, at, now);
		break;
	}
}

static void loop(struct state *state)
{
	size_t count = (size_t)state->options->sessions;
	uint64_t now = clock_ns(CLOCK_MONOTONIC), heard = now;

	state->from = now + (uint64_t)(state->options->warm_up * (double)NS);
	state->until = state->from + (uint64_t)(state->options->seconds * (double)NS);
	for (state->open = 0; state->open < count && !state->fault; state->open++)
		begin(state, state->open);
	while (state->open && !state->fault) {
		int ready = poll(state->polls, count, 1000);

		now = clock_ns(CLOCK_MONOTONIC);
		if (ready > 0)
			heard = now;
		else if (now - heard > PATIENCE)
			state->fault = "the server is silent";
		for (size_t at = 0; at < count && !state->fault; at++)
			if (state->polls[at].fd >= 0 && state->polls[at].revents) {
				state->polls[at].revents = 0;
				hear(state, at, clock_ns(CLOCK_MONOTONIC));
			}
	}
}

static bool number(const char *text, double least, double most, bool whole, double *to)
{
	char *end;

	*to = strtod(text, &end);
	if (!*end && end != text && *to >= least && *to <= most && (!whole || *to == (double)(long)*to))
		return true;
	fprintf(stderr, "smtp: %s: must be a%s number from %g to %g\n", text, whole ? " whole" : "", least, most);
	return false;
}

static bool option_take(struct smtp_options *options, int option, const char *value)
{
	switch (option) {
	case 'p':
		return number(value, 1, 65535, true, &options->port);
	case 'n':
		return number(value, 1, SESSIONS_MAX, true, &options->sessions);
	case 'm':
		return number(value, 1, 1e9, true, &options->messages);
	case 's':
		return number(value, 0.01, 3600, false, &options->seconds);
	case 'w':
		return number(value, 0, 3600, false, &options->warm_up);
	case 'c':
		options->client = value;
		return true;
	case 'f':
		options->sender = value;
		return true;
	case 't':
		options->recipient = value;
		return true;
	case 'e':
		options->expect = value;
		return true;
	default:
		return false;
	}
}

static void report(const struct state *state)
{
	const struct histogram *histogram = &state->histogram;

	printf("{\"messages\":%zu,\"seconds\":%.3f,\"messages_s\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"total\":%zu,"
	       "\"sessions\":%zu,\"client_us\":%.2f,\"wrong\":%zu}\n",
		histogram->total, state->options->seconds, (double)histogram->total / state->options->seconds,
		(double)histogram_share(histogram, .5) / 1e3, (double)histogram_share(histogram, .99) / 1e3, state->total,
		state->sessions, (double)clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e3 / (double)(state->total ? state->total : 1),
		state->wrong);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { { "port", required_argument, NULL, 'p' },
		{ "sessions", required_argument, NULL, 'n' }, { "messages", required_argument, NULL, 'm' },
		{ "seconds", required_argument, NULL, 's' }, { "warm-up", required_argument, NULL, 'w' },
		{ "client", required_argument, NULL, 'c' }, { "sender", required_argument, NULL, 'f' },
		{ "recipient", required_argument, NULL, 't' }, { "expect", required_argument, NULL, 'e' }, { 0 } };
	struct smtp_options options = { .sessions = 10,
		.messages = 1,
		.seconds = 1,
		.warm_up = 0.2,
		.client = "192.0.2.10",
		.sender = "user@example.com",
		.recipient = "user@example.org",
		.expect = "accept" };
	static struct state state;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		if (!option_take(&options, option, optarg))
			return 2;
	if (optind < argc || !options.port) {
		fputs(usage, stderr);
		return 2;
	}
	state.options = &options;
	if (!dialogue_plan(&state.plan, options.client, options.sender, options.recipient, options.expect)) {
		fputs("smtp: an address is too long, or no such answer can be expected\n", stderr);
		return 2;
	}
	loop(&state);
	if (state.wrong) {
		fprintf(stderr, "smtp: %zu wrong replies\n", state.wrong);
		return 1;
	}
	if (!state.fault && !state.histogram.total)
		state.fault = "no message was over in time; give it more --seconds";
	if (state.fault) {
		fprintf(stderr, "smtp: %s\n", state.fault);
		return 2;
	}
	report(&state);
	return 0;
}
