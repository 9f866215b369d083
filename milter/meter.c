/* SPDX-License-Identifier: BSD-2-Clause */
#include "meter.h"

#include "log.h"
#include "settings/setting_quotas.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of "ACCOUNT/REGION", 12 digits and the name of a Region. */
#define SITE_SIZE 64

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t idle = PTHREAD_COND_INITIALIZER;
static struct quota_store *store; /* these three under the mutex */
static bool closing;
static unsigned long users;

/* What it was opened with; the loading thread's. */
static struct quotas_option opened;
static char counts_for[SITE_SIZE];
static bool started;

static void say_line(void *unused, int priority, const char *line)
{
	(void)unused;
	log_line(priority, "%s", line);
}

static void site_write(const struct generation *generation, char site[SITE_SIZE])
{
	snprintf(site, SITE_SIZE, "%.*s/%.*s", TEXT_ARGS(generation->account), TEXT_ARGS(generation->region));
}

static void fill(struct quota_options *options, const struct settings *settings, const struct generation *generation,
	char site[SITE_SIZE])
{
	const struct quotas_option *quotas = &settings->site.quotas;

	site_write(generation, site);
	*options = (struct quota_options){
		.store = quotas->store,
		.user = quotas->store_user,
		.password_file = quotas->store_password_file,
		.sentinel_user = quotas->store_sentinel_user,
		.sentinel_password_file = quotas->store_sentinel_password_file,
		.ca_file = quotas->store_ca_file,
		.timeout_ms = quotas->store_timeout_ms.value,
		.site = site,
		.say = say_line,
	};
}

bool meter_check(const struct settings *settings, const struct generation *generation, struct faults *faults)
{
	struct quota_options options;
	char site[SITE_SIZE];

	if (!settings->site.quotas.given)
		return true;
	fill(&options, settings, generation, site);
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
	free((char *)kept->store_sentinel_user);
	free((char *)kept->store_sentinel_password_file);
	free((char *)kept->store_ca_file);
	*kept = (struct quotas_option){ 0 };
}

static bool keep_all(const struct quotas_option *quotas)
{
	opened = (struct quotas_option){ .store_timeout_ms = quotas->store_timeout_ms };
	bool good = keep(&opened.store, quotas->store);
	good &= keep(&opened.store_user, quotas->store_user);
	good &= keep(&opened.store_password_file, quotas->store_password_file);
	good &= keep(&opened.store_sentinel_user, quotas->store_sentinel_user);
	good &= keep(&opened.store_sentinel_password_file, quotas->store_sentinel_password_file);
	good &= keep(&opened.store_ca_file, quotas->store_ca_file);
	return good;
}

bool meter_open(const struct settings *settings, const struct generation *generation, struct faults *faults)
{
	struct quota_options options;
	char site[SITE_SIZE];

	if (!settings->site.quotas.given || meter_is_open())
		return true;
	if (!keep_all(&settings->site.quotas)) {
		forget(&opened);
		fault_memory(faults);
		return false;
	}
	fill(&options, settings, generation, site);
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
	strcpy(counts_for, site);
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

/* In a file the counts bear no account: what was sent for the old one is not told apart. */
static void say_site(const char *site)
{
	char before[SITE_SIZE * 2], now[SITE_SIZE * 2];

	if (strcmp(site, counts_for) == 0)
		return;
	text_escape(text_of(counts_for), before, sizeof before);
	text_escape(text_of(site), now, sizeof now);
	if (opened.store && *opened.store != '/')
		log_line(LOG_NOTICE, "reload: quotas: counted for %s from now on; it was %s, whose counts stay as they are", now,
			before);
	else
		log_line(LOG_WARNING,
			"reload: quotas: counted for %s from now on; it was %s, and what was sent there still counts: look with "
			"`ses-policy quota show`, and forget it with `ses-policy quota reset`",
			now, before);
	strcpy(counts_for, site);
}

void meter_reloaded(const struct settings *settings, const struct generation *generation, void (*say)(const char *name))
{
	char site[SITE_SIZE];
	struct quota_store *open = meter_enter();

	if (!open)
		return;
	site_write(generation, site);
	quota_reloaded(open, site);
	say_site(site);
	meter_leave();
	if (settings->site.quotas.given)
		setting_quotas_compare(&opened, &settings->site.quotas, say);
}

/* Wait for those that use it, but no longer than that. False: some still do. */
static bool wait_idle(int64_t milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (users && pthread_cond_clockwait(&idle, &mutex, CLOCK_MONOTONIC, &until) == 0)
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
