/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas in a file: what is kept over a restart, whatever the clock of the machine does, and what is said of files that cannot be used.
 */
#include "unit/check.h"
#include "unit/quota_fixture.h"
#include "unit/quota_place.h"

#include "quota/quota_clock.h"
#include "quota/quota_sqlite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct quota_answer take_how(struct quota_store *store, const char *name, int64_t per_day, int64_t recipients, unsigned how)
{
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, name, per_day);

	return quota_take(store, &key, 1, recipients, how);
}

static enum quota_result take(struct quota_store *store, const char *name, int64_t per_day, int64_t recipients)
{
	return take_how(store, name, per_day, recipients, 0).result;
}

static int64_t used(struct quota_store *store, const char *name)
{
	return quota_fixture_used(store, QUOTA_SENDER, name);
}

static void pass(int64_t elapsed, int64_t wall)
{
	__atomic_fetch_add(&quota_place_elapsed, elapsed, __ATOMIC_RELAXED);
	__atomic_fetch_add(&quota_place_wall, wall, __ATOMIC_RELAXED);
}

static bool is_up(struct quota_store *store)
{
	struct quota_status status;

	quota_status(store, &status);
	return status.up;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

/* ---- restart ---- */

static void kept_over_a_restart(void **state)
{
	struct quota_key paced = quota_fixture_paced(QUOTA_ACCOUNT, "", 100, 1000, 1);

	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a@example.com", 10, 8), QUOTA_TAKEN);
	assert_int_equal(quota_take(store, &paced, 1, 50, 0).result, QUOTA_TAKEN);
	quota_place_close(store);
	/* The machine starts again: what has elapsed begins at 0. */
	quota_place_elapsed = 30 * SECONDS;
	pass(0, 40 * SECONDS);
	store = quota_place_start();
	assert_int_equal(used(store, "a@example.com"), 8);
	struct quota_answer answer = take_how(store, "a@example.com", 10, 3, 0);
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	/* Told before the restart. */
	answer = take_how(store, "a@example.com", 10, 1, 0);
	assert_int_equal(answer.reached_80, 0);
	answer = quota_take(store, &paced, 1, 1, 0);
	assert_int_equal(answer.result, QUOTA_TOO_FAST);
	assert_int_equal(answer.retry_after, 10);
	quota_place_close(store);
	assert_false(quota_place_said("quotas"));
}

static void whatever_the_clock_does(void **state)
{
	static const struct {
		const char *name;
		int64_t wall, left;
		bool said;
	} rows[] = {
		{ "an hour later", 1 * HOURS, 8, false },
		{ "23 hours later", 23 * HOURS, 8, false },
		{ "25 hours later", 25 * HOURS, 0, false },
		{ "ten years later", 3652 * DAYS, 0, false },
		{ "an hour back", -1 * HOURS, 8, true },
		{ "two days back", -2 * DAYS, 8, true },
		{ "in 1970", INT64_C(-1800000000) * SECONDS, 8, true },
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		unlink(quota_place_file);
		quota_place_forget();
		quota_place_wall = INT64_C(1800000000) * SECONDS;
		struct quota_store *store = quota_place_start();
		assert_int_equal(take(store, "a", 10, 8), QUOTA_TAKEN);
		quota_place_close(store);
		pass(0, rows[i].wall);
		store = quota_place_start();
		CHECK_CASE(failures, rows[i].name, used(store, "a") == rows[i].left);
		CHECK_CASE(failures, rows[i].name, quota_place_said("look at the clock") == rows[i].said);
		/* Nothing is frozen for longer than a day. */
		pass(DAYS + 5 * MINUTES, 0);
		CHECK_CASE(failures, rows[i].name, take(store, "a", 10, 10) == QUOTA_TAKEN);
		quota_place_close(store);
		pass(0, 0);
		store = quota_place_start();
		CHECK_CASE(failures, rows[i].name, used(store, "a") == 10);
		quota_place_close(store);
	}
	assert_int_equal(failures, 0);
}

/* While it runs, the wall clock is not looked at. */
static void set_while_it_runs(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 10), QUOTA_TAKEN);
	pass(0, 2 * DAYS);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_DAY_FULL);
	pass(0, -4 * DAYS);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_DAY_FULL);
	pass(DAYS + 5 * MINUTES, 0);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	quota_place_close(store);
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? status.st_mode & 07777 : 0;
}

static void nobody_else_reads_it(void **state)
{
	mode_t old = umask(0);

	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	quota_drain(store, 60000);
	assert_int_equal(mode_of(quota_place_file), 0600);
	assert_int_equal(mode_of(quota_place_beside("-wal")), 0600);
	assert_int_equal(mode_of(quota_place_beside("-shm")), 0600);
	assert_int_equal(mode_of(quota_place_beside(".lock")), 0600);
	quota_place_close(store);
	umask(old);
}

static void one_daemon_a_file(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	assert_null(quota_place_open());
	assert_true(quota_place_said("another daemon counts in it"));
	assert_true(quota_place_said("(passing)"));
	quota_place_close(store);
	store = quota_place_open();
	assert_non_null(store);
	quota_place_close(store);
}

struct rows_seen {
	size_t rows;
	int64_t used;
	bool damaged;
};

static void see(void *context, const struct quota_row *row)
{
	struct rows_seen *seen = context;

	seen->rows++;
	seen->used += row->used;
	seen->damaged |= row->damaged;
}

static struct rows_seen list_file(void)
{
	struct rows_seen seen = { 0 };
	struct faults faults;

	faults_init(&faults);
	assert_true(quota_sqlite_list(quota_place_file, see, &seen, &faults));
	faults_free(&faults);
	return seen;
}

static void people_read_it_meanwhile(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 3), QUOTA_TAKEN);
	assert_int_equal(take(store, "b", 10, 4), QUOTA_TAKEN);
	/* It is written without being asked for. */
	QUOTA_PLACE_WAIT(list_file().used == 7);
	assert_int_equal(list_file().rows, 2);
	quota_place_sql("SELECT key, used, datetime(changed, 'unixepoch') FROM quota");
	quota_place_close(store);
	assert_int_equal(list_file().used, 7);
	pass(0, 25 * HOURS);
	assert_int_equal(list_file().used, 0);
}

static void keys_go_from_the_file(void **state)
{
	char name[16];

	(void)state;
	struct quota_store *store = quota_place_start();
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(take(store, name, 10, 1), QUOTA_TAKEN);
	}
	quota_drain(store, 60000);
	assert_int_equal(list_file().rows, 500);
	pass(DAYS + 11 * MINUTES, DAYS + 11 * MINUTES);
	assert_int_equal(take(store, "stays", 10, 1), QUOTA_TAKEN);
	QUOTA_PLACE_WAIT(list_file().rows == 1);
	quota_place_close(store);
	/* After a long rest, too. */
	pass(0, 3 * DAYS);
	store = quota_place_start();
	assert_int_equal(take(store, "new", 10, 1), QUOTA_TAKEN);
	QUOTA_PLACE_WAIT(list_file().rows == 1 && list_file().used == 1);
	quota_place_close(store);
}

/* ---- rows that cannot be read ---- */

static void a_damaged_row_is_no_fresh_day(void **state)
{
	struct quota_row row;
	struct faults faults;

	(void)state;
	faults_init(&faults);
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 10), QUOTA_TAKEN);
	assert_int_equal(take(store, "b", 10, 4), QUOTA_TAKEN);
	assert_int_equal(take(store, "c", 10, 10), QUOTA_TAKEN);
	quota_place_close(store);
	quota_place_sql("UPDATE quota SET row = substr(row, 1, length(row) - 1) WHERE key IN ('sender a', 'sender c')");
	store = quota_place_start();
	assert_true(quota_place_said("the count of sender a cannot be read"));
	assert_true(quota_place_said("quota reset sender a"));
	const struct quota_key keys[] = { quota_fixture_key(QUOTA_SENDER, "b", 10), quota_fixture_key(QUOTA_SENDER, "a", 10) };
	struct quota_answer answer = quota_take(store, keys, 2, 1, 0);
	assert_int_equal(answer.result, QUOTA_UNAVAILABLE);
	assert_int_equal(answer.key, 1);
	assert_int_equal(used(store, "b"), 4);
	assert_int_equal(take(store, "b", 10, 1), QUOTA_TAKEN);
	assert_int_equal(quota_show(store, QUOTA_SENDER, TEXT("a"), &row, &faults), QUOTA_FOUND);
	assert_true(row.damaged);
	/* It passes where trouble is no reason to refuse, and the others are still held to their limits. */
	answer = quota_take(store, keys, 2, 1, QUOTA_ACCEPT);
	assert_int_equal(answer.result, QUOTA_TAKEN);
	assert_int_equal(answer.would, QUOTA_UNAVAILABLE);
	assert_true(answer.unmetered);
	assert_int_equal(used(store, "b"), 6);
	answer = quota_take(store, keys, 2, 5, QUOTA_ACCEPT);
	assert_int_equal(answer.result, QUOTA_DAY_FULL);
	assert_int_equal(answer.key, 0);
	/* A restart does not end it, nor begin it again. */
	quota_place_close(store);
	pass(0, 23 * HOURS);
	store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 1), QUOTA_UNAVAILABLE);
	assert_int_equal(take(store, "c", 10, 1), QUOTA_UNAVAILABLE);
	assert_int_equal(quota_reset(store, QUOTA_SENDER, TEXT("a"), &faults), QUOTA_FOUND);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	pass(2 * HOURS, 2 * HOURS);
	assert_int_equal(take(store, "c", 10, 1), QUOTA_TAKEN);
	quota_place_close(store);
	faults_free(&faults);
}

static void a_damaged_clock_forgets_nothing(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 10), QUOTA_TAKEN);
	quota_place_close(store);
	quota_place_sql("UPDATE clock SET row = x'0102'");
	pass(0, 30 * DAYS);
	store = quota_place_start();
	assert_true(quota_place_said("when it was written cannot be read"));
	assert_int_equal(take(store, "a", 10, 1), QUOTA_DAY_FULL);
	pass(DAYS + 5 * MINUTES, 0);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	quota_place_close(store);
}

/* ---- files that cannot be used ---- */

enum place_made { PLACE_GOOD, PLACE_NONE, PLACE_GARBAGE, PLACE_SHORT, PLACE_EMPTY, PLACE_FOLDER, PLACE_LOG_ONLY, PLACE_READABLE };

static void make_place(enum place_made made, const char *sql)
{
	struct quota_store *store;

	switch (made) {
	case PLACE_NONE:
		return;
	case PLACE_GARBAGE:
		write_file(quota_place_file, "This is a letter to my aunt, and no database at all.", 52);
		return;
	case PLACE_SHORT:
		write_file(quota_place_file, "SQLite format 3", 16);
		return;
	case PLACE_EMPTY:
		write_file(quota_place_file, "", 0);
		return;
	case PLACE_FOLDER:
		assert_int_equal(mkdir(quota_place_file, 0700), 0);
		return;
	case PLACE_LOG_ONLY:
		write_file(quota_place_beside("-wal"), "x", 1);
		return;
	default:
		store = quota_place_start();
		assert_int_equal(take(store, "a", 10, 5), QUOTA_TAKEN);
		quota_place_close(store);
		if (sql)
			quota_place_sql(sql);
		if (made == PLACE_READABLE)
			chmod(quota_place_file, 0644);
	}
}

static void files_that_cannot_be_used(void **state)
{
	static const struct {
		const char *name;
		enum place_made made;
		const char *sql;
		bool opens, up;
		const char *words[2];
	} rows[] = {
		{ "good", PLACE_GOOD, NULL, true, true, { NULL } },
		{ "none yet", PLACE_NONE, NULL, true, true, { NULL } },
		{ "garbage", PLACE_GARBAGE, NULL, true, false,
			{ "no database of SQLite's", "counting begins at zero by itself: mv " } },
		{ "short", PLACE_SHORT, NULL, true, false, { "quota.db: ", "mv " } },
		{ "empty", PLACE_EMPTY, NULL, true, false, { "it is empty, and it was not made so", "mv " } },
		{ "a log alone", PLACE_LOG_ONLY, NULL, true, false, { "it is gone, but the changes beside it", "-wal" } },
		{ "a folder", PLACE_FOLDER, NULL, false, false, { "no regular file", "name another" } },
		{ "readable", PLACE_READABLE, NULL, false, false, { "others may read or write it (mode 644)", "chmod 600" } },
		{ "newer", PLACE_GOOD, "PRAGMA user_version = 99", false, false, { "a newer version", "99" } },
		{ "another program's", PLACE_GOOD, "PRAGMA application_id = 7", true, false,
			{ "a database of another program", "name another file in quotas.store" } },
		{ "no version", PLACE_GOOD, "PRAGMA user_version = 0", true, false, { "a database of another program" } },
		{ "no table", PLACE_GOOD, "DROP TABLE quota", true, false, { "its tables are not those of this program", "mv " } },
		{ "other columns", PLACE_GOOD, "ALTER TABLE quota RENAME COLUMN row TO line", true, false,
			{ "its tables are not those", "mv " } },
		{ "a key of nobody", PLACE_GOOD, "UPDATE quota SET key = 'nonsense'", true, false,
			{ "the key `nonsense` is damaged", "mv " } },
		{ "a key of another", PLACE_GOOD, "UPDATE quota SET key = 'sender b'", true, false,
			{ "the key `sender b` is damaged", "mv " } },
		{ "a key that is a number", PLACE_GOOD, "UPDATE quota SET key = x'00ff'", true, false, { "is damaged", "mv " } },
	};
	size_t failures = 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(quota_place_begin(state), 0);
		make_place(rows[i].made, rows[i].sql);
		struct stat before = { 0 }, after = { 0 };
		stat(quota_place_file, &before);
		struct quota_store *store = quota_place_open();
		CHECK_CASE(failures, rows[i].name, (store != NULL) == rows[i].opens);
		for (size_t k = 0; k < 2 && rows[i].words[k]; k++)
			CHECK_CASE(failures, rows[i].name, quota_place_said(rows[i].words[k]));
		CHECK_CASE(failures, rows[i].name, quota_place_said("quotas: ") == (rows[i].words[0] != NULL));
		if (store) {
			CHECK_CASE(failures, rows[i].name, is_up(store) == rows[i].up);
			CHECK_CASE(failures, rows[i].name,
				take(store, "a", 10, 1) == (rows[i].up ? QUOTA_TAKEN : QUOTA_UNAVAILABLE));
			CHECK_CASE(failures, rows[i].name, take_how(store, "a", 10, 1, QUOTA_ACCEPT).unmetered == !rows[i].up);
			CHECK_CASE(failures, rows[i].name, take_how(store, "a", 10, 1, QUOTA_ACCEPT).result == QUOTA_TAKEN);
			quota_place_close(store);
		}
		/* What is not ours to use stays as it is. */
		stat(quota_place_file, &after);
		CHECK_CASE(failures, rows[i].name,
			rows[i].up ||
				(before.st_ino == after.st_ino && before.st_size == after.st_size &&
					before.st_mode == after.st_mode));
		assert_int_equal(quota_place_end(state), 0);
	}
	assert_int_equal(quota_place_begin(state), 0);
	assert_int_equal(failures, 0);
}

static void a_folder_that_is_not_there(void **state)
{
	struct faults faults;
	struct quota_options options = { .store = quota_place_file };

	(void)state;
	faults_init(&faults);
	assert_true(quota_check(&options, &faults));
	assert_int_equal(rmdir(quota_place_folder), 0);
	assert_null(quota_place_open());
	assert_true(quota_place_said("No such file or directory"));
	assert_true(quota_place_said("install -d -m 700"));
	assert_false(quota_check(&options, &faults));
	assert_int_equal(faults.count, 1);
	faults_free(&faults);
	assert_int_equal(mkdir(quota_place_folder, 0700), 0);
}

static void a_store_is_a_path_or_an_address(void **state)
{
	struct faults faults;

	(void)state;
	faults_init(&faults);
	assert_true(quota_store_check(NULL, &faults));
	assert_true(quota_store_check("/x/y", &faults));
	assert_false(quota_store_check("quota.db", &faults));
	assert_false(quota_store_check("", &faults));
	assert_false(quota_store_check("mysql://x", &faults));
	assert_int_equal(faults.count, 3);
	faults_free(&faults);
}

/* Run as a user that is not root: root may do all. */
static void as_nobody(void (*what)(void))
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(2);
		what();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* In a child cmocka's assertions jump into its parent's frames: what is wrong ends it with a status instead. */
#define NEED(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			_exit(1); \
		} \
	} while (0)

static void open_read_only(void)
{
	NEED(chmod(quota_place_file, 0400) == 0);
	struct quota_store *store = quota_place_open();
	NEED(store && !is_up(store));
	NEED(quota_place_said("may not be written to"));
	NEED(take(store, "a", 10, 1) == QUOTA_UNAVAILABLE);
	NEED(take_how(store, "a", 10, 1, QUOTA_ACCEPT).result == QUOTA_TAKEN);
	quota_place_close(store);
}

static void open_in_foreign_folder(void)
{
	NEED(!quota_place_open());
	NEED(quota_place_said("Permission denied; give it to the filter's user"));
}

static void open_foreign_file(void)
{
	NEED(!quota_place_open());
	NEED(quota_place_said("it belongs to user 0, and the filter runs as 65534"));
}

static void what_may_not_be_written(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	make_place(PLACE_GOOD, NULL);
	chmod(quota_place_folder, 0755);
	as_nobody(open_in_foreign_folder);
	chmod(quota_place_folder, 0777);
	unlink(quota_place_beside(".lock"));
	as_nobody(open_foreign_file);
	assert_int_equal(chown(quota_place_file, 65534, 65534), 0);
	as_nobody(open_read_only);
}

/* ---- trouble that comes and goes ---- */

static void set_file_limit(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk(void **state)
{
	char name[16];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 5), QUOTA_TAKEN);
	quota_drain(store, 60000);
	set_file_limit(40000);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(take(store, name, 10, 1), QUOTA_TAKEN);
	}
	QUOTA_PLACE_WAIT(quota_place_said("it cannot be written"));
	/* Nobody waits for it, and for 5 s it is no trouble. */
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	__atomic_store_n(&quota_place_late, 5 * SECONDS, __ATOMIC_RELAXED);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_UNAVAILABLE);
	assert_false(is_up(store));
	struct quota_answer answer = take_how(store, "a", 10, 1, QUOTA_ACCEPT);
	assert_int_equal(answer.result, QUOTA_TAKEN);
	assert_true(answer.unmetered);
	/* What is known is still obeyed. */
	assert_int_equal(take_how(store, "a", 10, 9, QUOTA_ACCEPT).result, QUOTA_DAY_FULL);
	set_file_limit(RLIM_INFINITY);
	QUOTA_PLACE_WAIT(is_up(store));
	assert_true(quota_place_said("it is written again"));
	assert_int_equal(quota_place_said_count("it cannot be written"), 1);
	assert_int_equal(take(store, "a", 10, 1), QUOTA_TAKEN);
	quota_drain(store, 60000);
	assert_int_equal(list_file().used, 500 + 8);
	quota_place_close(store);
}

static void moved_away_while_it_runs(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 5), QUOTA_TAKEN);
	assert_int_equal(take(store, "b", 10, 2), QUOTA_TAKEN);
	quota_drain(store, 60000);
	assert_int_equal(rename(quota_place_file, quota_place_beside(".old")), 0);
	QUOTA_PLACE_WAIT(quota_place_said("it is gone, or another file is in its place"));
	QUOTA_PLACE_WAIT(is_up(store));
	quota_drain(store, 60000);
	assert_int_equal(list_file().used, 7);
	assert_int_equal(take(store, "a", 10, 5), QUOTA_TAKEN);
	quota_place_close(store);
	assert_int_equal(list_file().used, 12);
}

static void mended_while_it_runs(void **state)
{
	(void)state;
	make_place(PLACE_GOOD, NULL);
	assert_int_equal(rename(quota_place_file, quota_place_beside(".good")), 0);
	make_place(PLACE_GARBAGE, NULL);
	struct quota_store *store = quota_place_start();
	assert_int_equal(take(store, "a", 10, 1), QUOTA_UNAVAILABLE);
	pass(HOURS, HOURS);
	/* Counted in memory, and without the 5 that the file knows. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(take_how(store, "a", 10, 1, QUOTA_ACCEPT).result, QUOTA_TAKEN);
	/* The copy is put in its place. */
	assert_int_equal(rename(quota_place_beside(".good"), quota_place_file), 0);
	QUOTA_PLACE_WAIT(is_up(store));
	assert_int_equal(used(store, "a"), 8);
	assert_int_equal(take(store, "a", 10, 3), QUOTA_DAY_FULL);
	quota_place_close(store);
	store = quota_place_start();
	assert_int_equal(used(store, "a"), 8);
	/* And goes when it must: a day after, by the file's time and not by that of the trouble. */
	pass(DAYS - HOURS + 10 * MINUTES, 0);
	assert_int_equal(used(store, "a"), 3);
	quota_place_close(store);
}

static void somebody_else_writes_into_it(void **state)
{
	(void)state;
	struct quota_store *store = quota_place_start();
	quota_place_sql("BEGIN IMMEDIATE; COMMIT");
	assert_int_equal(take(store, "a", 10, 5), QUOTA_TAKEN);
	quota_drain(store, 60000);
	assert_int_equal(list_file().used, 5);
	quota_place_close(store);
	assert_false(quota_place_said("quotas"));
}

/* ---- many threads ---- */

static void *hammer(void *context)
{
	struct quota_store *store = context;
	char name[16];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "n%d", i % 40);
		struct quota_key key = quota_fixture_key(QUOTA_SENDER, name, 100000);
		struct quota_answer answer = quota_take(store, &key, 1, 1, 0);
		if (answer.result != QUOTA_TAKEN)
			return context;
		if (i % 3 == 0)
			quota_give_back(store, &key, 1, 1, answer.bucket);
		if (i % 500 == 0)
			quota_drain(store, 1);
	}
	return NULL;
}

static void many_threads_and_the_writer(void **state)
{
	pthread_t threads[4];
	struct rows_seen seen = { 0 };
	void *wrong;

	(void)state;
	struct quota_store *store = quota_place_start();
	for (size_t i = 0; i < COUNT_OF(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, store), 0);
	assert_true(quota_list(store, see, &seen, NULL));
	for (size_t i = 0; i < COUNT_OF(threads); i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	quota_place_close(store);
	assert_int_equal(list_file().used, 4 * 2000);
	assert_int_equal(list_file().rows, 40);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, quota_place_begin, quota_place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(kept_over_a_restart),
		PLACE_TEST(whatever_the_clock_does),
		PLACE_TEST(set_while_it_runs),
		PLACE_TEST(nobody_else_reads_it),
		PLACE_TEST(one_daemon_a_file),
		PLACE_TEST(people_read_it_meanwhile),
		PLACE_TEST(keys_go_from_the_file),
		PLACE_TEST(a_damaged_row_is_no_fresh_day),
		PLACE_TEST(a_damaged_clock_forgets_nothing),
		cmocka_unit_test_teardown(files_that_cannot_be_used, quota_place_end),
		PLACE_TEST(a_folder_that_is_not_there),
		PLACE_TEST(a_store_is_a_path_or_an_address),
		PLACE_TEST(what_may_not_be_written),
		PLACE_TEST(a_full_disk),
		PLACE_TEST(moved_away_while_it_runs),
		PLACE_TEST(mended_while_it_runs),
		PLACE_TEST(somebody_else_writes_into_it),
		PLACE_TEST(many_threads_and_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
