/* SPDX-License-Identifier: BSD-2-Clause */
#include "recorder.h"

#include "counters.h"
#include "log.h"
#include "quota_log.h"
#include "record_file.h"
#include "record_json.h"
#include "stray_names.h"
#include "ses/message_report.h"

#include <stdlib.h>

static bool write_record(const struct record *record, bool required)
{
	struct json_line line;
	bool good = record_json(record, &line);

	if (!good)
		record_file_lost("memory is short");
	else if (required)
		good = record_file_write(line.at, line.used);
	else
		record_file_put(line.at, line.used);
	free(line.at);
	return good || !required;
}

/* A line that the file has just not taken is not tried again. */
static bool is_about_records(const struct outcome *outcome)
{
	return outcome->action == OUTCOME_TROUBLE && outcome->reason == REASON_RECORD;
}

/* Does an answer that counts hang on it? Also on what a limit that is only watched says of a message that is let through. */
static bool is_of_an_answer(const struct record *record)
{
	return record->mode == RECORD_ENFORCE || (record->throttled && !session_monitors(record->session));
}

bool recorder_tells(const struct session *session, const struct outcome *outcome)
{
	const struct hold *hold = session->hold;

	return outcome->action != OUTCOME_CONTINUE || (hold && hold->conduct.records && hold->conduct.records_allowed);
}

bool recorder_take(const struct record *record)
{
	const struct hold *hold = record->session->hold;
	const struct outcome *outcome = record->outcome;
	bool allowed = outcome->action == OUTCOME_CONTINUE;
	bool trouble = outcome->action == OUTCOME_TROUBLE;

	if (hold && hold->conduct.records && (!allowed || hold->conduct.records_allowed) && !is_about_records(outcome)) {
		bool required = hold->conduct.records_required && is_of_an_answer(record);
		/* What could not be recorded is not told, and comes again as that trouble. Trouble is told anyway. */
		if (!write_record(record, required) && !trouble)
			return false;
	}
	counters_decision(record);
	unsigned long more = 0;
	if (!allowed && (!record->throttled || quota_log_may(record->throttled->key, &more))) {
		char text[RECORD_MAX];
		record_line_throttled(record, more, text);
		log_record(trouble ? LOG_ERR : LOG_NOTICE, text);
	}
	return true;
}

void recorder_stray_login(struct session *session)
{
	char text[STRAY_LOGIN_SIZE];

	if (!message_login_strays(session->message))
		return;
	counters_add(&counters.stray_logins, 1);
	switch (told_logins_add(&session->hold->told_logins, session->client.login)) {
	case TOLD_NEW:
		log_line(LOG_WARNING, "principals: %s", message_login_stray(session->message, text));
		stray_names_add(session->client.login);
		break;
	case TOLD_FULL:
		log_line(LOG_WARNING,
			"principals: %d logins have missed the entries so far; further ones are only counted (stray_logins_total)",
			TOLD_LOGINS_MAX);
		break;
	case TOLD_BEFORE:
	case TOLD_NO_MORE:
		break;
	}
}
