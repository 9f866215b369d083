/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state: what the check of a message's form (setting `form`) and the account's state (setting `account_state`) cost a message
 * in the library, beside the same message without them: from the envelope alone, and with its headers read. An account of 1,000 identities, 50 configuration sets, 20 tenants
 * and 100,000 suppressed recipients, which is made for it in a folder of its own; and what loading that takes.
 *
 *     state FOLDER     where the example policies are
 *
 * Exit status: 0 measured; 1 a message was not let through; 2 could not do it.
 */
#include "measure.h"

#include "ses/message.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IDENTITIES 1000
#define SETS 50
#define TENANTS 20
#define SUPPRESSED 100000
#define ARN "arn:aws:ses:us-west-2:123456789012:"

static char folder[] = "/tmp/bench-state.XXXXXX";

struct bench {
	const struct generation *generation;
	struct message *message;
	struct client client;
	size_t wrong;
};

static FILE *open_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return fopen(path, "w");
}

static bool put(const char *name, const char *text)
{
	FILE *file = open_file(name);

	return file && fputs(text, file) >= 0 && !fclose(file);
}

static bool put_folder(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return !mkdir(path, 0750);
}

static bool put_suppressed(void)
{
	FILE *file = open_file("suppressed.json");

	if (!file)
		return false;
	fputs("{\"SuppressedDestinationSummaries\": [", file);
	for (int i = 0; i < SUPPRESSED; i++)
		fprintf(file, "%s{\"EmailAddress\": \"user.%06d@gone.example.org\", \"Reason\": \"BOUNCE\"}", i ? ",\n" : "", i);
	fputs("]}", file);
	return !fclose(file);
}

/* The first of each is the one that the message uses. */
static bool put_parts(void)
{
	char name[64], text[512];
	bool good = put_folder("identities") && put_folder("configuration-sets") && put_folder("tenants");

	for (int i = 0; good && i < IDENTITIES; i++) {
		snprintf(name, sizeof name, i ? "identities/d%d.example.json" : "identities/example.net.json", i);
		good = put(name, "{\"VerifiedForSendingStatus\": true, \"ConfigurationSetName\": \"set0\"}");
	}
	for (int i = 0; good && i < SETS; i++) {
		snprintf(name, sizeof name, "configuration-sets/set%d.json", i);
		snprintf(text, sizeof text, "{\"ConfigurationSetName\": \"set%d\", \"SendingOptions\": {\"SendingEnabled\": true}}",
			i);
		good = put(name, text);
	}
	for (int i = 0; good && i < TENANTS; i++) {
		snprintf(name, sizeof name, "tenants/t%d.json", i);
		snprintf(text, sizeof text, "{\"Tenant\": {\"TenantName\": \"t%d\", \"SendingStatus\": \"ENABLED\"}}", i);
		good = put(name, text);
		snprintf(name, sizeof name, "tenants/t%d.resources.json", i);
		good = good &&
			put(name,
				"{\"TenantResources\": [{\"ResourceArn\": \"" ARN
				"identity/example.net\"}, {\"ResourceArn\": \"" ARN "configuration-set/set0\"}]}");
	}
	return good;
}

static bool state_make(void)
{
	return mkdtemp(folder) && put_parts() && put_suppressed() &&
		put("account.json",
			"{\"SendingEnabled\": true, \"ProductionAccessEnabled\": true, \"SuppressionAttributes\": "
			"{\"SuppressedReasons\": [\"BOUNCE\"]}}") &&
		put("state.json",
			"{\"parts\": {\"account\": \"2999-01-01T00:00:00Z\", \"identities\": \"2999-01-01T00:00:00Z\", "
			"\"configuration-sets\": \"2999-01-01T00:00:00Z\", \"tenants\": \"2999-01-01T00:00:00Z\", "
			"\"suppressed\": \"2999-01-01T00:00:00Z\"}}");
}

static int drop(const char *path, const struct stat *seen, int kind, struct FTW *walk)
{
	(void)seen, (void)kind, (void)walk;
	return remove(path);
}

static struct outcome headers_show(const struct bench *bench)
{
	static const char *const headers[][2] = { { "Date", "Thu, 26 Nov 2026 12:00:00 +0000" }, { "From", "no-reply@example.net" },
		{ "To", "someone@example.org" }, { "Subject", "Your order" }, { "Message-ID", "<1@example.net>" },
		{ "X-SES-TENANT", "t0" } };

	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		message_header(bench->message, text_of(headers[i][0]), text_of(headers[i][1]));
	return message_headers_end(bench->message, bench->generation->may_refuse[STAGE_EOH]);
}

static void judge_times(void *with, size_t times)
{
	static const struct instant now = { .seconds = 1800000000 };
	static const struct text none;
	struct bench *bench = with;

	for (size_t i = 0; i < times; i++) {
		const bool *may_refuse = bench->generation->may_refuse;
		message_begin(bench->message, bench->generation, &bench->client, &now, true);
		message_sender(bench->message, TEXT("<no-reply@example.net>"), none, may_refuse[STAGE_MAIL]);
		message_recipient(bench->message, TEXT("<user@example.org>"), none, may_refuse[STAGE_RCPT]);
		message_data(bench->message, may_refuse[STAGE_DATA]);
		if (bench->generation->wants_headers)
			headers_show(bench);
		bench->wrong += message_end(bench->message).action != OUTCOME_CONTINUE;
	}
}

/* A negative number: it could not be measured, and why was told. */
static double row_measure(struct bench *bench, const char *what, struct site_options *options, double before)
{
	char text[MEASURE_TEXT_SIZE];
	struct faults faults;
	double start = measure_now();

	faults_init(&faults);
	struct generation *generation = generation_load(options, &faults);
	double load = measure_now() - start;
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "state: %s\n", fault->text);
	faults_free(&faults);
	if (!generation)
		return -1;
	bench->generation = generation;
	struct measured measured = measure(judge_times, bench);
	printf("%-34s %-28s %8.2f %10.1f\n", what, measure_print(measured, text), before > 0 ? measured.median / before : 1.0,
		load / 1e6);
	generation_free(generation);
	return measured.median;
}

static int rows_measure(struct bench *bench, const char *const *paths)
{
	struct site_options envelope = { .policies = { paths, 3 }, .from_address = FROM_ENVELOPE, .form = FORM_IGNORE };
	struct site_options headers = envelope, form, state;

	headers.from_address = FROM_BOTH;
	headers.unknown_identity = UNKNOWN_REJECT;
	form = headers;
	form.form = FORM_CHECK;
	state = headers;
	state.account_state = folder;
	puts("\nOne message in the library, nanoseconds of CPU: median (least-greatest) of batches; times the row it is compared "
	     "with; ms to load.\n");
	double first = row_measure(bench, "envelope", &envelope, 0);
	envelope.form = FORM_CHECK;
	if (first < 0 || row_measure(bench, "envelope, form checked", &envelope, first) < 0)
		return 2;
	double read = row_measure(bench, "headers read", &headers, 0);
	if (read < 0 || row_measure(bench, "headers read, form checked", &form, read) < 0 ||
		row_measure(bench, "headers read, account's state", &state, read) < 0)
		return 2;
	state.form = FORM_CHECK;
	if (row_measure(bench, "headers read, both", &state, read) < 0)
		return 2;
	if (!bench->wrong)
		return 0;
	fputs("state: a message was not let through\n", stderr);
	return 1;
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "sender", "recipients", "network" };
	char path[3][4096];
	const char *paths[3];
	struct bench bench = { .client = { .headers_complete = true, .headers_whole = true } };
	int status = 2;

	if (argc != 2) {
		fputs("usage: state FOLDER_OF_EXAMPLE_POLICIES\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < 3; i++) {
		snprintf(path[i], sizeof path[i], "%s/%s.json", argv[1], names[i]);
		paths[i] = path[i];
	}
	ip_parse(TEXT("172.31.5.6"), &bench.client.ip);
	bench.message = message_new();
	if (bench.message && state_make())
		status = rows_measure(&bench, paths);
	else
		fputs("state: the account cannot be made\n", stderr);
	nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
	message_free(bench.message);
	return status;
}
