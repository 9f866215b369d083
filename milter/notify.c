/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "notify.h"

#ifndef HAVE_SYSTEMD
bool notify_start(const struct socket_spec *spec)
{
	(void)spec;
	return true;
}

bool notify_ready(const char *summary)
{
	(void)summary;
	return true;
}

void notify_reloading(void)
{
}

void notify_reloaded(const char *result, const char *summary)
{
	(void)result, (void)summary;
}

void notify_stopping(void)
{
}

void notify_drain(unsigned milliseconds)
{
	(void)milliseconds;
}
#else
#include "counters.h"
#include "log.h"
#include "meter.h"
#include "outlet.h"
#include "milter_probe.h"
#include "value/duration.h"
#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

/* Seconds between two looks at whether the status has changed. */
#define STATUS_SECONDS 5

/* Some ten of the longest messages. */
#define WAITING_MAX (16u * 1024)

#define ACCOUNT_AGE_SIZE (DURATION_TEXT_SIZE + 24)

static void send_state(int priority, const char *state, size_t length);

static struct outlet states = OUTLET(WAITING_MAX, send_state);
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char in_force[384], last_reload[512]; /* under the mutex */
static atomic_bool stopping;
static const struct socket_spec *door;
static bool managed;      /* somebody is to be told */
static atomic_bool owed;  /* something found no room; systemd may believe that a reload still goes on */
static uint64_t patience; /* microseconds of WatchdogSec=; 0: none */

/* sd_notify waits as long as systemd takes nothing. It needs a descriptor: a reload that begins must also end. */
static void send_state(int priority, const char *state, size_t length)
{
	static const struct timespec pause = { .tv_nsec = 200 * 1000 * 1000 };
	int result;

	(void)priority, (void)length;
	while ((result = sd_notify(0, state)) == -EMFILE || result == -ENFILE || result == -ENOMEM)
		nanosleep(&pause, NULL);
}

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void tell(const char *format, ...)
{
	char state[1600];
	va_list arguments;

	if (!managed)
		return;
	va_start(arguments, format);
	vsnprintf(state, sizeof state, format, arguments);
	va_end(arguments);
	if (!outlet_put(&states, 0, state, strlen(state)))
		atomic_store(&owed, true);
}

static void keep(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
	/* One line. */
	for (; *out; out++)
		if (*out == '\n')
			*out = ' ';
}

/* Of the account's state now: "account state now 2h old; ", or nothing. */
static void account_age(char out[ACCOUNT_AGE_SIZE])
{
	long long of = atomic_load_explicit(&counters.account_state, memory_order_relaxed);
	char age[DURATION_TEXT_SIZE];

	*out = '\0';
	if (of)
		snprintf(out, ACCOUNT_AGE_SIZE, "account state now %s old; ", duration_print((int64_t)time(NULL) - of, age));
}

static void status_line(char *out, size_t size)
{
	char wrong[WATCH_TEXT_SIZE], age[ACCOUNT_AGE_SIZE];
	unsigned long decisions, refused;

	watch_verdict(wrong);
	account_age(age);
	counters_totals(&decisions, &refused);
	pthread_mutex_lock(&mutex);
	snprintf(out, size, "%s%sgeneration %lu, %s; %s%lu decisions, %lu refused; last reload %s%s", wrong, *wrong ? "; " : "",
		atomic_load_explicit(&counters.generation, memory_order_relaxed), in_force, age, decisions, refused, last_reload,
		meter_is_in_trouble() ? "; the store of quotas is in trouble" : "");
	pthread_mutex_unlock(&mutex);
}

static void tell_status(const char *state)
{
	char status[1536];

	status_line(status, sizeof status);
	tell("%s\nSTATUS=%s", state, status);
}

/* Does the filter answer? What only keeps us from asking is no answer to that. */
static void give_sign_of_life(void)
{
	static bool silent;
	char unused[WATCH_TEXT_SIZE];
	const char *wrong = watch_verdict(unused) == WATCH_TAKEN ? NULL : milter_probe(door, (int)(patience / 1000 / 4));

	if (!wrong) {
		tell("WATCHDOG=1");
		silent = false;
	} else if (!silent && !atomic_load(&stopping)) {
		log_line(LOG_ERR, "watchdog: the filter does not answer at its own socket: %s", wrong);
		silent = true;
	}
}

static void *keep_telling(void *unused)
{
	char told[1536] = "", now[1536];
	/* A sign of life at twice the rate that is asked for, as sd_watchdog_enabled(3) has it. */
	uint64_t pause = patience && patience / 2 < STATUS_SECONDS * 1000000ull ? patience / 2 : STATUS_SECONDS * 1000000ull;
	const struct timespec wait = { (time_t)(pause / 1000000), (long)(pause % 1000000 * 1000) };

	(void)unused;
	for (; !atomic_load(&stopping); nanosleep(&wait, NULL)) {
		/* Those take the room of nothing that must be told. */
		if (!outlet_is_empty(&states))
			continue;
		if (patience)
			give_sign_of_life();
		status_line(now, sizeof now);
		if (atomic_exchange(&owed, false))
			tell_status("READY=1");
		else if (strcmp(now, told) != 0 && !atomic_load(&stopping))
			tell("STATUS=%s", now);
		strcpy(told, now);
	}
	return NULL;
}

bool notify_start(const struct socket_spec *spec)
{
	door = spec;
	managed = getenv("NOTIFY_SOCKET") != NULL;
	if (sd_watchdog_enabled(0, &patience) <= 0)
		patience = 0;
	keep(last_reload, sizeof last_reload, "none");
	return !managed || outlet_start(&states);
}

bool notify_ready(const char *summary)
{
	pthread_t thread;

	if (!managed)
		return true;
	pthread_mutex_lock(&mutex);
	/* A reload may have been quicker. */
	if (!in_force[0])
		keep(in_force, sizeof in_force, summary);
	pthread_mutex_unlock(&mutex);
	tell_status("READY=1");
	errno = pthread_create(&thread, NULL, keep_telling, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}

void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	tell("RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reloading",
		(unsigned long long)now.tv_sec * 1000000ull + (unsigned long long)now.tv_nsec / 1000);
}

void notify_reloaded(const char *result, const char *summary)
{
	char when[32], text[512];
	time_t now = time(NULL);
	struct tm utc;

	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	snprintf(text, sizeof text, "%s %s", when, result);
	pthread_mutex_lock(&mutex);
	keep(last_reload, sizeof last_reload, text);
	if (summary)
		keep(in_force, sizeof in_force, summary);
	pthread_mutex_unlock(&mutex);
	/* Also after a reload that was refused: the daemon serves. */
	tell_status("READY=1");
}

void notify_stopping(void)
{
	if (!atomic_exchange(&stopping, true))
		tell("STOPPING=1\nSTATUS=stopping");
}

void notify_drain(unsigned milliseconds)
{
	outlet_drain(&states, milliseconds);
}
#endif
