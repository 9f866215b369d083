/* SPDX-License-Identifier: BSD-2-Clause */
#include "drive.h"
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define NS 1000000000ull
#define EVENTS 128
#define READ_SIZE 4096
#define TOLD_MAX 3     /* wrong answers on stderr */
#define BROKEN_MAX 100 /* then the filter is not worth more */

struct drive_connection {
	int socket; /* -1: this connection has carried all it should */
	struct bench_session session;
	size_t line;    /* of the scenario, the message in hand */
	size_t left;    /* messages of this session, the one in hand included */
	uint64_t begun; /* when the message in hand was, or the session that has none yet */
};

struct state {
	const struct drive *drive;
	struct drive_result *result;
	struct drive_connection *connections;
	size_t open; /* connections */
	int epoll;
	bool counting;
	size_t room;        /* of result->latencies */
	uint64_t slice_end; /* of the slice in hand; 0: none yet */
	struct histogram slice;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

/* The first fault is kept; it ends the run. */
static void fail(struct state *state, const char *what, int error)
{
	char *fault = state->result->fault;

	if (!fault[0])
		snprintf(fault, sizeof state->result->fault, "%s%s%s", what, error ? ": " : "", error ? strerror(error) : "");
}

static bool failed(const struct state *state)
{
	return state->result->fault[0];
}

/* What the filter has used so far. */
static double cpu_seconds(struct state *state)
{
	double sum = 0;

	for (size_t i = 0; i < state->drive->clock_count; i++) {
		struct timespec used = { 0 };

		if (clock_gettime(state->drive->clocks[i], &used))
			fail(state, "the filter's process is gone", 0);
		sum += (double)used.tv_sec + (double)used.tv_nsec / (double)NS;
	}
	return sum;
}

static void tell_wrong(const struct bench_message *message, const struct bench_session *session)
{
	fprintf(stderr, "wrong answer: client %s, sender %s, recipient %s%s: got %d@%s, recipients %.*s; expected ",
		message->client, message->sender, message->recipients[0], message->recipient_count > 1 ? ", ..." : "",
		session->answer.code, wire_events[session->answer.stage].name, (int)message->recipient_count, session->recipients);
	fprintf(stderr, "%d@%s %s\n", message->expected.code, wire_events[message->expected.stage].name,
		message->expected_recipients ? message->expected_recipients : "");
}

/* Write the slice in hand down, as {"at": seconds, "buckets": {"least nanoseconds": count}}, and begin the next. */
static void slice_end(struct state *state)
{
	FILE *out = state->drive->slices;
	uint64_t length = (uint64_t)(state->drive->slice * (double)NS);
	const char *comma = "";

	if (state->slice_end) {
		fprintf(out, "{\"at\":%.6f,\"buckets\":{", (double)(state->slice_end - length) / (double)NS);
		for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
			if (state->slice.count[i]) {
				fprintf(out, "%s\"%llu\":%zu", comma, (unsigned long long)histogram_least(i),
					state->slice.count[i]);
				comma = ",";
			}
		fputs("}}\n", out);
	}
	state->slice = (struct histogram){ 0 };
	state->slice_end += length;
}

static void message_slice(struct state *state, uint64_t now, uint64_t latency)
{
	if (!state->slice_end)
		state->slice_end = now + (uint64_t)(state->drive->slice * (double)NS);
	while (now >= state->slice_end)
		slice_end(state);
	histogram_add(&state->slice, latency);
	histogram_add(&state->result->whole, latency);
}

static void note_longest(struct state *state, const struct drive_connection *connection, uint64_t now)
{
	if (state->counting && state->result->longest < now - connection->begun)
		state->result->longest = now - connection->begun;
}

static void message_count(struct state *state, struct drive_connection *connection, uint64_t now)
{
	const struct bench_message *message = &state->drive->scenario->messages[connection->line];
	struct drive_result *result = state->result;
	struct bench_session *session = &connection->session;

	if (!scenario_expects(message, session->answer, session->recipients) && result->wrong++ < TOLD_MAX)
		tell_wrong(message, session);
	if (session->answer.code == 250)
		result->yes = session->yes;
	if (!state->counting)
		return;
	result->round_trips += session->round_trips;
	note_longest(state, connection, now);
	if (state->drive->slices) {
		result->messages++;
		message_slice(state, now, now - connection->begun);
		return;
	}
	if (result->messages == state->room) {
		size_t room = state->room ? state->room * 2 : 65536;
		uint64_t *latencies = realloc(result->latencies, room * sizeof *latencies);

		if (!latencies) {
			fail(state, "memory is short", 0);
			return;
		}
		result->latencies = latencies;
		state->room = room;
	}
	result->latencies[result->messages++] = now - connection->begun;
}

static bool flush(struct drive_connection *connection)
{
	return target_send(connection->socket, &connection->session.out);
}

/* The next session of this connection, as far as to the first await. */
static enum bench_session_state connection_open(struct state *state, struct drive_connection *connection)
{
	const struct drive *drive = state->drive;
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

	connection->begun = now_ns();
	connection->socket = target_connect(&drive->target);
	if (connection->socket < 0 || epoll_ctl(state->epoll, EPOLL_CTL_ADD, connection->socket, &event)) {
		fail(state, "cannot reach the filter", errno);
		return SESSION_BROKEN;
	}
	return session_begin(&connection->session, &drive->scenario->messages[connection->line]);
}

static void connection_close(struct drive_connection *connection)
{
	if (connection->socket >= 0)
		close(connection->socket);
	connection->socket = -1;
}

/* The message in hand is over: is there another one in this session? */
static bool message_next(struct state *state, struct drive_connection *connection)
{
	const struct scenario *scenario = state->drive->scenario;
	size_t next = (connection->line + 1) % scenario->count;
	bool same = !strcmp(scenario->messages[next].client, scenario->messages[connection->line].client);

	connection->line = next;
	connection->left--;
	return connection->left && same && connection->session.answer.code != 421;
}

/* Say goodbye; a new session follows unless this connection has done its share. */
static enum bench_session_state session_next(struct state *state, struct drive_connection *connection)
{
	session_quit(&connection->session);
	flush(connection);
	connection_close(connection);
	if (!connection->left) {
		if (state->drive->seconds <= 0) {
			state->open--;
			return SESSION_WAITS;
		}
		connection->left = state->drive->messages;
	}
	return connection_open(state, connection);
}

/* Go on from `session` until an answer must be awaited. */
static void connection_run(struct state *state, struct drive_connection *connection, enum bench_session_state session)
{
	const struct bench_message *messages = state->drive->scenario->messages;
	uint64_t now;

	while (!failed(state)) {
		switch (session) {
		case SESSION_WAITS:
			if (connection->socket < 0 || flush(connection))
				return;
			session = SESSION_BROKEN;
			break;
		case SESSION_READY:
			if (state->counting)
				state->result->sessions++;
			state->result->steps = connection->session.steps;
			state->result->macros = connection->session.macros;
			now = now_ns();
			note_longest(state, connection, now);
			connection->begun = now;
			session = session_message(&connection->session, &messages[connection->line]);
			break;
		case SESSION_OVER:
		case SESSION_REFUSED:
			now = now_ns();
			message_count(state, connection, now);
			connection->begun = now;
			if (message_next(state, connection) && session == SESSION_OVER)
				session = session_message(&connection->session, &messages[connection->line]);
			else
				session = session_next(state, connection);
			break;
		case SESSION_BROKEN:
			if (++state->result->broken >= BROKEN_MAX)
				fail(state, "too many broken sessions", 0);
			/* The message in hand counts as carried: a broken filter ends a counted run too. */
			message_next(state, connection);
			session = session_next(state, connection);
			break;
		}
	}
}

static void connection_read(struct state *state, struct drive_connection *connection)
{
	struct wire_buffer *in = &connection->session.in;
	unsigned char *at = wire_room(in, READ_SIZE);
	ssize_t got;

	if (!at) {
		fail(state, "memory is short", 0);
		return;
	}
	got = recv(connection->socket, at, READ_SIZE, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		in->end += (size_t)got;
	connection_run(state, connection, got > 0 ? session_input(&connection->session) : SESSION_BROKEN);
}

static void loop(struct state *state)
{
	const struct drive *drive = state->drive;
	bool timed = drive->seconds > 0;
	uint64_t start = now_ns(), now = start, end;
	double cpu = timed ? 0 : cpu_seconds(state);

	state->counting = !timed;
	end = start + (uint64_t)(drive->warm_up * (double)NS);
	for (size_t i = 0; i < drive->connections && !failed(state); i++)
		connection_run(state, &state->connections[i], connection_open(state, &state->connections[i]));
	while (!failed(state) && state->open) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(state->epoll, events, EVENTS, timed ? 20 : -1);

		for (int i = 0; i < count && !failed(state); i++)
			connection_read(state, events[i].data.ptr);
		now = now_ns();
		if (!timed || now < end)
			continue;
		if (state->counting)
			break;
		state->counting = true;
		cpu = cpu_seconds(state);
		start = now_ns();
		end = start + (uint64_t)(drive->seconds * (double)NS);
	}
	/* Whoever still waits is in no latency. */
	for (size_t i = 0; i < drive->connections; i++)
		if (state->connections[i].socket >= 0)
			note_longest(state, &state->connections[i], now);
	state->result->cpu_seconds = cpu_seconds(state) - cpu;
	state->result->seconds = (double)(now - start) / (double)NS;
}

static int latency_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

bool drive_run(const struct drive *drive, struct drive_result *result)
{
	struct state state = { .drive = drive, .result = result, .open = drive->connections };
	size_t letters = drive->scenario->recipients_max;
	char *recipients = calloc(drive->connections, letters);

	*result = (struct drive_result){ 0 };
	state.epoll = epoll_create1(EPOLL_CLOEXEC);
	state.connections = calloc(drive->connections, sizeof *state.connections);
	if (state.connections && recipients && state.epoll >= 0) {
		for (size_t i = 0; i < drive->connections; i++) {
			struct drive_connection *connection = &state.connections[i];

			connection->socket = -1;
			connection->line = i % drive->scenario->count;
			connection->left = drive->messages;
			connection->session.login = drive->login;
			connection->session.body_size = drive->body_size;
			connection->session.recipients = recipients + i * letters;
		}
		loop(&state);
		for (size_t i = 0; i < drive->connections; i++) {
			connection_close(&state.connections[i]);
			session_free(&state.connections[i].session);
		}
	} else {
		fail(&state, "memory is short", 0);
	}
	free(state.connections);
	free(recipients);
	if (state.epoll >= 0)
		close(state.epoll);
	if (result->latencies)
		qsort(result->latencies, result->messages, sizeof *result->latencies, latency_compare);
	return !failed(&state);
}
