/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "status.h"

#include "counters.h"
#include "holder.h"
#include "json_line.h"
#include "status_quotas.h"
#include "stray_names.h"
#include "watch.h"
#include "ses/generation_file.h"
#include "value/instant.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const struct settings *running;
static const char *serving_as;
static struct instant since;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Under the mutex. */
static struct {
	struct instant at;
	const char *result; /* NULL: there was none since the start */
	char text[512];
} last_reload;

static struct instant now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (struct instant){ time.tv_sec, 0 };
}

void status_begin(const struct settings *settings, const char *user)
{
	running = settings;
	serving_as = user;
	since = now();
}

void status_reloaded(const char *result, const char *text)
{
	pthread_mutex_lock(&mutex);
	last_reload.at = now();
	last_reload.result = result;
	text_escape(text_of(text), last_reload.text, sizeof last_reload.text);
	pthread_mutex_unlock(&mutex);
}

static void put_time(struct json_line *line, const char *key, const struct instant *time)
{
	char shown[INSTANT_TEXT_SIZE];

	json_line_text(line, key, text_of(instant_print(time, shown)));
}

static unsigned long count(atomic_ulong *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void put_process(struct json_line *line)
{
	json_line_text(line, "version", TEXT(PACKAGE_VERSION));
	json_line_number(line, "pid", getpid());
	put_time(line, "since", &since);
	json_line_text(line, "user", text_of(serving_as));
	json_line_text_or_null(line, "settings", text_of(running->file));
	json_line_text(line, "socket", text_of(running->socket));
}

/* Do new connections reach the filter? */
static void put_socket(struct json_line *line)
{
	char wrong[WATCH_TEXT_SIZE];

	watch_verdict(wrong);
	json_line_text_or_null(line, "socket_trouble", text_of(wrong));
}

/* What SES says of the account; null: nothing is read of it. */
static void put_account(struct json_line *line, const struct account_state *state)
{
	if (!state->loaded) {
		json_line_word(line, "account_state", "null");
		return;
	}
	json_line_open(line, "account_state", '{');
	put_time(line, "fetched", &state->oldest);
	json_line_word(line, "paused", state->paused ? "true" : "false");
	json_line_open(line, "parts", '[');
	for (enum account_part part = 0; part < ACCOUNT_PARTS; part++)
		if (state->has[part])
			json_line_text(line, NULL, text_of(account_part_name(part)));
	json_line_close(line, ']');
	json_line_close(line, '}');
}

static void put_generation(struct json_line *line, const struct hold *hold)
{
	struct instant loaded = { atomic_load_explicit(&counters.loaded, memory_order_relaxed), 0 };
	const struct generation *generation = hold->generation;

	json_line_open(line, "generation", '{');
	json_line_number(line, "number", (int64_t)hold->number);
	put_time(line, "loaded", &loaded);
	json_line_text(line, "mode", hold->conduct.monitor ? TEXT("monitor") : TEXT("enforce"));
	json_line_text(line, "account", generation->account);
	json_line_text(line, "region", generation->region);
	json_line_number(line, "policies", (int64_t)policy_set_count(generation->set));
	json_line_number(line, "statements", (int64_t)policy_set_statement_count(generation->set));
	put_account(line, &generation->account_state);
	json_line_open(line, "files", '[');
	for (const struct generation_file *file = generation->first_file; file; file = file->next) {
		json_line_open(line, NULL, '{');
		json_line_text(line, "file", text_of(file->path));
		json_line_text(line, "sha256", text_of(file->digest));
		json_line_close(line, '}');
	}
	json_line_close(line, ']');
	json_line_close(line, '}');
}

/* Under the mutex. */
static void put_reload(struct json_line *line)
{
	if (!last_reload.result) {
		json_line_word(line, "reload", "null");
		return;
	}
	json_line_open(line, "reload", '{');
	put_time(line, "time", &last_reload.at);
	json_line_text(line, "result", text_of(last_reload.result));
	json_line_text(line, "text", text_of(last_reload.text));
	json_line_close(line, '}');
}

static void put_login(void *line, struct text login)
{
	json_line_text(line, NULL, login);
}

static void put_logins(struct json_line *line)
{
	json_line_open(line, "stray_logins", '[');
	stray_names_visit(put_login, line);
	json_line_close(line, ']');
}

static void put_counts(struct json_line *line)
{
	unsigned long decisions, refused;

	counters_totals(&decisions, &refused);
	json_line_number(line, "connections", (int64_t)count(&counters.connections));
	json_line_number(line, "connections_total", (int64_t)count(&counters.connections_total));
	json_line_number(line, "decisions", (int64_t)decisions);
	json_line_number(line, "refused", (int64_t)refused);
	json_line_number(line, "reloads", (int64_t)count(&counters.reloads));
	json_line_number(line, "reloads_refused", (int64_t)count(&counters.reloads_refused));
	json_line_number(line, "records_lost", (int64_t)count(&counters.records_lost));
	json_line_number(line, "unended_messages", (int64_t)count(&counters.unended));
	json_line_number(line, "stray_login_messages", (int64_t)count(&counters.stray_logins));
}

char *status_answer(char *rest, size_t *length)
{
	struct json_line line = { 0 };
	struct hold *hold = holder_take();

	(void)rest;
	json_line_open(&line, NULL, '{');
	put_process(&line);
	put_socket(&line);
	if (hold) {
		put_generation(&line, hold);
		status_quotas_put(&line, hold);
		holder_give_back(hold);
	}
	pthread_mutex_lock(&mutex);
	put_reload(&line);
	pthread_mutex_unlock(&mutex);
	put_logins(&line);
	put_counts(&line);
	json_line_close(&line, '}');
	json_line_end(&line);
	*length = line.used;
	if (!line.failed)
		return line.at;
	free(line.at);
	return NULL;
}
