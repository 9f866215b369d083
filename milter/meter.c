/* SPDX-License-Identifier: BSD-2-Clause */
#include "meter.h"

#include "log.h"
#include "settings/setting_quotas.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t idle = PTHREAD_COND_INITIALIZER;
static struct quota_store *store; /* these three under the mutex */
static bool closing;
static unsigned long users;

/* What it was opened with; the loading thread's. */
static struct quotas_option opened;
static bool started;

static void say_line(void *unused, int priority, const char *line)
{
	(void)unused;
	log_line(priority, "%s", line);
}

static void fill(struct quota_options *options, const struct settings *settings, const struct generation *generation, char *site,
	size_t size)
{
	const struct quotas_option *quotas = &settings->site.quotas;

	snprintf(site, size, "%.*s/%.*s", TEXT_ARGS(generation->account), TEXT_ARGS(generation->region));
	*options = (struct quota_options){
		.store = quotas->store,
		.user = quotas->store_user,
		.password_file = quotas->store_password_file,
		.timeout_ms = quotas->store_timeout_ms.value,
		.site = site,
		.say = say_line,
	};
}

bool meter_check(const struct settings *settings, const struct generation *generation, struct faults *faults)
{
	struct quota_options options;
	char site[64];

	if (!settings->site.quotas.given)
		return true;
	fill(&options, settings, generation, site, sizeof site);
	return quota_check(&options, faults);
}

/* A copy that stays; NULL stays NULL. */
static bool keep(const char **kept, const char *text)
{
	*kept = text ? strdup(text) : NULL;
	return !text || *kept;
}

static void forget(struct quotas_option *kept)
{
	free((char *)kept->store);
	free((char *)kept->store_user);
	free((char *)kept->store_password_file);
	*kept = (struct quotas_option){ 0 };
}

static bool keep_all(const struct quotas_option *quotas)
{
	opened = (struct quotas_option){ .store_timeout_ms = quotas->store_timeout_ms };
	bool good = keep(&opened.store, quotas->store);
	good &= keep(&opened.store_user, quotas->store_user);
	good &= keep(&opened.store_password_file, quotas->store_password_file);
	return good;
}

bool meter_open(const struct settings *settings, const struct generation *generation, struct faults *faults)
{
	struct quota_options options;
	char site[64];

	if (!settings->site.quotas.given || meter_is_open())
		return true;
	if (!keep_all(&settings->site.quotas)) {
		forget(&opened);
		fault_memory(faults);
		return false;
	}
	fill(&options, settings, generation, site, sizeof site);
	struct quota_store *made = quota_open(&options, faults);
	if (made && started && !quota_start(made)) {
		quota_close(made, 0);
		made = NULL;
		fault_memory(faults);
	}
	if (!made) {
		forget(&opened);
		return false;
	}
	pthread_mutex_lock(&mutex);
	store = made;
	pthread_mutex_unlock(&mutex);
	return true;
}

bool meter_start(void)
{
	started = true;
	return !store || quota_start(store);
}

void meter_reloaded(const struct settings *settings, void (*say)(const char *name))
{
	struct quota_store *open = meter_enter();

	if (!open)
		return;
	quota_reloaded(open);
	meter_leave();
	if (settings->site.quotas.given)
		setting_quotas_compare(&opened, &settings->site.quotas, say);
}

/* Wait for those that use it, but no longer than that. False: some still do. */
static bool wait_idle(int64_t milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (users && pthread_cond_timedwait(&idle, &mutex, &until) == 0)
		;
	return users == 0;
}

void meter_stop(int64_t milliseconds)
{
	pthread_mutex_lock(&mutex);
	struct quota_store *last = closing ? NULL : store;
	closing = true;
	/* One that waits for a store elsewhere longer than that loses nothing here: its counts are there. */
	if (last && !wait_idle(milliseconds))
		last = NULL;
	pthread_mutex_unlock(&mutex);
	if (last)
		quota_close(last, milliseconds);
}

struct quota_store *meter_enter(void)
{
	pthread_mutex_lock(&mutex);
	struct quota_store *open = closing ? NULL : store;
	if (open)
		users++;
	pthread_mutex_unlock(&mutex);
	return open;
}

void meter_leave(void)
{
	pthread_mutex_lock(&mutex);
	if (--users == 0 && closing)
		pthread_cond_signal(&idle);
	pthread_mutex_unlock(&mutex);
}

const char *meter_store_name(void)
{
	return opened.store ? opened.store : QUOTA_STORE_DEFAULT;
}

bool meter_is_open(void)
{
	pthread_mutex_lock(&mutex);
	bool is = store;
	pthread_mutex_unlock(&mutex);
	return is;
}

bool meter_is_in_trouble(void)
{
	struct quota_store *open = meter_enter();
	struct quota_status status;

	if (!open)
		return false;
	quota_status(open, &status);
	meter_leave();
	return !status.up;
}
