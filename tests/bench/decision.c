/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision: what one decision costs in the library, without mail and milter, and
 * what loading the policies for it costs.
 *
 *     decision [--json] FOLDER         where the example policies are
 *     decision --times N ROW FOLDER    decide the row's question N times, and no more
 *
 * Two figures a workload: "decide" is evaluate() on a request that is there
 * already; "ask" is everything that a message's question costs: the request made
 * and filled, decided, given back. Each is the median of many batches, in
 * nanoseconds of CPU time of this thread, with the least and the greatest.
 * --json prints a row in a line, for programs. --times is for whoever counts
 * instructions: rows are named as in the first column.
 *
 * Exit status: 0 measured; 1 a decision was wrong; 2 could not do it.
 */
#include "measure.h"
#include "workload.h"
#include "iam/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANY 256   /* different questions: their entries stay in the nearest caches */
#define MOST 16384 /* they do not */

#define EXAMPLES "W1", "three examples", workload_examples, 0, 0
#define STATEMENTS "W2", "20 x 10 statements, one identity", workload_statements, 20, 200
#define IDENTITIES "W2", "20 x 10 statements, 20 identities", workload_identities, 20, 200
#define MANY_STATEMENTS "W2", "20,000 statements, 2,000 identities", workload_many, 20000, 20000
#define ADDRESSES(count, words) "W3", words " addresses + 1,000 domains", workload_addresses, count, (count) + 1000
#define NETWORKS(count, words) "W4", words " networks", workload_networks, count, count
#define ADDRESS_ROWS(count, words) \
	{ ADDRESSES(count, words), "listed, again and again", ASKED_LISTED, 1, 1, DECISION_ALLOWED }, \
		{ ADDRESSES(count, words), "listed, 256 in turn", ASKED_LISTED, MANY, 1, DECISION_ALLOWED }, \
		{ ADDRESSES(count, words), "listed, 16,384 in turn", ASKED_LISTED, MOST, 1, DECISION_ALLOWED }, \
		{ ADDRESSES(count, words), "in a domain", ASKED_DOMAIN, MANY, 1, DECISION_ALLOWED }, \
		{ ADDRESSES(count, words), "not listed", ASKED_UNLISTED, MANY, 1, DECISION_EXPLICIT_DENY }, \
	{ \
		ADDRESSES(count, words), "listed", ASKED_LISTED, MANY, 50, DECISION_ALLOWED \
	}
#define NETWORK_ROWS(count, words) \
	{ NETWORKS(count, words), "inside, again and again", ASKED_LISTED, 1, 1, DECISION_ALLOWED }, \
		{ NETWORKS(count, words), "inside, 256 in turn", ASKED_LISTED, MANY, 1, DECISION_ALLOWED }, \
		{ NETWORKS(count, words), "inside, 16,384 in turn", ASKED_LISTED, MOST, 1, DECISION_ALLOWED }, \
	{ \
		NETWORKS(count, words), "outside", ASKED_UNLISTED, MANY, 1, DECISION_EXPLICIT_DENY \
	}

/* Rows of the same policies and count stand together: they are loaded once. */
static const struct row {
	const char *workload, *policies;
	void (*make)(struct workload *, const char *, size_t);
	size_t count;   /* for `make` */
	size_t entries; /* statements or values; 0: few */
	const char *question;
	enum asked asked;
	size_t questions; /* different ones, asked in turn */
	size_t recipients;
	enum decision expected;
} rows[] = {
	{ EXAMPLES, "allowed", ASKED_LISTED, 1, 1, DECISION_ALLOWED },
	{ EXAMPLES, "allowed", ASKED_LISTED, 1, 10, DECISION_ALLOWED },
	{ EXAMPLES, "allowed", ASKED_LISTED, 1, 50, DECISION_ALLOWED },
	{ EXAMPLES, "denied", ASKED_UNLISTED, 1, 1, DECISION_EXPLICIT_DENY },
	{ STATEMENTS, "allowed", ASKED_LISTED, 1, 1, DECISION_ALLOWED },
	{ IDENTITIES, "allowed", ASKED_LISTED, 1, 1, DECISION_ALLOWED },
	{ MANY_STATEMENTS, "allowed", ASKED_LISTED, 1, 1, DECISION_ALLOWED },
	ADDRESS_ROWS(10, "10"),
	ADDRESS_ROWS(10000, "10,000"),
	ADDRESS_ROWS(100000, "100,000"),
	ADDRESS_ROWS(1000000, "1,000,000"),
	NETWORK_ROWS(10, "10"),
	NETWORK_ROWS(10000, "10,000"),
	NETWORK_ROWS(1000000, "1,000,000"),
};

struct bench {
	struct policy_set *set;
	int sender, recipients, client; /* slots */
	size_t questions;
	struct question question[MOST];
	struct request request[MOST]; /* made beforehand, in `kept` */
	struct arena kept, arena;
	enum decision expected;
	size_t wrong;
};

/* What loading the policies of a row has cost. */
struct loading {
	double ms;
	size_t file, held, peak; /* bytes: of the files; of the set; resident at most, the files included */
};

static bool request_fill(const struct bench *bench, struct request *request, const struct question *question, struct arena *arena)
{
	bool filled = request_init(request, bench->set, arena) && request_caller(request, TEXT(QUESTION_CALLER)) &&
		request_resource(request, TEXT(QUESTION_RESOURCE)) &&
		request_value(request, bench->sender, TEXT(QUESTION_SENDER)) &&
		request_value(request, bench->client, text_of(question->client));

	for (size_t i = 0; i < question->recipient_count && filled; i++)
		filled = request_value(request, bench->recipients, text_of(question->recipients[i]));
	request->action = TEXT(QUESTION_ACTION);
	request->policies = &caller_policies_allow_all;
	return filled && plan_prepare(request);
}

static void decide(void *with, size_t times)
{
	struct bench *bench = with;

	for (size_t i = 0, at = 0; i < times; i++) {
		bench->wrong += evaluate(&bench->request[at]).decision != bench->expected;
		if (++at == bench->questions)
			at = 0;
	}
}

static void ask(void *with, size_t times)
{
	struct bench *bench = with;

	for (size_t i = 0, at = 0; i < times; i++) {
		struct request request;

		bench->wrong += !request_fill(bench, &request, &bench->question[at], &bench->arena) ||
			evaluate(&request).decision != bench->expected;
		arena_reset(&bench->arena);
		if (++at == bench->questions)
			at = 0;
	}
}

static struct policy_set *load(const struct row *row, const char *folder, struct loading *loading)
{
	struct workload workload = { 0 };
	struct policy_set *set = policy_set_new();
	struct faults faults;

	faults_init(&faults);
	row->make(&workload, folder, row->count);
	if (workload.fault)
		fault_add(&faults, "%s", workload.fault);
	loading->file = workload_length(&workload);
	size_t before = memory_mark().resident - loading->file;
	double begun = measure_now();
	if (set) {
		workload_load(&workload, set, &faults);
		policy_set_seal(set, &faults);
	}
	loading->ms = (measure_now() - begun) / 1e6;
	loading->peak = memory_now().peak - before;
	workload_free(&workload);
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "decision: %s\n", fault->text);
	if (!set || faults.count) {
		if (!faults.first)
			fputs("decision: memory is short\n", stderr);
		policy_set_free(set);
		set = NULL;
	}
	faults_free(&faults);
	loading->held = set ? policy_set_bytes(set) : 0;
	return set;
}

/* The row's questions, and a request of each. False: memory is short. */
static bool bench_make(struct bench *bench, const struct row *row)
{
	bool lists = row->make == workload_addresses || row->make == workload_networks;
	bool filled = true;

	bench->sender = policy_set_key(bench->set, TEXT("ses:FromAddress"));
	bench->recipients = policy_set_key(bench->set, TEXT("ses:Recipients"));
	bench->client = policy_set_key(bench->set, TEXT("aws:SourceIp"));
	bench->questions = row->questions;
	bench->expected = row->expected;
	bench->wrong = 0;
	for (size_t i = 0; i < row->questions; i++) {
		question_make(&bench->question[i], row->asked, lists ? row->count : 0, i, row->recipients);
		filled = filled && request_fill(bench, &bench->request[i], &bench->question[i], &bench->kept);
	}
	return filled;
}

static void bench_end(struct bench *bench)
{
	for (size_t i = 0; i < bench->questions; i++)
		question_free(&bench->question[i]);
	arena_free(&bench->kept);
	arena_free(&bench->arena);
}

/* 0, 1 or 2 as for exit. */
static int row_status(const struct bench *bench, const struct row *row, bool filled)
{
	if (!filled)
		fputs("decision: memory is short\n", stderr);
	else if (bench->wrong)
		fprintf(stderr, "decision: %s, %s: not decided as expected\n", row->policies, row->question);
	return !filled ? 2 : bench->wrong ? 1 : 0;
}

static void row_json(const struct row *row, struct measured decided, struct measured asked, const struct loading *loading)
{
	printf("{\"workload\":\"%s\",\"policies\":\"%s\",\"count\":%zu,\"question\":\"%s\",\"questions\":%zu,\"recipients\":%zu,"
	       "\"decide\":[%.1f,%.1f,%.1f],\"ask\":[%.1f,%.1f,%.1f]",
		row->workload, row->policies, row->count, row->question, row->questions, row->recipients, decided.median,
		decided.least, decided.greatest, asked.median, asked.least, asked.greatest);
	if (loading)
		printf(",\"load_ms\":%.1f,\"file\":%zu,\"held\":%zu,\"peak\":%zu", loading->ms, loading->file, loading->held,
			loading->peak);
	puts("}");
}

static void row_print(const struct row *row, struct measured decided, struct measured asked, const struct loading *loading)
{
	char decided_text[MEASURE_TEXT_SIZE], asked_text[MEASURE_TEXT_SIZE];

	printf("%-3s %-34s %-24s %4zu  %-20s %-20s", loading ? row->workload : "", loading ? row->policies : "", row->question,
		row->recipients, measure_print(decided, decided_text), measure_print(asked, asked_text));
	if (loading)
		printf(" %8.1f %8zu", loading->ms, loading->held / 1024);
	/* Of little files the peak is that of the program. */
	if (loading && row->entries > 1000)
		printf(" %7.1f %6.2f", (double)loading->held / (double)row->entries, (double)loading->peak / (double)loading->file);
	putchar('\n');
}

static int rows_measure(struct bench *bench, const char *folder, bool json)
{
	const struct row *before = NULL;
	int status = 0;

	if (!json) {
		puts("One decision in the library, nanoseconds of CPU: median (least-greatest) of batches.\n");
		printf("    %-34s %-24s %4s  %-20s %-20s %8s %8s %7s %6s\n", "policies", "question", "rcpt", "decide", "ask",
			"load ms", "KiB", "B/entry", "peak*");
	}
	for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows && !status; before = row++) {
		bool fresh = !before || row->make != before->make || row->count != before->count;
		struct measured decided = { 0 }, asked = { 0 };
		struct loading loading;

		if (fresh) {
			policy_set_free(bench->set);
			bench->set = load(row, folder, &loading);
			if (!bench->set)
				return 2;
		}
		bool filled = bench_make(bench, row);
		if (filled) {
			decided = measure(decide, bench);
			asked = measure(ask, bench);
		}
		status = row_status(bench, row, filled);
		bench_end(bench);
		if (!status)
			(json ? row_json : row_print)(row, decided, asked, fresh ? &loading : NULL);
		fflush(stdout);
	}
	if (!json && !status)
		puts("\n* most memory while loading, as a multiple of the file, which is in memory too");
	return status;
}

/* "W1/allowed/1": workload, question, recipients. */
static const struct row *row_find(const char *name)
{
	char own[80];

	for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++) {
		snprintf(own, sizeof own, "%s/%s/%zu", row->workload, row->question, row->recipients);
		if (!strcmp(own, name))
			return row;
	}
	return NULL;
}

static int times_decide(struct bench *bench, const struct row *row, const char *folder, size_t times)
{
	struct loading loading;

	bench->set = load(row, folder, &loading);
	if (!bench->set)
		return 2;
	bool filled = bench_make(bench, row);
	if (filled)
		decide(bench, times);
	int status = row_status(bench, row, filled);
	bench_end(bench);
	return status;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const struct row *row = argc == 5 && !strcmp(argv[1], "--times") ? row_find(argv[3]) : NULL;
	bool json = argc == 3 && !strcmp(argv[1], "--json");
	int status;

	if (row) {
		status = times_decide(&bench, row, argv[4], strtoul(argv[2], NULL, 10));
	} else if (argc == 2 || json) {
		status = rows_measure(&bench, argv[argc - 1], json);
	} else {
		fputs("usage: decision [--json] FOLDER_OF_EXAMPLE_POLICIES\n"
		      "       decision --times N WORKLOAD/QUESTION/RECIPIENTS FOLDER_OF_EXAMPLE_POLICIES\n",
			stderr);
		return 2;
	}
	policy_set_free(bench.set);
	return status;
}
