/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message: what one message costs in the library, from MAIL to the last word,
 * as the daemon calls it: addresses read, every stage asked, the reply written.
 * No milter, no log.
 *
 *     message FOLDER                   where the example policies are
 *     message --times N ROW FOLDER     judge the row's message N times, and no more
 *
 * Exit status: 0 measured; 1 a message was not judged as expected; 2 could not do it.
 */
#include "measure.h"

#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
	const char *what, *client, *sender, *recipient;
	size_t recipients;
	enum outcome_action action;
	enum stage stage; /* where it ends */
} rows[] = {
	{ "accepted", "172.31.5.6", "<no-reply@example.net>", "<user@example.org>", 1, OUTCOME_CONTINUE, STAGE_EOM },
	{ "accepted", "172.31.5.6", "<no-reply@example.net>", "<user@example.org>", 10, OUTCOME_CONTINUE, STAGE_EOM },
	{ "accepted", "172.31.5.6", "<no-reply@example.net>", "<user@example.org>", 50, OUTCOME_CONTINUE, STAGE_EOM },
	{ "refused at MAIL, by sender", "172.31.5.6", "<alice@example.net>", "<user@example.org>", 1, OUTCOME_REFUSE, STAGE_MAIL },
	{ "refused at MAIL, by network", "192.0.2.10", "<no-reply@example.net>", "<user@example.org>", 1, OUTCOME_REFUSE,
		STAGE_MAIL },
	{ "refused at DATA, by recipients", "172.31.5.6", "<no-reply@example.net>", "<user@example.com>", 1, OUTCOME_REFUSE,
		STAGE_DATA },
	{ "refused at DATA, by recipients", "172.31.5.6", "<no-reply@example.net>", "<user@example.com>", 50, OUTCOME_REFUSE,
		STAGE_DATA },
};

struct bench {
	const struct row *row;
	const struct generation *generation;
	struct message *message;
	struct client client;
	size_t wrong;
};

/* Those of a common message, if the policies want any. */
static struct outcome headers_show(const struct bench *bench)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
		{ "Received", "from client.example (client.example [192.0.2.10]) by relay.example with ESMTP id 4Xyz" },
		{ "Date", "Thu, 26 Nov 2026 12:00:00 +0000" },
		{ "From", NULL },
		{ "To", "someone@example.org" },
		{ "Subject", "Your order" },
		{ "Message-ID", "<1@example.net>" },
		{ "MIME-Version", "1.0" },
		{ "Content-Type", "text/plain; charset=utf-8" },
	};
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		message_header(bench->message, text_of(headers[i].name),
			text_of(headers[i].value ? headers[i].value : bench->row->sender));
	return message_headers_end(bench->message, bench->generation->may_refuse[STAGE_EOH]);
}

/* Until it is refused or complete. */
static struct outcome judge(const struct bench *bench, const struct instant *now)
{
	static const struct text none;
	const struct row *row = bench->row;
	const bool *may_refuse = bench->generation->may_refuse;
	struct outcome outcome;

	message_begin(bench->message, bench->generation, &bench->client, now, true);
	outcome = message_sender(bench->message, text_of(row->sender), none, may_refuse[STAGE_MAIL]);
	for (size_t i = 0; i < row->recipients && outcome.action == OUTCOME_CONTINUE; i++)
		outcome = message_recipient(bench->message, text_of(row->recipient), none, may_refuse[STAGE_RCPT]);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(bench->message, may_refuse[STAGE_DATA]);
	if (outcome.action == OUTCOME_CONTINUE && bench->generation->wants_headers)
		outcome = headers_show(bench);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(bench->message);
	return outcome;
}

static void judge_times(void *with, size_t times)
{
	static const struct instant now = { .seconds = 1800000000 };
	struct bench *bench = with;

	for (size_t i = 0; i < times; i++) {
		struct outcome outcome = judge(bench, &now);

		bench->wrong += outcome.action != bench->row->action || outcome.stage != bench->row->stage;
	}
}

static int rows_measure(struct bench *bench)
{
	puts("\nOne message in the library, the three examples loaded, nanoseconds of CPU: median (least-greatest) of batches.\n");
	printf("%-34s %10s  %s\n", "message", "recipients", "ns");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[MEASURE_TEXT_SIZE];

		bench->row = &rows[i];
		ip_parse(text_of(rows[i].client), &bench->client.ip);
		struct measured measured = measure(judge_times, bench);
		if (bench->wrong) {
			fprintf(stderr, "message: %s: not judged as expected\n", rows[i].what);
			return 1;
		}
		printf("%-34s %10zu  %s\n", rows[i].what, rows[i].recipients, measure_print(measured, text));
	}
	return 0;
}

/* "accepted/1": message, recipients. */
static int row_repeat(struct bench *bench, const char *name, size_t times)
{
	char own[80];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(own, sizeof own, "%s/%zu", rows[i].what, rows[i].recipients);
		if (strcmp(own, name))
			continue;
		bench->row = &rows[i];
		ip_parse(text_of(rows[i].client), &bench->client.ip);
		judge_times(bench, times);
		if (bench->wrong)
			fprintf(stderr, "message: %s: not judged as expected\n", name);
		return bench->wrong ? 1 : 0;
	}
	fprintf(stderr, "message: %s: no such row\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "sender", "recipients", "network" };
	enum { NAMES = sizeof names / sizeof *names };
	char path[NAMES][4096];
	const char *paths[NAMES];
	struct site_options options = { .policies = { paths, NAMES }, .from_address = FROM_ENVELOPE };
	struct generation *generation;
	struct bench bench = { 0 };
	struct faults faults;
	bool repeats = argc == 5 && !strcmp(argv[1], "--times");
	int status = 2;

	if (argc != 2 && !repeats) {
		fputs("usage: message FOLDER_OF_EXAMPLE_POLICIES\n"
		      "       message --times N MESSAGE/RECIPIENTS FOLDER_OF_EXAMPLE_POLICIES\n",
			stderr);
		return 2;
	}
	for (size_t i = 0; i < NAMES; i++) {
		snprintf(path[i], sizeof path[i], "%s/%s.json", argv[argc - 1], names[i]);
		paths[i] = path[i];
	}
	faults_init(&faults);
	generation = generation_load(&options, &faults);
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "message: %s\n", fault->text);
	bench.generation = generation;
	bench.message = message_new();
	if (generation && bench.message)
		status = repeats ? row_repeat(&bench, argv[3], strtoul(argv[2], NULL, 10)) : rows_measure(&bench);
	else if (!faults.first)
		fputs("message: memory is short\n", stderr);
	message_free(bench.message);
	generation_free(generation);
	faults_free(&faults);
	return status;
}
