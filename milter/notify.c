/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "notify.h"

#ifndef HAVE_SYSTEMD
bool notify_ready(const struct socket_spec *spec, const char *summary)
{
	(void)spec, (void)summary;
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
#else
#include "counters.h"
#include "log.h"
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

/* Seconds between two looks at whether the status has changed. */
#define STATUS_SECONDS 5

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char in_force[256], last_reload[512]; /* under the mutex */
static atomic_bool stopping;
static const struct socket_spec *door;
static uint64_t patience; /* microseconds of WatchdogSec=; 0: none */

static void keep(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text);
	/* One line. */
	for (; *out; out++)
		if (*out == '\n')
			*out = ' ';
}

static void status_line(char *out, size_t size)
{
	unsigned long decisions, refused;

	counters_totals(&decisions, &refused);
	pthread_mutex_lock(&mutex);
	snprintf(out, size, "generation %lu, %s; %lu decisions, %lu refused; last reload %s",
		atomic_load_explicit(&counters.generation, memory_order_relaxed), in_force, decisions, refused, last_reload);
	pthread_mutex_unlock(&mutex);
}

/* Does the filter answer? What only keeps us from asking is no answer to that. */
static void give_sign_of_life(void)
{
	static bool silent;
	const char *wrong = probe_milter(door, (int)(patience / 1000 / 4));

	if (!wrong) {
		sd_notify(0, "WATCHDOG=1");
		silent = false;
	} else if (!silent && !atomic_load(&stopping)) {
		log_line(LOG_ERR, "watchdog: the filter does not answer at its own socket: %s", wrong);
		silent = true;
	}
}

static void *tell(void *unused)
{
	char told[1024] = "", now[1024];
	/* A sign of life at twice the rate that is asked for, as sd_watchdog_enabled(3) has it. */
	uint64_t pause = patience && patience / 2 < STATUS_SECONDS * 1000000ull ? patience / 2 : STATUS_SECONDS * 1000000ull;
	const struct timespec wait = { (time_t)(pause / 1000000), (long)(pause % 1000000 * 1000) };

	(void)unused;
	while (!atomic_load(&stopping)) {
		if (patience)
			give_sign_of_life();
		status_line(now, sizeof now);
		if (strcmp(now, told) != 0 && !atomic_load(&stopping))
			sd_notifyf(0, "STATUS=%s", now);
		strcpy(told, now);
		nanosleep(&wait, NULL);
	}
	return NULL;
}

static void tell_status(const char *state)
{
	char status[1024];

	status_line(status, sizeof status);
	sd_notifyf(0, "%s\nSTATUS=%s", state, status);
}

bool notify_ready(const struct socket_spec *spec, const char *summary)
{
	pthread_t thread;

	if (!getenv("NOTIFY_SOCKET"))
		return true;
	door = spec;
	if (sd_watchdog_enabled(0, &patience) <= 0)
		patience = 0;
	pthread_mutex_lock(&mutex);
	/* A reload may have been quicker. */
	if (!in_force[0])
		keep(in_force, sizeof in_force, summary);
	if (!last_reload[0])
		keep(last_reload, sizeof last_reload, "none");
	pthread_mutex_unlock(&mutex);
	tell_status("READY=1");
	errno = pthread_create(&thread, NULL, tell, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}

void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reloading",
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
		sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}
#endif
