/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "metrics.h"

#include "counters.h"
#include "base/text.h"
#include "meter.h"
#include "metrics_label.h"
#include "quota_metrics.h"
#include "statement_count.h"

#include <string.h>

static unsigned long read_counter(atomic_ulong *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void print_decisions(const char *name, FILE *out)
{
	for (size_t i = 0; i < COUNTEDS; i++)
		for (size_t stage = 0; stage < STAGES; stage++) {
			/* Mail is let through at its end, or before the headers. */
			if (i == COUNTED_ALLOWED && stage == STAGE_EOH)
				continue;
			fprintf(out, "%s{decision=\"%s\",stage=\"%s\"} %lu\n", name, counted_words[i],
				stage_name((enum stage)stage), read_counter(&counters.decisions[i][stage]));
		}
}

struct series {
	const char *name;
	FILE *out;
};

static void print_statement(const struct statement_count *count, enum counted decision, unsigned long n,
	const struct series *series)
{
	fprintf(series->out, "%s{policy=\"", series->name);
	metrics_label(text_of(count->policy), series->out);
	fputs("\",statement=\"", series->out);
	metrics_label(text_of(count->statement), series->out);
	fprintf(series->out, "\",decision=\"%s\"} %lu\n", counted_words[decision], n);
}

/* An Allow decides nothing by itself; what would be is there where it was. */
static void visit_statement(const struct statement_count *count, void *argument)
{
	unsigned long denied = atomic_load_explicit(&count->denied, memory_order_relaxed);
	unsigned long would = atomic_load_explicit(&count->would, memory_order_relaxed);

	if (count->deny || denied)
		print_statement(count, COUNTED_EXPLICIT_DENY, denied, argument);
	if (would)
		print_statement(count, COUNTED_WOULD_REJECT, would, argument);
}

static void print_statements(const char *name, FILE *out)
{
	struct series series = { name, out };

	statement_counts_visit(visit_statement, &series);
}

static void print_evaluation(const char *name, FILE *out)
{
	unsigned long sum = read_counter(&counters.evaluation_nanoseconds), count = 0;

	for (size_t i = 0; i < COUNTED_BUCKETS; i++) {
		count += read_counter(&counters.evaluations[i]);
		fprintf(out, "%s_bucket{le=\"%g\"} %lu\n", name, (double)counted_bounds[i] / 1e9, count);
	}
	count += read_counter(&counters.evaluations[COUNTED_BUCKETS]);
	fprintf(out, "%s_bucket{le=\"+Inf\"} %lu\n%s_sum %.9f\n%s_count %lu\n", name, count, name, (double)sum / 1e9, name, count);
}

static void print_reloads(const char *name, FILE *out)
{
	fprintf(out, "%s{result=\"ok\"} %lu\n", name, read_counter(&counters.reloads));
	fprintf(out, "%s{result=\"refused\"} %lu\n", name, read_counter(&counters.reloads_refused));
}

static void print_errors(const char *name, FILE *out)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASONS; reason++)
		if (reason_rows[reason].trouble)
			fprintf(out, "%s{reason=\"%s\"} %lu\n", name, reason_rows[reason].word,
				read_counter(&counters.errors[reason]));
}

static void print_loaded(const char *name, FILE *out)
{
	fprintf(out, "%s %lld\n", name, atomic_load_explicit(&counters.loaded, memory_order_relaxed));
}

static void print_build(const char *name, FILE *out)
{
	fprintf(out, "%s{version=\"" PACKAGE_VERSION "\"} 1\n", name);
}

static void print_account(const char *name, FILE *out)
{
	fprintf(out, "%s %lld\n", name, atomic_load_explicit(&counters.account_state, memory_order_relaxed));
}

/* One of the two last says how a row is printed. */
struct metric_row {
	const char *name, *type, *help;
	atomic_ulong *counter;
	void (*print)(const char *name, FILE *out);
};

static const struct metric_row rows[] = {
	{ "ses_policy_milter_build_info", "gauge", "Always 1; the label is the version.", NULL, print_build },
	{ "ses_policy_milter_decisions_total", "counter",
		"Decisions: messages let through, refusals of messages and recipients, what monitor mode and shadow policies would refuse.",
		NULL, print_decisions },
	{ "ses_policy_milter_statement_decisions_total", "counter",
		"Refusals by the statement that made them (its Sid, else its index in the policy).", NULL, print_statements },
	{ "ses_policy_milter_evaluation_seconds", "histogram",
		"Time to evaluate a message by the policies in force, all stages together.", NULL, print_evaluation },
	{ "ses_policy_milter_reloads_total", "counter", "Reloads, put in force or refused.", NULL, print_reloads },
	{ "ses_policy_milter_last_reload_refused", "gauge",
		"1: the last reload was refused, and what was in force before it stays so.", &counters.last_refused, NULL },
	{ "ses_policy_milter_generation", "gauge", "Number of the generation of policies in force.", &counters.generation, NULL },
	{ "ses_policy_milter_policy_loaded_timestamp_seconds", "gauge",
		"When the policies in force were loaded, in seconds since 1970.", NULL, print_loaded },
	{ "ses_policy_milter_account_state_timestamp_seconds", "gauge",
		"When the oldest part of the account's state was fetched, in seconds since 1970; 0: none is loaded.", NULL,
		print_account },
	{ "ses_policy_milter_connections", "gauge", "Connections of MTAs now.", &counters.connections, NULL },
	{ "ses_policy_milter_connections_total", "counter", "Connections of MTAs so far.", &counters.connections_total, NULL },
	{ "ses_policy_milter_errors_total", "counter", "Errors of the filter itself, answered with 451.", NULL, print_errors },
	{ "ses_policy_milter_records_lost_total", "counter", "Decision records and log lines that could not be written.",
		&counters.records_lost, NULL },
	{ "ses_policy_milter_unended_messages_total", "counter",
		"Messages that were allowed up to DATA, and never came to their end here.", &counters.unended, NULL },
	{ "ses_policy_milter_unknown_ses_headers_total", "counter", "X-SES- headers that the filter does not know, let through.",
		&counters.unknown_headers, NULL },
	{ "ses_policy_milter_stray_logins_total", "counter",
		"Messages whose login no entry of principals names: only \"*\" or none fits.", &counters.stray_logins, NULL },
};

/* Only where there is a store of counts. */
static const struct metric_row quota_rows[] = {
	{ "ses_policy_quota_used", "gauge", "Recipients in the last 24 hours of keys that the settings name without a pattern.",
		NULL, quota_metrics_used },
	{ "ses_policy_quota_limit", "gauge", "How many those may have in 24 hours.", NULL, quota_metrics_limit },
	{ "ses_policy_quota_refused_total", "counter",
		"Messages that a limit deferred or refused, by whose limit and which: of a day, of a second, or too small for the message.",
		NULL, quota_metrics_refused },
	{ "ses_policy_quota_store_up", "gauge", "1: counts are told from a store that keeps them; 0: it is in trouble.", NULL,
		quota_metrics_up },
	{ "ses_policy_quota_store_errors_total", "counter", "Trouble of the store of counts.", NULL, quota_metrics_errors },
	{ "ses_policy_quota_store_seconds", "histogram", "Time of what was asked of the store elsewhere, or written to the file.",
		NULL, quota_metrics_seconds },
	{ "ses_policy_quota_unmetered_total", "counter",
		"Messages that passed while they could not be counted (unavailable: accept).", &counters.quota_unmetered, NULL },
	{ "ses_policy_quota_counts_lost_total", "counter", "Times that the store was found to have forgotten its counts.", NULL,
		quota_metrics_lost },
	{ "ses_policy_quota_keys", "gauge", "Keys that have counts now.", NULL, quota_metrics_keys },
};

static void print_rows(const struct metric_row *row, size_t count, FILE *out)
{
	for (; count > 0; count--, row++) {
		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, row->type);
		if (row->print)
			row->print(row->name, out);
		else
			fprintf(out, "%s %lu\n", row->name, read_counter(row->counter));
	}
}

void metrics_print(FILE *out)
{
	print_rows(rows, sizeof rows / sizeof *rows, out);
	if (meter_is_open())
		print_rows(quota_rows, sizeof quota_rows / sizeof *quota_rows, out);
}
