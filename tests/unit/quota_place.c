/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/check.h"
#include "unit/quota_fixture.h"
#include "unit/quota_place.h"

#include "quota/quota_clock.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

int64_t quota_place_elapsed, quota_place_wall, quota_place_late, quota_place_awake;
char quota_place_folder[64], quota_place_file[80];

static char said[64 * 1024];
static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;

int64_t __wrap_quota_clock_wall(void);

int64_t __wrap_quota_clock_wall(void)
{
	return __atomic_load_n(&quota_place_wall, __ATOMIC_RELAXED);
}

int64_t __real_quota_clock_awake(void);
int64_t __wrap_quota_clock_awake(void);

int64_t __wrap_quota_clock_awake(void)
{
	int64_t awake = __atomic_load_n(&quota_place_awake, __ATOMIC_RELAXED);

	return awake ? awake : __real_quota_clock_awake() + __atomic_load_n(&quota_place_late, __ATOMIC_RELAXED);
}

static int64_t elapsed(void *context)
{
	(void)context;
	return __atomic_load_n(&quota_place_elapsed, __ATOMIC_RELAXED);
}

static void say(void *context, int priority, const char *line)
{
	(void)context;
	(void)priority;
	pthread_mutex_lock(&said_lock);
	size_t length = strlen(said);
	snprintf(said + length, sizeof said - length, "%s\n", line);
	pthread_mutex_unlock(&said_lock);
}

int quota_place_begin(void **state)
{
	(void)state;
	snprintf(quota_place_folder, sizeof quota_place_folder, "/tmp/quota-test-XXXXXX");
	if (!mkdtemp(quota_place_folder))
		return -1;
	snprintf(quota_place_file, sizeof quota_place_file, "%s/quota.db", quota_place_folder);
	quota_place_elapsed = 5 * HOURS;
	quota_place_wall = INT64_C(1800000000) * SECONDS;
	quota_place_late = quota_place_awake = 0;
	quota_place_forget();
	return 0;
}

int quota_place_end(void **state)
{
	DIR *folder = opendir(quota_place_folder);
	char path[400];

	(void)state;
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		snprintf(path, sizeof path, "%s/%s", quota_place_folder, entry->d_name);
		if (*entry->d_name != '.' && unlink(path) != 0)
			rmdir(path);
	}
	if (folder)
		closedir(folder);
	return rmdir(quota_place_folder);
}

const char *quota_place_beside(const char *suffix)
{
	static char rooms[4][100];
	static size_t next;
	char *room = rooms[next++ % COUNT_OF(rooms)];

	snprintf(room, sizeof rooms[0], "%s%s", quota_place_file, suffix);
	return room;
}

struct quota_store *quota_place_open(void)
{
	struct quota_options options = { .store = quota_place_file, .say = say, .now = elapsed };
	struct faults faults;

	faults_init(&faults);
	struct quota_store *store = quota_open(&options, &faults);
	for (const struct fault *fault = faults.first; fault; fault = fault->next)
		say(NULL, 0, fault->text);
	if (!store && faults_class(&faults) == FAULT_PASSING)
		say(NULL, 0, "(passing)");
	faults_free(&faults);
	return store;
}

struct quota_store *quota_place_start(void)
{
	struct quota_store *store = quota_place_open();

	assert_non_null(store);
	assert_true(quota_start(store));
	return store;
}

void quota_place_close(struct quota_store *store)
{
	quota_close(store, 60000);
}

size_t quota_place_said_count(const char *words)
{
	size_t count = 0;

	pthread_mutex_lock(&said_lock);
	for (const char *at = said; (at = strstr(at, words)); at++)
		count++;
	pthread_mutex_unlock(&said_lock);
	return count;
}

bool quota_place_said(const char *words)
{
	return quota_place_said_count(words) > 0;
}

void quota_place_forget(void)
{
	pthread_mutex_lock(&said_lock);
	*said = '\0';
	pthread_mutex_unlock(&said_lock);
}

void quota_place_sql(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(quota_place_file, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

void quota_place_pause(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}
