/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask: a store in Redis, asked line by line.
 *
 *     ask STORE [user=NAME] [password=FILE] [timeout=MILLISECONDS] [site=SITE] [clock]
 *
 *     take N HOW KEY...     HOW: 0, 1 force, 2 accept. A KEY is SCOPE|NAME|PER_DAY|RATE|BURST|MONITOR|SEED, SCOPE from 0 to 3
 *     back N BUCKET KEY...
 *     show SCOPE|NAME    reset SCOPE|NAME    set SCOPE|NAME N    list    status    full KEY    reload [SITE]
 *     clock MICROSECONDS    with `clock` on the command line
 *
 * Each is answered by one line; what the store says for the log comes between them, as `say PRIORITY LINE`.
 */
#include "redis/fake_clock.h"
#include "redis/options.h"

#include "quota/quota_key.h"
#include "quota/quota_redis_state.h"
#include "quota/quota_tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const results[QUOTA_RESULTS] = { "taken", "day-full", "too-fast", "too-large", "unavailable" };

static struct quota_key key_read(char *word)
{
	struct quota_key key = { .limit = { -1, -1, 1, false } };
	int64_t *numbers[] = { &key.limit.per_day, &key.limit.rate, &key.limit.burst };
	char *at = word;

	key.scope = (enum quota_scope)atoi(strsep(&at, "|"));
	key.name = text_of(at ? strsep(&at, "|") : "");
	for (size_t i = 0; at && i < 3; i++)
		*numbers[i] = atoll(strsep(&at, "|"));
	key.limit.monitor = at && atoi(strsep(&at, "|"));
	key.seed = at ? atoll(strsep(&at, "|")) : 0;
	return key;
}

static size_t keys_read(char *rest, struct quota_key keys[QUOTA_KEYS_MAX])
{
	size_t count = 0;

	for (char *word; (word = strtok(rest, " \n")) && count < QUOTA_KEYS_MAX; rest = NULL)
		keys[count++] = key_read(word);
	return count;
}

static void take(struct quota_store *store, char *line)
{
	struct quota_key keys[QUOTA_KEYS_MAX];
	int64_t recipients = strtoll(line, &line, 10);
	unsigned how = (unsigned)strtoul(line, &line, 10);
	size_t count = keys_read(line, keys);
	int64_t began = quota_redis_trouble_now();
	struct quota_answer a = quota_take(store, keys, count, recipients, how);

	printf("%s would=%s unmetered=%d key=%zu used=%" PRId64 " limit=%" PRId64 " retry=%" PRId64 " full=%" PRId64
	       " bucket=%" PRId64 " reached_80=%" PRIx64 " reached_100=%" PRIx64 " us=%" PRId64 "\n",
		results[a.result], results[a.would], a.unmetered, a.key, a.used, a.limit, a.retry_after, a.full_for, a.bucket,
		a.reached_80, a.reached_100, quota_redis_trouble_now() - began);
}

static void back(struct quota_store *store, char *line)
{
	struct quota_key keys[QUOTA_KEYS_MAX];
	int64_t recipients = strtoll(line, &line, 10), bucket = strtoll(line, &line, 10);

	quota_give_back(store, keys, keys_read(line, keys), recipients, bucket);
	puts("done");
}

static void row_print(void *context, const struct quota_row *row)
{
	char written[QUOTA_KEY_SIZE];
	size_t length = quota_key_write(row->scope, row->name, written, sizeof written);

	(void)context;
	printf("[%.*s] used=%" PRId64 " next=%" PRId64 " released=%" PRId64 " damaged=%d ", (int)length, written, row->used,
		row->next_release, row->released, row->damaged);
}

static void faults_print(struct faults *faults)
{
	for (const struct fault *fault = faults->first; fault; fault = fault->next)
		printf("fault %s", fault->text);
	putchar('\n');
	faults_free(faults);
}

static void people(struct quota_store *store, const char *what, char *line)
{
	static const char *const found[] = { "found ", "absent ", "failed " };
	struct quota_key key;
	struct quota_row row;
	struct faults faults;
	char *number = strrchr(line, ' ');

	faults_init(&faults);
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(what, "list") == 0) {
		fputs(quota_list(store, row_print, NULL, &faults) ? "listed " : "failed ", stdout);
	} else if (strcmp(what, "set") == 0) {
		*number = '\0';
		key = key_read(line);
		fputs(quota_set(store, key.scope, key.name, atoll(number + 1), &faults) ? "set " : "failed ", stdout);
	} else if (strcmp(what, "reset") == 0) {
		key = key_read(line);
		fputs(found[quota_reset(store, key.scope, key.name, &faults)], stdout);
	} else {
		key = key_read(line);
		enum quota_found is = quota_show(store, key.scope, key.name, &row, &faults);
		fputs(found[is], stdout);
		if (is == QUOTA_FOUND)
			row_print(NULL, &row);
	}
	faults_print(&faults);
}

static void status(struct quota_store *store)
{
	struct quota_status now;
	uint64_t times = 0;

	quota_status(store, &now);
	for (size_t i = 0; i <= QUOTA_TIMES; i++)
		times += now.times[i];
	printf("up=%d lost=%" PRIu64 " keys=%" PRId64 " times=%" PRIu64, now.up, now.counts_lost, now.keys, times);
	for (size_t i = 0; i < QUOTA_ERRORS; i++)
		printf(" %s=%" PRIu64, quota_error_name((enum quota_error)i), now.errors[i]);
	putchar('\n');
}

static void obey(struct quota_store *store, char *line)
{
	char *what = strsep(&line, " \n");

	if (strcmp(what, "take") == 0) {
		take(store, line);
	} else if (strcmp(what, "back") == 0) {
		back(store, line);
	} else if (strcmp(what, "status") == 0) {
		status(store);
	} else if (strcmp(what, "full") == 0) {
		line[strcspn(line, "\n")] = '\0';
		struct quota_key key = key_read(line);
		printf("full=%" PRId64 "\n", quota_full_for(store, &key));
	} else if (strcmp(what, "reload") == 0) {
		char site[QUOTA_REDIS_SITE_SIZE];
		char *given = line ? strsep(&line, " \n") : NULL;
		quota_redis_client_site(&((struct quota_redis_store *)store)->client, site);
		quota_reloaded(store, given && *given ? given : site);
		puts("done");
	} else if (strcmp(what, "clock") == 0) {
		fake_clock_set(&((struct quota_redis_store *)store)->client, atoll(line));
		puts("done");
	} else {
		people(store, what, line);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;

	if (argc < 2)
		return 2;
	struct quota_store *store = options_open(argv + 1);
	if (strcmp(argv[argc - 1], "clock") == 0)
		fake_clock_use(&((struct quota_redis_store *)store)->client);
	puts("ready");
	fflush(stdout);
	while (getline(&line, &size, stdin) > 0)
		obey(store, line);
	free(line);
	quota_close(store, 5000);
	return 0;
}
