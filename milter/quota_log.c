/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota_log.h"

#include "log.h"
#include "quota/quota_key.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

/* Keys that are told apart. What finds no place shares one with others: its lines come more seldom, and are counted there. */
#define PLACES 256
#define NAME_SIZE 200

static struct quota_line {
	enum quota_scope scope;
	char name[NAME_SIZE]; /* as it is written into the log */
	long long last;       /* seconds; of the line */
	unsigned long more;
	bool used;
} places[PLACES];

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static long long now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void tell_more(const struct quota_line *place)
{
	struct text scope = quota_scope_name(place->scope);

	log_line(LOG_NOTICE, "quota=%.*s%s%s: and %lu more were deferred or refused", TEXT_ARGS(scope), *place->name ? " key=" : "",
		place->name, place->more);
}

/* The key's place; of the free ones or, if there is none, the one that has been silent longest. */
static struct quota_line *place_of(enum quota_scope scope, const char *name)
{
	struct quota_line *found = NULL;

	for (struct quota_line *place = places; place < places + PLACES; place++) {
		if (place->used && place->scope == scope && strcmp(place->name, name) == 0)
			return place;
		if (!found || (found->used && (!place->used || place->last < found->last)))
			found = place;
	}
	if (found->used && found->more)
		tell_more(found);
	*found = (struct quota_line){ .scope = scope, .last = -1, .used = true };
	strcpy(found->name, name);
	return found;
}

bool quota_log_may(const struct quota_key *key, unsigned long *more)
{
	char name[NAME_SIZE];
	long long now = now_seconds();

	text_escape(key->name, name, sizeof name);
	pthread_mutex_lock(&mutex);
	struct quota_line *place = place_of(key->scope, name);
	bool may = place->last != now;
	*more = may ? place->more : 0;
	place->more = may ? 0 : place->more + 1;
	if (may)
		place->last = now;
	pthread_mutex_unlock(&mutex);
	return may;
}

void quota_log_flush(void)
{
	long long now = now_seconds();

	pthread_mutex_lock(&mutex);
	for (struct quota_line *place = places; place < places + PLACES; place++)
		if (place->used && place->last < now) {
			if (place->more)
				tell_more(place);
			place->used = false;
		}
	pthread_mutex_unlock(&mutex);
}
