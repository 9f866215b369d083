/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_tally.h"

#include "base/fault.h"
#include "tool/report_cell.h"
#include "tool/report_json.h"
#include "value/instant.h"

#include <stdio.h>

static const char *const by_names[BYS] = { "statement", "reason", "principal", "recipient_domain", "sender_domain",
	"shadow_statement", "shadow_reason", "quota" };

/* Of so many recipients of a message the domains are looked at. */
#define RECIPIENTS_MAX 64

/* Larger ones are no counts; not all of them are even numbers of the type. */
#define COUNT_REAL_MAX 1e15

bool report_tally_init(struct report_tally *tally)
{
	bool good = true;

	*tally = (struct report_tally){ .limits = json_object() };
	for (size_t i = 0; i < BYS; i++)
		good = report_count_init(&tally->by[i]) && good;
	return good && tally->limits;
}

void report_tally_free(struct report_tally *tally)
{
	for (size_t i = 0; i < BYS; i++)
		report_count_free(&tally->by[i]);
	json_decref(tally->limits);
}

static enum report_fate fate_of(const struct replay_record *record)
{
	if (text_equals(record->of[RECORD_DECISION], TEXT("allowed")))
		return FATE_ALLOWED;
	if (text_equals(record->of[RECORD_DECISION], TEXT("error")))
		return FATE_TROUBLE;
	if (text_equals(record->of[RECORD_MODE], TEXT("shadow")))
		return FATE_SHADOW;
	if (text_equals(record->of[RECORD_MODE], TEXT("monitor")))
		return FATE_WOULD;
	return text_equals(record->of[RECORD_DECISION], TEXT("throttled")) ? FATE_DEFERRED : FATE_REFUSED;
}

static struct text address_domain(struct text address)
{
	const char *at = address.length ? memrchr(address.at, '@', address.length) : NULL;

	return at ? text_from(address, (size_t)(at + 1 - address.at)) : address;
}

/* False when memory is short. What no statement decided is counted by its reason alone. */
static bool add_statement(struct report_count *count, const struct replay_record *record)
{
	char policy[190], sid[190], name[REPORT_NAME_SIZE];

	if (!record->of[RECORD_POLICY].length)
		return true;
	text_escape(record->of[RECORD_POLICY], policy, sizeof policy);
	if (record->of[RECORD_SID].length)
		text_escape(record->of[RECORD_SID], sid, sizeof sid);
	else
		snprintf(sid, sizeof sid, "%d", record->statement + 1);
	snprintf(name, sizeof name, "%s/%s", policy, sid);
	return report_count_add_shown(count, name);
}

static bool add_recipients(struct report_count *count, const struct replay_record *record)
{
	size_t most = record->recipient_count < RECIPIENTS_MAX ? record->recipient_count : RECIPIENTS_MAX;

	for (size_t i = 0; i < most; i++) {
		struct text domain = address_domain(record->recipients[i]);
		bool before = false;
		for (size_t j = 0; j < i && !before; j++)
			before = text_equals_fold(domain, address_domain(record->recipients[j]));
		if (!before && !report_count_add(count, domain))
			return false;
	}
	return true;
}

static json_t *limit_read(const struct replay_record *record)
{
	if (record->quota_json)
		return json_incref((json_t *)record->quota_json);
	return record->quota.at ? json_loadb(record->quota.at, record->quota.length, 0, NULL) : NULL;
}

/* Of another type, or no number that a count can be, is 0. */
static json_int_t number(const json_t *limit, const char *member)
{
	const json_t *value = json_object_get(limit, member);
	double real = json_real_value(value);

	if (json_is_integer(value))
		return json_integer_value(value);
	return real > -COUNT_REAL_MAX && real < COUNT_REAL_MAX ? (json_int_t)real : 0;
}

/* The limit as it was last, and the most that was used of it. False when memory is short. */
static bool limit_keep(struct report_tally *tally, const char *name, const json_t *limit, const struct replay_record *record)
{
	json_t *kept = json_object_get(tally->limits, name);
	json_int_t used = number(limit, "used"), most = number(kept, "used");
	const char *kind = json_string_value(json_object_get(limit, "kind"));
	const json_t *value = json_object_get(limit, "limit");

	if (!kept && json_object_size(tally->limits) == COUNT_NAMES_MAX)
		return true;
	return json_object_set_new(tally->limits, name,
		       json_pack("{s:o, s:I, s:O, s:o}", "kind", report_string(kind), "used", used > most ? used : most, "limit",
			       json_is_number(value) ? (json_t *)value : json_null(), "last",
			       report_text(record->of[RECORD_TIME]))) == 0;
}

static bool add_quota(struct report_tally *tally, const struct replay_record *record)
{
	json_t *limit = limit_read(record);
	const json_t *key = json_object_get(limit, "key");
	const char *scope = json_string_value(json_object_get(limit, "scope"));
	char shown[300], shown_scope[40], name[COUNT_NAME_SIZE];
	bool good = true;

	if (scope) {
		struct text of = { json_string_value(key), json_string_length(key) };
		text_escape(text_of(scope), shown_scope, sizeof shown_scope);
		snprintf(name, sizeof name, "%s%s%s", shown_scope, of.length ? " " : "", text_escape(of, shown, sizeof shown));
		good = report_count_add_shown(&tally->by[BY_QUOTA], name) && limit_keep(tally, name, limit, record);
	}
	json_decref(limit);
	return good;
}

static bool add_refusal(struct report_tally *tally, const struct replay_record *record)
{
	struct text principal = record->of[RECORD_PRINCIPAL];

	return add_statement(&tally->by[BY_STATEMENT], record) &&
		report_count_add(&tally->by[BY_PRINCIPAL], principal.length ? principal : TEXT("(none)")) &&
		report_count_add(&tally->by[BY_SENDER_DOMAIN],
			record->of[RECORD_SENDER].length ? address_domain(record->of[RECORD_SENDER]) : TEXT("<>")) &&
		add_recipients(&tally->by[BY_RECIPIENT_DOMAIN], record) && add_quota(tally, record);
}

bool report_tally_add(struct report_tally *tally, const struct replay_record *record)
{
	struct text reason = record->of[RECORD_REASON].length ? record->of[RECORD_REASON] : TEXT("(none)");
	enum report_fate fate = fate_of(record);
	struct instant instant = { INT64_MIN, 0 };

	tally->records++;
	tally->fates[fate]++;
	if (!instant_parse(record->of[RECORD_TIME], &instant))
		instant.seconds = INT64_MIN;
	report_spans_add(&tally->spans, instant.seconds, fate);
	switch (fate) {
	case FATE_ALLOWED:
		return true;
	case FATE_SHADOW:
		return report_count_add(&tally->by[BY_SHADOW_REASON], reason) &&
			add_statement(&tally->by[BY_SHADOW_STATEMENT], record);
	case FATE_TROUBLE:
		return report_count_add(&tally->by[BY_REASON], reason);
	case FATE_REFUSED:
	case FATE_DEFERRED:
	case FATE_WOULD:
	case FATES:
		break;
	}
	return report_count_add(&tally->by[BY_REASON], reason) && add_refusal(tally, record);
}

static json_t *limits_json(const struct report_tally *tally, const json_t *counts)
{
	json_t *list = json_array();
	const json_t *one;
	bool good = list;
	size_t i;

	json_array_foreach(json_object_get(counts, "list"), i, one) {
		const json_t *limit = json_object_get(tally->limits, json_string_value(json_object_get(one, "name")));
		json_t *copy = limit ? json_copy((json_t *)limit) : json_object();
		good = good && json_object_update(copy, (json_t *)one) == 0;
		good = report_push(list, copy) && good;
	}
	if (good)
		return list;
	json_decref(list);
	return NULL;
}

json_t *report_tally_json(const struct report_tally *tally)
{
	json_t *by = json_object();
	json_t *made = json_pack("{s:I, s:I, s:o, s:o}", "records", (json_int_t)tally->records, "invalid",
		(json_int_t)tally->invalid, "time", report_spans_json(&tally->spans), "by", by);
	bool good = made;

	for (size_t i = 0; good && i < FATES; i++)
		good = report_set(made, report_fate_names[i], json_integer((json_int_t)tally->fates[i]));
	for (size_t i = 0; good && i < BYS; i++)
		good = report_set(by, by_names[i], report_count_json(&tally->by[i]));
	good = good && report_set(made, "limits", limits_json(tally, json_object_get(by, "quota")));
	if (good)
		return made;
	json_decref(made);
	return NULL;
}
