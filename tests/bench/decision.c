/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision: what one decision costs in the library, without mail and milter.
 *
 *     decision FOLDER      where the example policies are
 *
 * Two figures a workload: "decide" is evaluate() on a request that is there
 * already; "ask" is everything that a message's question costs: the request made
 * and filled, decided, given back. Each is the median of many batches, in
 * nanoseconds of CPU time of this thread, with the least and the greatest.
 *
 * Exit status: 0 measured; 1 a decision was wrong; 2 could not do it.
 */
#include "measure.h"
#include "workload.h"

#include <stdio.h>

#define QUESTIONS 256

typedef void make_policies(struct policy_set *, const char *, size_t, struct faults *);

/* Rows of the same policies and count stand together: they are loaded once. */
static const struct row {
	const char *policies;
	make_policies *make;
	size_t count;          /* for `make` */
	const char *question;
	enum asked asked;
	bool lists;            /* the policies are lists of `count` entries */
	size_t questions;      /* different ones, asked in turn */
	size_t recipients;
	enum decision expected;
} rows[] = {
	{ "three examples", workload_examples, 0, "allowed", ASKED_LISTED, false, 1, 1, DECISION_ALLOWED },
	{ "three examples", workload_examples, 0, "allowed", ASKED_LISTED, false, 1, 10, DECISION_ALLOWED },
	{ "three examples", workload_examples, 0, "allowed", ASKED_LISTED, false, 1, 50, DECISION_ALLOWED },
	{ "three examples", workload_examples, 0, "denied", ASKED_UNLISTED, false, 1, 1, DECISION_EXPLICIT_DENY },
	{ "20 x 10 statements, one identity", workload_statements, 20, "allowed", ASKED_LISTED, false, 1, 1, DECISION_ALLOWED },
	{ "20 x 10 statements, 20 identities", workload_identities, 20, "allowed", ASKED_LISTED, false, 1, 1, DECISION_ALLOWED },
	{ "10,000 addresses + 1,000 domains", workload_addresses, 10000, "listed, again and again", ASKED_LISTED, true, 1, 1,
		DECISION_ALLOWED },
	{ "10,000 addresses + 1,000 domains", workload_addresses, 10000, "listed", ASKED_LISTED, true, QUESTIONS, 1, DECISION_ALLOWED },
	{ "10,000 addresses + 1,000 domains", workload_addresses, 10000, "in a domain", ASKED_DOMAIN, true, QUESTIONS, 1,
		DECISION_ALLOWED },
	{ "10,000 addresses + 1,000 domains", workload_addresses, 10000, "not listed", ASKED_UNLISTED, true, QUESTIONS, 1,
		DECISION_EXPLICIT_DENY },
	{ "10,000 addresses + 1,000 domains", workload_addresses, 10000, "listed", ASKED_LISTED, true, QUESTIONS, 50, DECISION_ALLOWED },
	{ "100,000 addresses + 1,000 domains", workload_addresses, 100000, "listed, again and again", ASKED_LISTED, true, 1, 1,
		DECISION_ALLOWED },
	{ "100,000 addresses + 1,000 domains", workload_addresses, 100000, "listed", ASKED_LISTED, true, QUESTIONS, 1, DECISION_ALLOWED },
	{ "100,000 addresses + 1,000 domains", workload_addresses, 100000, "in a domain", ASKED_DOMAIN, true, QUESTIONS, 1,
		DECISION_ALLOWED },
	{ "100,000 addresses + 1,000 domains", workload_addresses, 100000, "not listed", ASKED_UNLISTED, true, QUESTIONS, 1,
		DECISION_EXPLICIT_DENY },
	{ "100,000 addresses + 1,000 domains", workload_addresses, 100000, "listed", ASKED_LISTED, true, QUESTIONS, 50,
		DECISION_ALLOWED },
	{ "10,000 networks", workload_networks, 10000, "inside", ASKED_LISTED, true, QUESTIONS, 1, DECISION_ALLOWED },
	{ "10,000 networks", workload_networks, 10000, "outside", ASKED_UNLISTED, true, QUESTIONS, 1, DECISION_EXPLICIT_DENY },
};

struct bench {
	struct policy_set *set;
	int sender, recipients, client;   /* slots */
	size_t questions;
	struct question question[QUESTIONS];
	struct request request[QUESTIONS]; /* made beforehand, in `kept` */
	struct arena kept, arena;
	enum decision expected;
	size_t wrong;
};

static bool request_fill(const struct bench *bench, struct request *request, const struct question *question,
	struct arena *arena)
{
	bool filled = request_init(request, bench->set, arena) && request_caller(request, TEXT(QUESTION_CALLER)) &&
		request_resource(request, TEXT(QUESTION_RESOURCE)) &&
		request_value(request, bench->sender, TEXT(QUESTION_SENDER)) &&
		request_value(request, bench->client, text_of(question->client));

	for (size_t i = 0; i < question->recipient_count && filled; i++)
		filled = request_value(request, bench->recipients, text_of(question->recipients[i]));
	request->action = TEXT(QUESTION_ACTION);
	request->identity_allows_all = true;
	return filled && request_prepare(request);
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

static struct policy_set *load(const struct row *row, const char *folder, double *ms)
{
	double begun = measure_now();
	struct policy_set *set = policy_set_new();
	struct faults faults;

	faults_init(&faults);
	if (set) {
		row->make(set, folder, row->count, &faults);
		policy_set_seal(set, &faults);
	}
	*ms = (measure_now() - begun) / 1e6;
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "decision: %s\n", fault->text);
	if (!set || faults.count) {
		if (!faults.first)
			fputs("decision: memory is short\n", stderr);
		policy_set_free(set);
		set = NULL;
	}
	faults_free(&faults);
	return set;
}

/* 0, 1 or 2 as for exit. */
static int row_measure(const struct row *row, struct bench *bench, char decide_text[MEASURE_TEXT_SIZE],
	char ask_text[MEASURE_TEXT_SIZE])
{
	bool filled = true;

	bench->sender = policy_set_key(bench->set, TEXT("ses:FromAddress"));
	bench->recipients = policy_set_key(bench->set, TEXT("ses:Recipients"));
	bench->client = policy_set_key(bench->set, TEXT("aws:SourceIp"));
	bench->questions = row->questions;
	bench->expected = row->expected;
	bench->wrong = 0;
	for (size_t i = 0; i < row->questions; i++) {
		question_make(&bench->question[i], row->asked, row->lists ? row->count : 0, i, row->recipients);
		filled = filled && request_fill(bench, &bench->request[i], &bench->question[i], &bench->kept);
	}
	if (filled) {
		measure(decide, bench, decide_text);
		measure(ask, bench, ask_text);
	}
	for (size_t i = 0; i < row->questions; i++)
		question_free(&bench->question[i]);
	arena_free(&bench->kept);
	arena_free(&bench->arena);
	if (bench->wrong)
		fprintf(stderr, "decision: %s, %s: not decided as expected\n", row->policies, row->question);
	return !filled ? 2 : bench->wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const struct row *before = NULL;
	int status = 0;

	if (argc != 2) {
		fputs("usage: decision FOLDER_OF_EXAMPLE_POLICIES\n", stderr);
		return 2;
	}
	puts("One decision in the library, nanoseconds of CPU: median (least-greatest) of batches.\n");
	printf("%-34s %-24s %10s  %-22s %-22s %9s %9s\n", "policies", "question", "recipients", "decide", "ask", "load ms", "KiB");
	for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows && !status; before = row++) {
		bool fresh = !before || row->make != before->make || row->count != before->count;
		char decide_text[MEASURE_TEXT_SIZE], ask_text[MEASURE_TEXT_SIZE], load_text[32] = "";
		double ms;

		if (fresh) {
			policy_set_free(bench.set);
			bench.set = load(row, argv[1], &ms);
			if (!bench.set)
				return 2;
			snprintf(load_text, sizeof load_text, "%9.1f %9zu", ms, policy_set_bytes(bench.set) / 1024);
		}
		status = row_measure(row, &bench, decide_text, ask_text);
		if (!status)
			printf("%-34s %-24s %10zu  %-22s %-22s %s\n", fresh ? row->policies : "", row->question, row->recipients,
				decide_text, ask_text, load_text);
	}
	policy_set_free(bench.set);
	return status;
}
