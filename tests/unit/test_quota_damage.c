/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of quotas after a kill, cut off, written over, and with memory short: what was counted is never less, or nothing is
 * said of it. A fresh day by damage would let an application send its day twice.
 *
 * QUOTA_KILLS and QUOTA_FLIPS in the environment are the numbers of kills and of bytes that are changed (make quota-damage).
 */
#include "unit/check.h"
#include "unit/quota_fixture.h"
#include "unit/quota_place.h"
#include "unit/short_memory.h"

#include "quota/quota_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#define LIMIT 1000000

static size_t number_of(const char *name, size_t otherwise)
{
	const char *given = getenv(name);

	return given ? strtoull(given, NULL, 10) : otherwise;
}

static struct quota_answer take(struct quota_store *store, const char *name, int64_t recipients)
{
	struct quota_key key = quota_fixture_key(QUOTA_SENDER, name, LIMIT);

	return quota_take(store, &key, 1, recipients, 0);
}

/* ---- kill -9 ---- */

/* What the child has done, as it goes on; the parent reads it when the child is dead. */
struct kill_progress {
	_Atomic int64_t taken;   /* let through, each with one recipient */
	_Atomic int64_t drained; /* of those, on the disk as quota_drain() has said */
	_Atomic bool failed;
};

#define KILL_SESSIONS 3

static int64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct kill_session {
	struct quota_store *store;
	struct kill_progress *progress;
};

/*
 * Sends until the process is killed. The wall clock, which the file tells of its last write, is the number of messages let through: what was
 * counted before that write is known to the message.
 */
static void *send_session(void *with)
{
	const struct kill_session *session = with;
	struct kill_progress *progress = session->progress;

	for (;;) {
		enum quota_result result = take(session->store, "a", 1).result;

		if (result == QUOTA_TAKEN) {
			progress->taken++;
			__atomic_add_fetch(&quota_place_wall, 1, __ATOMIC_SEQ_CST);
		} else if (result != QUOTA_UNAVAILABLE) {
			/* A disk that is slow for once is no trouble. */
			progress->failed = true;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
	}
	return NULL;
}

/* `drains`: now and then it waits until all is on the disk; else what is written is written by itself. */
static void send_mail(struct kill_progress *progress, bool drains)
{
	struct quota_store *store = quota_place_open();
	struct kill_session session = { store, progress };
	pthread_t threads[KILL_SESSIONS];

	if (!store || !quota_start(store))
		progress->failed = true;
	for (size_t i = 0; i < KILL_SESSIONS && !progress->failed; i++)
		if (pthread_create(&threads[i], NULL, send_session, &session) != 0)
			progress->failed = true;
	while (drains && !progress->failed) {
		int64_t before = progress->taken;
		if (quota_drain(store, 60000))
			progress->drained = before;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	for (;;)
		pause();
}

/* The wall clock of the last write, as the file tells it; `otherwise` if it was never written. */
static int64_t last_write(int64_t otherwise)
{
	struct quota_file_trouble trouble;
	int64_t moment, wall;
	struct quota_file *file = quota_file_open_to_read(quota_place_file, &trouble);

	if (!file)
		return otherwise;
	if (quota_file_clock(file, &moment, &wall) != QUOTA_FOUND)
		wall = otherwise;
	quota_file_close(file);
	return wall;
}

static void kill_a_sender(struct kill_progress *progress, size_t i, uint64_t *random)
{
	int64_t start = progress->taken;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		send_mail(progress, i % 2 == 0);
	/* A while after it sends, or while it starts. */
	QUOTA_PLACE_WAIT(progress->failed || i % 5 == 0 || progress->taken > start);
	nanosleep(&(struct timespec){ .tv_nsec = (long)check_below(random, 160000000) }, NULL);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(progress->failed);
}

static void killed_in_a_loop(void **state)
{
	struct kill_progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t random = 1;
	size_t lost = 0, written = 0;

	(void)state;
	assert_true(progress != MAP_FAILED);
	for (size_t i = 0; i < number_of("QUOTA_KILLS", 20); i++) {
		int64_t start = progress->taken, wall = quota_place_wall;
		kill_a_sender(progress, i, &random);
		int64_t known = start + last_write(wall) - wall, taken = progress->taken;
		quota_place_wall = wall + taken - start;
		struct quota_store *store = quota_place_start();
		int64_t used = quota_fixture_used(store, QUOTA_SENDER, "a");
		if (used < 0)
			used = 0;
		if (getenv("QUOTA_TELL"))
			print_message("%lld let through, %lld of them before the last write, %lld kept\n",
				(long long)(taken - start), (long long)(known - start), (long long)(used - start));
		assert_true(used >= progress->drained);
		/* Only what came after the last write is missing. */
		assert_in_range(known, start, taken);
		assert_true(used >= known);
		/* Each session may have been killed between the count and its own. */
		assert_true(used <= taken + KILL_SESSIONS);
		lost += used < taken;
		written += known > start;
		assert_true(quota_set(store, QUOTA_SENDER, TEXT("a"), taken, NULL));
		quota_place_close(store);
		progress->drained = taken;
	}
	/* It was killed before a write and after one. */
	assert_true(lost > 0 && written > 0);
	assert_false(quota_place_said("quotas"));
	munmap(progress, sizeof *progress);
}

/* Moments of the messages let through, as they go on. */
#define MOMENTS 16384
struct kill_moments {
	int64_t taken;
	bool failed;
	int64_t at[MOMENTS];
};

/* Nothing asks it to write: what is written it writes by itself. */
static void send_undrained(volatile struct kill_moments *moments)
{
	struct quota_store *store = quota_place_start();

	quota_drain(store, 60000);
	while (take(store, "a", 1).result == QUOTA_TAKEN && moments->taken < MOMENTS) {
		moments->at[moments->taken] = monotonic();
		moments->taken++;
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
	}
	moments->failed = moments->taken < MOMENTS;
	for (;;)
		pause();
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

#define LATE_KILLS 15

/* How old the first message is that a kill has lost. The thread may not run in time for once, but not most of the times. */
static void killed_at_most_50_milliseconds_are_lost(void **state)
{
	volatile struct kill_moments *moments = mmap(NULL, sizeof *moments, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		0);
	int64_t lost[LATE_KILLS], used = 0;
	uint64_t random = 2;

	(void)state;
	assert_true(moments != MAP_FAILED);
	for (size_t i = 0; i < LATE_KILLS; i++) {
		moments->taken = 0;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0)
			send_undrained(moments);
		QUOTA_PLACE_WAIT(moments->failed || moments->taken > 200 + (int64_t)check_below(&random, 800));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_false(moments->failed);
		int64_t taken = moments->taken;
		struct quota_store *store = quota_place_start();
		int64_t now = quota_fixture_used(store, QUOTA_SENDER, "a"), kept = (now > 0 ? now : 0) - used;
		quota_place_close(store);
		assert_in_range(kept, 0, taken + 1);
		lost[i] = kept >= taken ? 0 : moments->at[taken - 1] - moments->at[kept];
		used += kept;
	}
	qsort(lost, LATE_KILLS, sizeof *lost, by_number);
	if (getenv("QUOTA_TELL"))
		for (size_t i = 0; i < LATE_KILLS; i++)
			print_message("%lld us\n", (long long)lost[i]);
	assert_in_range(lost[LATE_KILLS / 2], 0, 50000);
	munmap((void *)moments, sizeof *moments);
}

/* ---- damage ---- */

#define KEYS 120

/* As many as fill some pages; each has its own number. */
static void make_file(void)
{
	struct quota_store *store = quota_place_start();
	char name[64];

	for (int i = 0; i < KEYS; i++) {
		snprintf(name, sizeof name, "application-%03d@mail.example.com", i);
		assert_int_equal(take(store, name, 1 + i).result, QUOTA_TAKEN);
	}
	quota_place_close(store);
}

static unsigned char *read_file(const char *path, size_t *size)
{
	static unsigned char bytes[1 << 20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;

	assert_true(got >= 0 && (size_t)got < sizeof bytes);
	close(fd);
	*size = (size_t)got;
	return bytes;
}

static void write_file(const char *path, const unsigned char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

struct damage_told {
	size_t down, doubtful, right;
};

/* Open a file of these bytes. False: a key counts from less than it should. */
static bool is_never_less(const unsigned char *bytes, size_t size, struct damage_told *told)
{
	bool good = true;
	char name[64];

	unlink(quota_place_beside("-wal"));
	unlink(quota_place_beside("-shm"));
	write_file(quota_place_file, bytes, size);
	quota_place_forget();
	struct quota_store *store = quota_place_open();
	for (int i = 0; store && i < KEYS; i++) {
		snprintf(name, sizeof name, "application-%03d@mail.example.com", i);
		struct quota_key key = quota_fixture_key(QUOTA_SENDER, name, 1 + i);
		struct quota_answer answer = quota_take(store, &key, 1, 1, 0);
		good &= answer.result == QUOTA_DAY_FULL || answer.result == QUOTA_UNAVAILABLE;
		good &= answer.result != QUOTA_DAY_FULL || answer.used >= 1 + i;
		told->right += answer.result == QUOTA_DAY_FULL;
		told->doubtful += answer.result == QUOTA_UNAVAILABLE;
		/* Where trouble is no reason to refuse, nothing crashes. */
		quota_take(store, &key, 1, 1, QUOTA_ACCEPT);
	}
	struct quota_status status = { 0 };
	if (store)
		quota_status(store, &status);
	told->down += !status.up;
	/* What cannot be used is told with its place. */
	good &= status.up || quota_place_said(quota_place_file);
	quota_place_close(store);
	return good;
}

static void every_page(void **state)
{
	size_t size, failures = 0;
	struct damage_told cut = { 0 }, over = { 0 };
	static unsigned char good[1 << 20], bad[1 << 20];
	char name[64];
	uint64_t random = 7;

	(void)state;
	make_file();
	memcpy(good, read_file(quota_place_file, &size), sizeof good);
	const size_t page = 4096;
	assert_true(size > 5 * page && size % page == 0);
	for (size_t at = 0; at < size; at += page) {
		snprintf(name, sizeof name, "cut off at page %zu", at / page);
		CHECK_CASE(failures, name, is_never_less(good, at, &cut));
		CHECK_CASE(failures, name, is_never_less(good, at + page / 2, &cut));
		for (int with = 0; with < 4; with++) {
			memcpy(bad, good, size);
			for (size_t i = 0; i < page; i++)
				bad[at + i] = with == 0 ? 0
					: with == 1     ? 0xff
					: with == 2     ? (unsigned char)check_random(&random)
							: good[(at + i + page) % size];
			snprintf(name, sizeof name, "page %zu written over (%d)", at / page, with);
			CHECK_CASE(failures, name, is_never_less(bad, size, &over));
		}
	}
	assert_int_equal(failures, 0);
	assert_true(cut.down == 2 * size / page);
	assert_true(over.down > 0);
}

static void bytes_changed(void **state)
{
	size_t size, failures = 0;
	struct damage_told told = { 0 };
	static unsigned char good[1 << 20];
	char name[64];
	uint64_t random = 11;

	(void)state;
	make_file();
	memcpy(good, read_file(quota_place_file, &size), sizeof good);
	for (size_t i = 0; i < number_of("QUOTA_FLIPS", 400); i++) {
		size_t at = check_below(&random, size);
		unsigned char old = good[at];
		good[at] ^= (unsigned char)(1 + check_below(&random, 255));
		snprintf(name, sizeof name, "byte %zu: %02x for %02x", at, good[at], old);
		CHECK_CASE(failures, name, is_never_less(good, size, &told));
		good[at] = old;
	}
	assert_int_equal(failures, 0);
	assert_true(told.right > 0 && told.doubtful > 0);
}

static struct quota_status status_of(struct quota_store *store)
{
	struct quota_status status = { 0 };

	quota_status(store, &status);
	return status;
}

/* A store that could not be read to its end is read again by its thread: each count is what the file says, however often that was tried. */
static void is_read_again(struct quota_store *store)
{
	char name[64];

	assert_true(quota_start(store));
	QUOTA_PLACE_WAIT(status_of(store).up);
	for (int i = 0; i < KEYS; i++) {
		snprintf(name, sizeof name, "application-%03d@mail.example.com", i);
		assert_int_equal(quota_fixture_used(store, QUOTA_SENDER, name), 1 + i);
	}
}

static void a_row_is_nobodys_for_a_while(void **state)
{
	(void)state;
	make_file();
	quota_place_sql("INSERT INTO quota VALUES ('zone', 1, 1, x'00')");
	struct quota_store *store = quota_place_open();
	assert_non_null(store);
	assert_true(quota_place_said("the row with the key `zone` is damaged, and it cannot be told whose it is"));
	assert_false(status_of(store).up);
	assert_int_equal(status_of(store).keys, 0);
	quota_place_sql("DELETE FROM quota WHERE key = 'zone'");
	is_read_again(store);
	quota_place_close(store);
}

/* ---- memory ---- */

static sqlite3_mem_methods methods;

static void *short_malloc(int size)
{
	return short_memory_fails() ? NULL : methods.xMalloc(size);
}

static void *short_realloc(void *at, int size)
{
	return short_memory_fails() ? NULL : methods.xRealloc(at, size);
}

static void opened_with_memory_short(void **state)
{
	size_t n = 0, opened = 0, half = 0;

	(void)state;
	make_file();
	for (size_t step = 1; !opened; n += step) {
		/* Rows are many and alike: later ones by the dozen. */
		step = n < 60 ? 1 : 17;
		short_memory_after(n + 1);
		struct quota_store *store = quota_place_open();
		short_memory_after(0);
		struct quota_status status = { 0 };
		if (store)
			quota_status(store, &status);
		if (status.up)
			opened++;
		if (store) {
			struct quota_answer answer = take(store, "application-009@mail.example.com", LIMIT - 9);
			assert_int_equal(answer.result, status.up ? QUOTA_DAY_FULL : QUOTA_UNAVAILABLE);
		}
		assert_true(status.up || quota_place_said("memory is short") || !store);
		/* Some rows had been taken. */
		if (!status.up && status.keys > 0 && half++ < 5)
			is_read_again(store);
		quota_place_close(store);
	}
	assert_true(n > 100 && half > 0);
}

struct found_two {
	struct text name, other;
	int64_t sum;
	bool has_other;
};

static bool find_two(void *context, enum quota_scope scope, struct text name, const struct quota_count *count)
{
	struct found_two *found = context;

	(void)scope;
	if (count && text_equals(name, found->name))
		found->sum = count->ring.sum;
	found->has_other |= text_equals(name, found->other);
	return true;
}

/* All of a transaction, or nothing of it. */
static void written_with_memory_short(void **state)
{
	struct quota_change change = { .scope = QUOTA_SENDER, .name = TEXT("application-009@mail.example.com") };
	const struct text other = TEXT("application-010@mail.example.com");
	struct quota_file_trouble trouble;
	bool written = false;

	(void)state;
	make_file();
	for (size_t n = 1; !written; n++) {
		int lock = -1;
		struct quota_file *file = quota_file_open(quota_place_file, &lock, &trouble);
		assert_non_null(file);
		change.count.ring.newest = 1;
		change.count.ring.sum = change.count.ring.counts[1] = (uint32_t)(1000 + n);
		short_memory_after(n);
		written = quota_file_begin(file, true, &trouble) && quota_file_put(file, &change, 0, &trouble) &&
			quota_file_remove(file, QUOTA_SENDER, other, &trouble) && quota_file_commit(file, 1, 1, &trouble);
		short_memory_after(0);
		if (!written)
			assert_true(*trouble.words);
		quota_file_close(file);
		close(lock);
		struct found_two found = { .name = change.name, .other = other };
		file = quota_file_open(quota_place_file, &lock, &trouble);
		assert_non_null(file);
		assert_true(quota_file_load(file, find_two, &found, &trouble));
		assert_int_equal(found.sum, written ? 1000 + (int64_t)n : 10);
		assert_int_equal(found.has_other, !written);
		quota_file_close(file);
		close(lock);
	}
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, quota_place_begin, quota_place_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(killed_in_a_loop),
		PLACE_TEST(killed_at_most_50_milliseconds_are_lost),
		PLACE_TEST(every_page),
		PLACE_TEST(bytes_changed),
		PLACE_TEST(a_row_is_nobodys_for_a_while),
		PLACE_TEST(opened_with_memory_short),
		PLACE_TEST(written_with_memory_short),
	};

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods) != SQLITE_OK)
		return 1;
	sqlite3_mem_methods shorter = methods;
	shorter.xMalloc = short_malloc;
	shorter.xRealloc = short_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &shorter) != SQLITE_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
