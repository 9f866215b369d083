/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load: plays the MTA against a milter, with many connections, and checks every
 * answer. Messages a second, latency, and what the filter's process used.
 *
 * Exit status: 0 all answers as expected; 1 some were not, or sessions broke;
 * 2 could not do it.
 */
#include "arguments.h"
#include "drive.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCKS_MAX 16
#define SLICE_SECONDS 0.05

static const char usage[] = "usage: load --socket unix:PATH|inet:PORT@IP [OPTION]...\n"
			    "  --connections N   at the same time (1)\n"
			    "  --messages N      in each session (1)\n"
			    "  --seconds S       measure so long (0: each connection carries --messages, then stop)\n"
			    "  --warm-up S       before that (0.1)\n"
			    "  --scenario FILE   messages and expected answers (scenario.h), instead of the next five:\n"
			    "  --client IP       (192.0.2.10)\n"
			    "  --sender ADDRESS  (user@example.com)\n"
			    "  --recipient ADDRESS, numbered as in user1@example.org (user@example.org)\n"
			    "  --recipients N    of each message (1)\n"
			    "  --expect ANSWER   -, accept, 550@mail, 'accept ARA' and the like (-)\n"
			    "  --login NAME      the client's SASL login\n"
			    "  --body BYTES      of each message (1024)\n"
			    "  --pid PID         of the filter, for its CPU time; again for each process it has\n"
			    "  --slices FILE     latencies of every 50 ms by themselves, as JSON, while it runs\n"
			    "  --json            one line for programs\n";

struct load_options {
	struct drive drive;
	const char *socket, *scenario, *client, *sender, *recipient, *expect;
	size_t recipients;
	clockid_t clocks[CLOCKS_MAX];
	bool json;
};

enum {
	SOCKET = 256,
	CONNECTIONS,
	MESSAGES,
	SECONDS,
	WARM_UP,
	SCENARIO,
	CLIENT,
	SENDER,
	RECIPIENT,
	RECIPIENTS,
	EXPECT,
	LOGIN,
	BODY,
	PID,
	SLICES,
	JSON,
	HELP
};

static const struct option long_options[] = { { "socket", required_argument, NULL, SOCKET },
	{ "connections", required_argument, NULL, CONNECTIONS }, { "messages", required_argument, NULL, MESSAGES },
	{ "seconds", required_argument, NULL, SECONDS }, { "warm-up", required_argument, NULL, WARM_UP },
	{ "scenario", required_argument, NULL, SCENARIO }, { "client", required_argument, NULL, CLIENT },
	{ "sender", required_argument, NULL, SENDER }, { "recipient", required_argument, NULL, RECIPIENT },
	{ "recipients", required_argument, NULL, RECIPIENTS }, { "expect", required_argument, NULL, EXPECT },
	{ "login", required_argument, NULL, LOGIN }, { "body", required_argument, NULL, BODY },
	{ "pid", required_argument, NULL, PID }, { "slices", required_argument, NULL, SLICES }, { "json", no_argument, NULL, JSON },
	{ "help", no_argument, NULL, HELP }, { 0 } };

static bool pid_parse(const char *text, struct load_options *options)
{
	size_t pid;

	if (!argument_count(text, 1, 1u << 30, &pid))
		return false;
	if (options->drive.clock_count == CLOCKS_MAX)
		return argument_complain("too many processes", text);
	if (clock_getcpuclockid((pid_t)pid, &options->clocks[options->drive.clock_count]))
		return argument_complain("no such process", text);
	options->drive.clock_count++;
	return true;
}

static bool slices_open(const char *path, struct load_options *options)
{
	options->drive.slices = fopen(path, "w");
	options->drive.slice = SLICE_SECONDS;
	return options->drive.slices || argument_complain(strerror(errno), path);
}

static bool option_take(struct load_options *options, int option, const char *value)
{
	switch (option) {
	case SOCKET:
		options->socket = value;
		return true;
	case CONNECTIONS:
		return argument_count(value, 1, 100000, &options->drive.connections);
	case MESSAGES:
		return argument_count(value, 1, 1u << 30, &options->drive.messages);
	case SECONDS:
		return argument_seconds(value, &options->drive.seconds);
	case WARM_UP:
		return argument_seconds(value, &options->drive.warm_up);
	case SCENARIO:
		options->scenario = value;
		return true;
	case CLIENT:
		options->client = value;
		return true;
	case SENDER:
		options->sender = value;
		return true;
	case RECIPIENT:
		options->recipient = value;
		return true;
	case RECIPIENTS:
		return argument_count(value, 1, 100000, &options->recipients);
	case EXPECT:
		options->expect = value;
		return true;
	case LOGIN:
		options->drive.login = value;
		return true;
	case BODY:
		return argument_count(value, 0, 1u << 28, &options->drive.body_size);
	case PID:
		return pid_parse(value, options);
	case SLICES:
		return slices_open(value, options);
	case JSON:
		options->json = true;
		return true;
	default:
		return false;
	}
}

static bool scenario_make(const struct load_options *options, struct scenario *scenario)
{
	const char *fault;
	size_t line = 0;
	FILE *file;

	if (!options->scenario) {
		fault = scenario_add(scenario, options->client, options->sender, options->recipient, options->recipients,
			options->expect);
		return fault ? argument_complain(fault, NULL) : true;
	}
	file = fopen(options->scenario, "r");
	if (!file)
		return argument_complain(strerror(errno), options->scenario);
	fault = scenario_read(scenario, file, &line);
	fclose(file);
	if (fault)
		fprintf(stderr, "load: %s:%zu: %s\n", options->scenario, line, fault);
	return !fault;
}

/* Microseconds that this share of the messages stays below. */
static double latency(const struct drive_result *result, double share)
{
	size_t at = (size_t)((double)result->messages * share);

	if (!result->latencies)
		return (double)histogram_share(&result->whole, share) / 1e3;
	return result->messages ? (double)result->latencies[at] / 1e3 : 0;
}

static void report(const struct load_options *options, const struct drive_result *result)
{
	double messages = result->messages ? (double)result->messages : 1;
	double cpu = result->cpu_seconds * 1e6 / messages;

	if (!options->json) {
		printf("%zu messages in %.2f s: %.0f messages/s, %.2f round trips a message, %zu sessions\n", result->messages,
			result->seconds, (double)result->messages / result->seconds, (double)result->round_trips / messages,
			result->sessions);
		printf("latency p50 %.1f us, p99 %.1f us, p99.9 %.1f us, longest %.1f us\n", latency(result, 0.5),
			latency(result, 0.99), latency(result, 0.999), (double)result->longest / 1e3);
		if (options->drive.clock_count)
			printf("filter: %.2f us CPU a message\n", cpu);
		printf("negotiated steps 0x%x; wrong answers %zu, broken sessions %zu\n", (unsigned)result->steps, result->wrong,
			result->broken);
		return;
	}
	printf("{\"messages\":%zu,\"seconds\":%.6f,\"messages_s\":%.1f,\"round_trips\":%.3f,\"sessions\":%zu,"
	       "\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"longest_us\":%.1f,",
		result->messages, result->seconds, (double)result->messages / result->seconds,
		(double)result->round_trips / messages, result->sessions, latency(result, 0.5), latency(result, 0.99),
		latency(result, 0.999), (double)result->longest / 1e3);
	if (options->drive.clock_count)
		printf("\"cpu_us\":%.3f,", cpu);
	printf("\"steps\":%u,\"macros\":[", (unsigned)result->steps);
	for (int i = 0; i < WIRE_MACRO_LISTS; i++)
		printf("%s\"%s\"", i ? "," : "", result->macros.names[i]);
	printf("],\"yes\":\"%s\",\"wrong\":%zu,\"broken\":%zu}\n", wire_events[result->yes].name, result->wrong, result->broken);
}

int main(int argc, char **argv)
{
	struct load_options options = {
		.drive = { .connections = 1, .messages = 1, .warm_up = 0.1, .body_size = 1024 },
		.client = "192.0.2.10",
		.sender = "user@example.com",
		.recipient = "user@example.org",
		.recipients = 1,
		.expect = "-",
	};
	struct scenario scenario = { 0 };
	const char *fault;
	static struct drive_result result;
	bool done;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == HELP) {
			fputs(usage, stdout);
			return 0;
		}
		if (!option_take(&options, option, optarg))
			return 2;
	}
	if (optind < argc || !options.socket) {
		fputs(usage, stderr);
		return 2;
	}
	fault = target_parse(options.socket, &options.drive.target);
	done = fault ? argument_complain(fault, options.socket) : scenario_make(&options, &scenario);
	if (done) {
		options.drive.scenario = &scenario;
		options.drive.clocks = options.clocks;
		done = drive_run(&options.drive, &result);
		if (!done)
			argument_complain(result.fault, options.socket);
		else if (result.messages || result.broken)
			report(&options, &result);
		else
			done = argument_complain("no message was over in time; give it more --seconds", NULL);
	}
	if (options.drive.slices && fclose(options.drive.slices))
		done = argument_complain("the slices cannot be written", NULL);
	free(result.latencies);
	scenario_free(&scenario);
	if (!done)
		return 2;
	return result.wrong || result.broken ? 1 : 0;
}
