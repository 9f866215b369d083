/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_quota_print.h"

#include "base/fault.h"
#include "quota/quota_key.h"
#include "tool/colour.h"

#include <stdio.h>
#include <stdlib.h>

/* Keys that people are shown. */
#define KEYS_SHOWN 20

static const char *time_text(int64_t microseconds, char text[INSTANT_TEXT_SIZE])
{
	const struct instant time = { .seconds = microseconds / 1000000 };

	return instant_print(&time, text);
}

/* Of an identity and a sender it is said which of them they are: both may be one address. */
static void print_key(const struct replay_quota_key *key)
{
	enum quota_scope scope = key->key.scope;
	bool scoped = scope == QUOTA_IDENTITY || scope == QUOTA_SENDER;
	char name[256];

	printf("  %s%s%s%s", scoped ? quota_scope_name(scope).at : "", scoped ? " " : "",
		text_escape(message_quota_name(&key->key), name, sizeof name), key->key.limit.monitor ? " (monitor mode)" : "");
}

static void print_recipients(const struct replay_quota_times *times)
{
	char time[INSTANT_TEXT_SIZE];

	printf(" (%lld recipient%s), first at %s\n", (long long)times->recipients, times->recipients == 1 ? "" : "s",
		time_text(times->first, time));
}

static void print_times(const struct replay_quota_key *key)
{
	size_t deferred = key->deferred.messages, never = key->never.messages;

	if (deferred) {
		print_key(key);
		printf(" would have been deferred %zu time%s", deferred, deferred == 1 ? "" : "s");
		print_recipients(&key->deferred);
	}
	if (never) {
		print_key(key);
		printf(" has %zu message%s that could never pass", never, never == 1 ? "" : "s");
		print_recipients(&key->never);
	}
}

bool replay_quota_print(const struct replay_quota_total *total)
{
	size_t count;
	struct replay_quota_key **keys = replay_quota_sorted(total, &count);
	bool refuses = total->deferred.messages || total->never.messages;

	if (!keys)
		return false;
	printf("\n%squotas: %zu messages would have passed, %zu would have been deferred, %zu could never pass%s\n",
		colour(refuses ? COLOUR_BAD : COLOUR_STRONG), total->counted, total->deferred.messages, total->never.messages,
		colour(COLOUR_OFF));
	for (size_t i = 0; i < count && i < KEYS_SHOWN; i++)
		print_times(keys[i]);
	if (count > KEYS_SHOWN)
		printf("  and %zu more (--json shows all)\n", count - KEYS_SHOWN);
	if (total->all.crowded)
		printf("  %zu have more senders than can be counted at once: they would have been refused\n", total->all.crowded);
	if (total->all.unknown)
		printf("  %zu are unknown: their records do not say all that is counted\n", total->all.unknown);
	free(keys);
	return true;
}

static json_t *times_json(const struct replay_quota_times *times)
{
	char time[INSTANT_TEXT_SIZE];

	return json_pack("{s:I, s:I, s:s?}", "messages", (json_int_t)times->messages, "recipients", (json_int_t)times->recipients,
		"first", times->messages ? time_text(times->first, time) : NULL);
}

json_t *replay_quota_json(const struct replay_quota_total *total)
{
	return json_pack("{s:I, s:o, s:o, s:I, s:I}", "passed", (json_int_t)total->counted, "deferred",
		times_json(&total->deferred), "never", times_json(&total->never), "too_many_senders",
		(json_int_t)total->all.crowded, "unknown", (json_int_t)total->all.unknown);
}

static bool print_key_json(const struct replay_quota_key *key)
{
	struct text name = key->key.name;
	char room[QUOTA_NAME_MAX + 1];
	json_t *json = json_pack("{s:s, s:o, s:s, s:o, s:o}", "quota", quota_scope_name(key->key.scope).at, "key",
		text_is_utf8(name) ? json_stringn(name.length ? name.at : "", name.length)
				   : json_string(text_escape(name, room, sizeof room)),
		"mode", key->key.limit.monitor ? "monitor" : "enforce", "deferred", times_json(&key->deferred), "never",
		times_json(&key->never));
	bool good = json && !json_dumpf(json, stdout, JSON_COMPACT) && putchar('\n') != EOF;

	json_decref(json);
	return good;
}

bool replay_quota_print_json(const struct replay_quota_total *total)
{
	size_t count;
	struct replay_quota_key **keys = replay_quota_sorted(total, &count);
	bool good = keys;

	for (size_t i = 0; good && i < count; i++)
		good = print_key_json(keys[i]);
	free(keys);
	return good;
}
