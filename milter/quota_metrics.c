/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota_metrics.h"

#include "counters.h"
#include "holder.h"
#include "meter.h"
#include "metrics_label.h"
#include "quota/quota_key.h"
#include "quota/quota_tally.h"

#include <inttypes.h>

static void print_key(const char *name, enum quota_scope scope, struct text key, int64_t value, FILE *out)
{
	fprintf(out, "%s{scope=\"%.*s\",key=\"", name, TEXT_ARGS(quota_scope_name(scope)));
	metrics_label(key, out);
	fprintf(out, "\"} %" PRId64 "\n", value);
}

typedef void visit_rule(const char *name, enum quota_scope scope, const struct quota_rule *rule, FILE *out);

/* Those that name one key. */
static void visit_rules(const char *name, visit_rule *visit, FILE *out)
{
	struct hold *hold = holder_take();

	for (enum quota_scope scope = 0; hold && scope < QUOTA_SCOPES; scope++) {
		const struct quota_rules *rules = &hold->generation->quotas.rules[scope];
		for (size_t i = 0; i < rules->count; i++)
			if (!rules->at[i].pattern)
				visit(name, scope, &rules->at[i], out);
	}
	holder_give_back(hold);
}

static void print_used(const char *name, enum quota_scope scope, const struct quota_rule *rule, FILE *out)
{
	struct quota_store *store = meter_enter();
	struct quota_row row;
	struct faults faults;

	if (!store)
		return;
	faults_init(&faults);
	switch (quota_show(store, scope, rule->name, &row, &faults)) {
	case QUOTA_FOUND:
		if (!row.damaged)
			print_key(name, scope, rule->name, row.used, out);
		break;
	case QUOTA_ABSENT:
		print_key(name, scope, rule->name, 0, out);
		break;
	case QUOTA_FAILED:
		break;
	}
	faults_free(&faults);
	meter_leave();
}

void quota_metrics_used(const char *name, FILE *out)
{
	visit_rules(name, print_used, out);
}

static void print_limit(const char *name, enum quota_scope scope, const struct quota_rule *rule, FILE *out)
{
	if (rule->limit.per_day != QUOTA_UNLIMITED)
		print_key(name, scope, rule->name, rule->limit.per_day, out);
}

void quota_metrics_limit(const char *name, FILE *out)
{
	visit_rules(name, print_limit, out);
}

void quota_metrics_refused(const char *name, FILE *out)
{
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		for (enum throttled_kind kind = 0; kind < THROTTLED_KINDS; kind++)
			fprintf(out, "%s{scope=\"%.*s\",kind=\"%s\"} %lu\n", name, TEXT_ARGS(quota_scope_name(scope)),
				throttled_kind_name(kind),
				atomic_load_explicit(&counters.quota_refused[scope][kind], memory_order_relaxed));
}

/* False: there is no store. */
static bool read_status(struct quota_status *status)
{
	struct quota_store *store = meter_enter();

	if (!store)
		return false;
	quota_status(store, status);
	meter_leave();
	return true;
}

void quota_metrics_up(const char *name, FILE *out)
{
	struct quota_status status;

	if (read_status(&status))
		fprintf(out, "%s %d\n", name, status.up);
}

void quota_metrics_errors(const char *name, FILE *out)
{
	struct quota_status status;

	if (!read_status(&status))
		return;
	for (enum quota_error error = 0; error < QUOTA_ERRORS; error++)
		fprintf(out, "%s{kind=\"%s\"} %" PRIu64 "\n", name, quota_error_name(error), status.errors[error]);
}

void quota_metrics_seconds(const char *name, FILE *out)
{
	struct quota_status status;
	uint64_t count = 0;

	if (!read_status(&status))
		return;
	for (size_t i = 0; i < QUOTA_TIMES; i++) {
		count += status.times[i];
		fprintf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, (double)quota_time_bounds[i] / 1e6, count);
	}
	count += status.times[QUOTA_TIMES];
	fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n%s_count %" PRIu64 "\n", name, count, name,
		(double)status.microseconds / 1e6, name, count);
}

void quota_metrics_lost(const char *name, FILE *out)
{
	struct quota_status status;

	if (read_status(&status))
		fprintf(out, "%s %" PRIu64 "\n", name, status.counts_lost);
}

void quota_metrics_keys(const char *name, FILE *out)
{
	struct quota_status status;

	if (read_status(&status) && status.keys >= 0)
		fprintf(out, "%s %" PRId64 "\n", name, status.keys);
}
