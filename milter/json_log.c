/* SPDX-License-Identifier: BSD-2-Clause */
#include "json_log.h"

#include "json_line.h"
#include "record_pair.h"

#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

static void put_time(struct json_line *line)
{
	char whole[40], text[80];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
	snprintf(text, sizeof text, "%s.%03ldZ", whole, now.tv_nsec / 1000000);
	json_line_text(line, "time", text_of(text));
}

static struct text severity_of(int priority)
{
	switch (priority) {
	case LOG_WARNING:
		return TEXT("warning");
	case LOG_NOTICE:
		return TEXT("notice");
	case LOG_INFO:
		return TEXT("info");
	case LOG_DEBUG:
		return TEXT("debug");
	default:
		return TEXT("error");
	}
}

static void put_pair(struct json_line *line, const struct record_pair *pair)
{
	char key[32], word[64];

	snprintf(key, sizeof key, "%.*s", TEXT_ARGS(pair->key));
	if (pair->number && pair->value.length) {
		snprintf(word, sizeof word, "%.*s", TEXT_ARGS(pair->value));
		json_line_word(line, key, word);
	} else {
		json_line_text(line, key, pair->value);
	}
}

size_t json_log_print(int priority, const char *text, bool record, char out[JSON_LOG_MAX])
{
	struct json_line line = { .at = out, .room = JSON_LOG_MAX, .fixed = true };
	struct text rest = text_of(text);
	struct record_pair pair;

	json_line_open(&line, NULL, '{');
	put_time(&line);
	json_line_text(&line, "severity", severity_of(priority));
	json_line_number(&line, "process", getpid());
	json_line_text(&line, "message", rest);
	while (record && record_pair_next(&rest, &pair))
		put_pair(&line, &pair);
	json_line_close(&line, '}');
	json_line_end(&line);
	return line.used;
}
