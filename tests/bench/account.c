/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account: what users of IAM cost (setting iam): loading what IAM says of an account, the memory of it, and a message
 * of each of 256 of its users in turn.
 *
 *     account FILE...      made by account.py, with user00000 and on
 *
 * Exit status: 0 measured; 1 a message was not judged as expected; 2 could not do it.
 */
#include "measure.h"

#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>

#define TURN 256

struct account_bench {
	const struct generation *generation;
	struct message *message;
	char login[TURN][16], sender[TURN][48];
	size_t users; /* in turn */
	size_t wrong;
};

/* To the end; every one may send from its own address. */
static struct outcome message_judge(const struct account_bench *bench, size_t user, const struct instant *now)
{
	static const struct text none;
	struct client client = { .login = text_of(bench->login[user]), .tls = true };

	message_begin(bench->message, bench->generation, &client, now, true);
	struct outcome outcome = message_sender(bench->message, text_of(bench->sender[user]), none, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_recipient(bench->message, TEXT("<user@example.org>"), none, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_data(bench->message, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_headers_end(bench->message, true);
	if (outcome.action == OUTCOME_CONTINUE)
		outcome = message_end(bench->message);
	return outcome;
}

static void messages_judge(void *with, size_t times)
{
	static const struct instant now = { .seconds = 1800000000 };
	struct account_bench *bench = with;

	for (size_t i = 0, user = 0; i < times; i++) {
		bench->wrong += message_judge(bench, user, &now).action != OUTCOME_CONTINUE;
		if (++user == bench->users)
			user = 0;
	}
}

static struct generation *account_load(const char *file, struct faults *faults)
{
	static struct principal_option everyone = { .login = "*", .arn = "arn:aws:iam::123456789012:user/${login}" };
	struct site_options options = {
		.policies = { (const char *[]){ NULL }, 0 },
		.region = "us-west-2",
		.iam = file,
		.principals = { &everyone, 1 },
		.from_address = FROM_ENVELOPE,
	};

	return generation_load(&options, faults);
}

static int file_measure(struct account_bench *bench, const char *file)
{
	struct faults faults;
	char text[MEASURE_TEXT_SIZE];

	faults_init(&faults);
	size_t before = memory_mark().resident;
	double start = measure_now();
	struct generation *generation = account_load(file, &faults);
	double loaded = measure_now();
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "account: %s\n", fault->text);
	faults_free(&faults);
	if (!generation)
		return 2;
	struct memory memory = memory_now();
	bench->generation = generation;
	bench->users = generation->principals.directory->user_count < TURN ? generation->principals.directory->user_count : TURN;
	struct measured measured = measure(messages_judge, bench);
	printf("%8zu %10.1f %10zu %10zu  %s\n", generation->principals.directory->user_count, (loaded - start) / 1e6,
		(policy_set_bytes(generation->set) + generation->arena.reserved) / 1024, (memory.peak - before) / 1024,
		measure_print(measured, text));
	generation_free(generation);
	return bench->wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct account_bench *bench = calloc(1, sizeof *bench);
	int status = 2;

	if (argc < 2 || !bench || !(bench->message = message_new())) {
		fputs("usage: account FILE...\n", stderr);
		free(bench);
		return 2;
	}
	for (size_t i = 0; i < TURN; i++) {
		snprintf(bench->login[i], sizeof bench->login[i], "User%05zu", i);
		snprintf(bench->sender[i], sizeof bench->sender[i], "<user%05zu@example.com>", i);
	}
	puts("\nUsers of IAM: loading an account (ms of CPU; KiB held, KiB at most meanwhile), and a message of 256 of them in turn.\n");
	printf("%8s %10s %10s %10s  %s\n", "users", "load ms", "KiB", "peak KiB", "ns a message");
	for (int i = 1; i < argc; i++)
		if ((status = file_measure(bench, argv[i])))
			break;
	if (status == 1)
		fputs("account: a message was not judged as expected\n", stderr);
	message_free(bench->message);
	free(bench);
	return status;
}
