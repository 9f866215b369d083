/* SPDX-License-Identifier: BSD-2-Clause */
#include "status_quotas.h"

#include "counters.h"
#include "meter.h"
#include "quota/quota_key.h"

static unsigned long total_refused(void)
{
	unsigned long total = 0;

	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		for (enum throttled_kind kind = 0; kind < THROTTLED_KINDS; kind++)
			total += atomic_load_explicit(&counters.quota_refused[scope][kind], memory_order_relaxed);
	return total;
}

static void put_store(struct json_line *line, struct quota_store *store)
{
	struct quota_status status;
	uint64_t errors = 0;

	quota_status(store, &status);
	for (enum quota_error error = 0; error < QUOTA_ERRORS; error++)
		errors += status.errors[error];
	json_line_text(line, "store", text_of(meter_store_name()));
	json_line_word(line, "store_up", status.up ? "true" : "false");
	json_line_number(line, "store_errors", (int64_t)errors);
	json_line_number(line, "counts_lost", (int64_t)status.counts_lost);
	json_line_number(line, "keys", status.keys);
}

/* -1: it cannot be told. A store that has not answered is not asked again. */
static int64_t used_of(struct quota_store *store, enum quota_scope scope, const struct quota_rule *rule, bool *answers)
{
	struct quota_row row;
	struct faults faults;
	int64_t used = -1;

	if (rule->pattern || !*answers)
		return -1;
	faults_init(&faults);
	switch (quota_show(store, scope, rule->name, &row, &faults)) {
	case QUOTA_FOUND:
		used = row.damaged ? -1 : row.used;
		break;
	case QUOTA_ABSENT:
		used = 0;
		break;
	case QUOTA_FAILED:
		*answers = false;
		break;
	}
	faults_free(&faults);
	return used;
}

static void put_limit(struct json_line *line, enum quota_scope scope, const struct quota_rule *rule, int64_t used)
{
	const struct quota_limit *limit = &rule->limit;
	char rate[32];

	json_line_open(line, NULL, '{');
	json_line_text(line, "scope", quota_scope_name(scope));
	json_line_text(line, "name", rule->name);
	json_line_word(line, "pattern", rule->pattern ? "true" : "false");
	json_line_number(line, "used", used);
	json_line_number(line, "per_day", limit->per_day == QUOTA_UNLIMITED ? -1 : limit->per_day);
	snprintf(rate, sizeof rate, "%.10g", (double)limit->rate / 1000);
	json_line_word(line, "per_second", limit->rate == QUOTA_UNLIMITED ? "null" : rate);
	json_line_number(line, "burst", limit->rate == QUOTA_UNLIMITED ? -1 : limit->burst);
	json_line_word(line, "monitor", limit->monitor ? "true" : "false");
	json_line_close(line, '}');
}

static void put_limits(struct json_line *line, struct quota_store *store, const struct quotas *quotas)
{
	bool answers = true;

	json_line_open(line, "limits", '[');
	for (enum quota_scope scope = 0; scope < QUOTA_SCOPES; scope++)
		for (size_t i = 0; i < quotas->rules[scope].count; i++) {
			const struct quota_rule *rule = &quotas->rules[scope].at[i];
			put_limit(line, scope, rule, used_of(store, scope, rule, &answers));
		}
	json_line_close(line, ']');
}

void status_quotas_put(struct json_line *line, const struct hold *hold)
{
	struct quota_store *store = hold->generation->quotas.given ? meter_enter() : NULL;

	if (!store) {
		json_line_word(line, "quotas", "null");
		return;
	}
	json_line_open(line, "quotas", '{');
	put_store(line, store);
	json_line_number(line, "refused", (int64_t)total_refused());
	json_line_number(line, "unmetered", (int64_t)atomic_load_explicit(&counters.quota_unmetered, memory_order_relaxed));
	put_limits(line, store, &hold->generation->quotas);
	json_line_close(line, '}');
	meter_leave();
}
