/* SPDX-License-Identifier: BSD-2-Clause */
#include "recorder.h"

#include "counters.h"
#include "log.h"
#include "record_file.h"
#include "record_json.h"

#include <stdlib.h>
#include <string.h>

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
	return outcome->action == OUTCOME_TROUBLE && outcome->reason && strcmp(outcome->reason, "record") == 0;
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
		bool required = hold->conduct.records_required && record->mode == RECORD_ENFORCE;
		/* What could not be recorded is not told, and comes again as that trouble. Trouble is told anyway. */
		if (!write_record(record, required) && !trouble)
			return false;
	}
	counters_decision(record);
	if (!allowed) {
		char text[RECORD_MAX];
		record_line(record, text);
		log_line(trouble ? LOG_ERR : LOG_NOTICE, "%s", text);
	}
	return true;
}
