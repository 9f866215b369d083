/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota: what a message's quotas cost, in memory and with the file behind it: an account, an identity, a principal and a sender, of 256
 * senders in turn.
 *
 * Exit status: 0 measured; 1 a message was not taken; 2 could not do it.
 */
#include "measure.h"

#include "quota/quota_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TURN 256

struct quota_bench {
	struct quota_store *store;
	char names[TURN][64], senders[TURN][32];
	size_t keys, user, wrong;
};

static struct quota_key key_of(enum quota_scope scope, const char *name)
{
	return (struct quota_key){ scope, text_of(name), { INT64_C(1) << 40, INT64_C(1000000000), 1000000000, false }, 0 };
}

static void messages_take(void *with, size_t times)
{
	struct quota_bench *bench = with;

	for (size_t i = 0; i < times; i++) {
		const struct quota_key keys[] = {
			key_of(QUOTA_ACCOUNT, ""),
			key_of(QUOTA_PRINCIPAL, bench->names[bench->user]),
			key_of(QUOTA_SENDER, bench->senders[bench->user]),
			key_of(QUOTA_IDENTITY, "example.com"),
		};
		bench->wrong += quota_take(bench->store, keys, bench->keys, 1, 0).result != QUOTA_TAKEN;
		bench->user = (bench->user + 1) % TURN;
	}
}

static void store_measure(struct quota_bench *bench, const char *name)
{
	char text[MEASURE_TEXT_SIZE];

	for (bench->keys = 1; bench->keys <= 4; bench->keys++)
		printf("%-8s %zu keys  %s\n", name, bench->keys, measure_print(measure(messages_take, bench), text));
	quota_close(bench->store, 10000);
}

static struct quota_store *file_open(const char *path)
{
	struct quota_options options = { .store = path };
	struct faults faults;

	faults_init(&faults);
	struct quota_store *store = quota_open(&options, &faults);
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		fprintf(stderr, "quota: %s\n", fault->text);
	faults_free(&faults);
	return store && quota_start(store) ? store : NULL;
}

static void folder_remove(const char *folder)
{
	static const char *const names[] = { "quota.db", "quota.db-wal", "quota.db-shm", "quota.db.lock" };
	char path[100];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

int main(void)
{
	static struct quota_bench bench;
	struct quota_options options = { 0 };
	char folder[] = "/tmp/quota-bench-XXXXXX", path[64];

	for (size_t i = 0; i < TURN; i++) {
		snprintf(bench.names[i], sizeof bench.names[i], "arn:aws:iam::123456789012:user/user%05zu", i);
		snprintf(bench.senders[i], sizeof bench.senders[i], "user%05zu@example.com", i);
	}
	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof path, "%s/quota.db", folder);
	puts("\nQuotas of a message (CPU of this thread), of 256 senders in turn.\n");
	if ((bench.store = quota_memory_open(&options)))
		store_measure(&bench, "memory");
	struct quota_store *file = file_open(path);
	if (file) {
		bench.store = file;
		store_measure(&bench, "file");
	}
	folder_remove(folder);
	if (bench.wrong)
		fputs("quota: a message was not taken\n", stderr);
	return !bench.store || !file ? 2 : bench.wrong ? 1 : 0;
}
