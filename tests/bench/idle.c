/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * idle: opens many connections to a filter, tells it of the client and then
 * says nothing, as MTAs do whose clients are silent.
 *
 * On stdout comes "ready" when the filter has read all that it was told. Each
 * line on stdin carries one message through every connection, one after the
 * other; then "ready" comes again. At the end of stdin it looks whether the filter has
 * kept all connections, and says goodbye.
 *
 * Exit status: 0 all answers as expected and no connection lost; 1 some were
 * not; 2 could not do it.
 */
#include "arguments.h"
#include "session.h"
#include "target.h"

#include <errno.h>
#include <getopt.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE 4096
#define PATIENCE 60 /* seconds for the filter to read and to answer */
#define TOLD_MAX 3  /* faults on stderr */

static const char usage[] = "usage: idle --socket unix:PATH|inet:PORT@IP [OPTION]...\n"
			    "  --connections N      (1)\n"
			    "  --client IP          (192.0.2.10)\n"
			    "  --sender ADDRESS     of the messages (user@example.com)\n"
			    "  --recipient ADDRESS  of the messages, numbered as in user1@example.org (user@example.org)\n"
			    "  --expect ANSWER      to each, as in scenario.h (-)\n"
			    "Each line on stdin carries a message through every connection; its end closes them.\n";

struct idle {
	int socket;
	struct bench_session session;
	char recipient; /* what became of him */
};

struct crowd {
	struct target target;
	struct scenario scenario;
	struct idle *idle;
	size_t count, faults;
};

static void fault(struct crowd *crowd, const char *what)
{
	if (crowd->faults++ < TOLD_MAX)
		argument_complain(what, NULL);
}

/* Send, and read answers, until none is awaited. */
static enum bench_session_state talk(struct idle *idle, enum bench_session_state state)
{
	while (state != SESSION_BROKEN && target_send(idle->socket, &idle->session.out)) {
		struct wire_buffer *in = &idle->session.in;
		unsigned char *at;
		ssize_t got;

		if (state != SESSION_WAITS)
			return state;
		at = wire_room(in, READ_SIZE);
		got = at ? recv(idle->socket, at, READ_SIZE, 0) : 0;
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		in->end += (size_t)got;
		state = session_input(&idle->session);
	}
	return SESSION_BROKEN;
}

/* False: what follows makes no sense. */
static bool open_all(struct crowd *crowd)
{
	const struct timeval patience = { .tv_sec = PATIENCE };

	for (size_t i = 0; i < crowd->count; i++) {
		struct idle *idle = &crowd->idle[i];

		idle->session.recipients = &idle->recipient;
		idle->socket = target_connect(&crowd->target);
		if (idle->socket < 0 || setsockopt(idle->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience))
			return argument_complain(strerror(errno), "cannot reach the filter");
		if (talk(idle, session_begin(&idle->session, crowd->scenario.messages)) != SESSION_READY) {
			fault(crowd, "a connection ends while it is opened");
			return false;
		}
	}
	return true;
}

static void wrong_answer(struct crowd *crowd, struct answer got)
{
	char text[64];

	snprintf(text, sizeof text, "wrong answer: %d@%s", got.code, wire_events[got.stage].name);
	fault(crowd, text);
}

static void carry_all(struct crowd *crowd)
{
	const struct bench_message *message = crowd->scenario.messages;

	for (size_t i = 0; i < crowd->count; i++) {
		struct bench_session *session = &crowd->idle[i].session;

		if (talk(&crowd->idle[i], session_message(session, message)) != SESSION_OVER)
			fault(crowd, "a connection ends while it carries a message");
		else if (!scenario_expects(message, session->answer, session->recipients))
			wrong_answer(crowd, session->answer);
	}
}

/* Until the filter has read all of it: on a unix socket, what it has not read is still the sender's. */
static bool all_read(const struct crowd *crowd)
{
	const struct timespec pause = { 0, 5000000 };
	time_t limit = time(NULL) + PATIENCE;

	for (size_t i = 0; i < crowd->count; i++) {
		int unread;

		while (!ioctl(crowd->idle[i].socket, SIOCOUTQ, &unread) && unread) {
			if (time(NULL) > limit)
				return argument_complain("the filter does not read what it is told", NULL);
			nanosleep(&pause, NULL);
		}
	}
	return true;
}

static void close_all(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		struct idle *idle = &crowd->idle[i];
		char byte;

		if (recv(idle->socket, &byte, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN)
			fault(crowd, "the filter has ended an idle connection");
		session_quit(&idle->session);
		target_send(idle->socket, &idle->session.out);
	}
}

static bool tell_ready(void)
{
	puts("ready");
	return !fflush(stdout);
}

static bool run(struct crowd *crowd)
{
	char line[16];

	if (!open_all(crowd) || !all_read(crowd) || !tell_ready())
		return false;
	while (fgets(line, sizeof line, stdin)) {
		carry_all(crowd);
		if (!all_read(crowd) || !tell_ready())
			return false;
	}
	close_all(crowd);
	return true;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = { { "socket", required_argument, NULL, 's' },
		{ "connections", required_argument, NULL, 'n' }, { "client", required_argument, NULL, 'c' },
		{ "sender", required_argument, NULL, 'f' }, { "recipient", required_argument, NULL, 't' },
		{ "expect", required_argument, NULL, 'e' }, { "help", no_argument, NULL, 'h' }, { 0 } };
	const char *socket = NULL, *client = "192.0.2.10", *sender = "user@example.com", *recipient = "user@example.org";
	const char *expect = "-", *wrong;
	struct crowd crowd = { .count = 1 };
	bool done;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case 's':
			socket = optarg;
			break;
		case 'c':
			client = optarg;
			break;
		case 'f':
			sender = optarg;
			break;
		case 't':
			recipient = optarg;
			break;
		case 'e':
			expect = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			if (option != 'n' || !argument_count(optarg, 1, 100000, &crowd.count))
				return 2;
		}
	}
	if (!socket || optind < argc) {
		fputs(usage, stderr);
		return 2;
	}
	wrong = target_parse(socket, &crowd.target);
	if (!wrong)
		wrong = scenario_add(&crowd.scenario, client, sender, recipient, 1, expect);
	crowd.idle = calloc(crowd.count, sizeof *crowd.idle);
	done = wrong || !crowd.idle ? argument_complain(wrong ? wrong : "memory is short", NULL) : run(&crowd);
	for (size_t i = 0; crowd.idle && i < crowd.count; i++)
		session_free(&crowd.idle[i].session);
	free(crowd.idle);
	scenario_free(&crowd.scenario);
	return crowd.faults ? 1 : done ? 0 : 2;
}
