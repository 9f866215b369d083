/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_full.h"
#include "quota/quota_hash.h"

#include <stdlib.h>

bool quota_full_make(struct quota_full *full)
{
	full->places = calloc(QUOTA_FULL_PLACES, sizeof *full->places);
	return full->places && pthread_mutex_init(&full->lock, NULL) == 0;
}

void quota_full_free(struct quota_full *full)
{
	if (full->places)
		pthread_mutex_destroy(&full->lock);
	free(full->places);
}

static struct quota_full_place *place_of(struct quota_full *full, uint64_t hash)
{
	return &full->places[hash % QUOTA_FULL_PLACES];
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void quota_full_put(struct quota_full *full, const struct quota_key *key, int64_t seconds, int64_t now)
{
	uint64_t hash = quota_hash(key->scope, key->name);

	pthread_mutex_lock(&full->lock);
	struct quota_full_place *place = place_of(full, hash);
	int64_t until = now + seconds * 1000000;
	int64_t believed = least(until, now + QUOTA_FULL_BELIEVED_SECONDS * INT64_C(1000000));
	if (place->hash == hash || place->believed <= now)
		*place = (struct quota_full_place){ hash, key->limit.per_day, until, believed };
	pthread_mutex_unlock(&full->lock);
}

int64_t quota_full_get(struct quota_full *full, const struct quota_key *key, int64_t now)
{
	uint64_t hash = quota_hash(key->scope, key->name);
	int64_t seconds = 0;

	pthread_mutex_lock(&full->lock);
	const struct quota_full_place *place = place_of(full, hash);
	if (place->hash == hash && place->limit == key->limit.per_day && place->believed > now)
		seconds = (place->until - now + 999999) / 1000000;
	pthread_mutex_unlock(&full->lock);
	return seconds;
}

void quota_full_forget(struct quota_full *full, enum quota_scope scope, struct text name)
{
	uint64_t hash = quota_hash(scope, name);

	pthread_mutex_lock(&full->lock);
	struct quota_full_place *place = place_of(full, hash);
	if (place->hash == hash)
		*place = (struct quota_full_place){ 0 };
	pthread_mutex_unlock(&full->lock);
}

void quota_full_clear(struct quota_full *full)
{
	pthread_mutex_lock(&full->lock);
	memset(full->places, 0, QUOTA_FULL_PLACES * sizeof *full->places);
	pthread_mutex_unlock(&full->lock);
}
