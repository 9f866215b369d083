/* SPDX-License-Identifier: BSD-2-Clause */
/* meter: the store of counts is opened once or not at all, and closed when nobody uses it any more. Each case in a process of its own. */
#include "unit/check.h"
#include "unit/log_lines.h"

#include "meter.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int made; /* stands for a store */
#define STORE ((struct quota_store *)&made)

/* What fails, and what was asked for. */
static struct {
	bool open, start;
	int copy; /* the n-th; 0: none */
} failing;
static int opened_times, started_times, closed_times, reloaded_times;

struct quota_store *__wrap_quota_open(const struct quota_options *options, struct faults *faults);
bool __wrap_quota_check(const struct quota_options *options, struct faults *faults);
bool __wrap_quota_start(struct quota_store *store);
void __wrap_quota_close(struct quota_store *store, int64_t milliseconds);
void __wrap_quota_reloaded(struct quota_store *store, const char *site);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);

struct quota_store *__wrap_quota_open(const struct quota_options *options, struct faults *faults)
{
	opened_times++;
	if (failing.open)
		fault_add(faults, "quotas: %s of %s", options->store, options->site);
	return failing.open ? NULL : STORE;
}

bool __wrap_quota_check(const struct quota_options *options, struct faults *faults)
{
	if (failing.open)
		fault_add(faults, "quotas: %s of %s", options->store, options->site);
	return !failing.open;
}

bool __wrap_quota_start(struct quota_store *store)
{
	started_times += store == STORE;
	return !failing.start;
}

void __wrap_quota_close(struct quota_store *store, int64_t milliseconds)
{
	(void)milliseconds;
	closed_times += store == STORE;
}

void __wrap_quota_reloaded(struct quota_store *store, const char *site)
{
	(void)site;
	reloaded_times += store == STORE;
}

char *__wrap_strdup(const char *text)
{
	return failing.copy && --failing.copy == 0 ? NULL : __real_strdup(text);
}

static struct settings settings = {
	.site.quotas = { .given = 1, .store = "redis://one", .store_user = "u", .store_password_file = "/p", .store_ca_file = "/c" }
};
static struct generation generation = { .account = { "123456789012", 12 }, .region = { "us-west-2", 9 } };

/* How many things are wrong. */
static int failures;
#define CHECK(condition) CHECK_CASE(failures, __func__, condition)

static bool opens(const char *want)
{
	struct faults faults;

	faults_init(&faults);
	bool good = meter_open(&settings, &generation, &faults);
	CHECK(good ? !faults.count : faults.count == 1);
	CHECK(!want || (faults.first && !strcmp(faults.first->text, want)));
	CHECK(want || good || faults.out_of_memory);
	faults_free(&faults);
	return good;
}

static void nobody_asked_for_it(void)
{
	struct faults faults;

	faults_init(&faults);
	settings.site.quotas.given = 0;
	failing.open = true;
	CHECK(meter_check(&settings, &generation, &faults) && !faults.count);
	CHECK(opens(NULL) && !opened_times && !meter_is_open());
	CHECK(meter_start() && !started_times);
	CHECK(!meter_enter());
	meter_reloaded(&settings, &generation, NULL);
	CHECK(!reloaded_times);
	meter_stop(0);
	CHECK(!closed_times);
	CHECK(!strcmp(meter_store_name(), QUOTA_STORE_DEFAULT));
}

static void it_is_checked(void)
{
	struct faults faults;

	faults_init(&faults);
	CHECK(meter_check(&settings, &generation, &faults) && !faults.count);
	failing.open = true;
	CHECK(!meter_check(&settings, &generation, &faults));
	CHECK(!strcmp(faults.first->text, "quotas: redis://one of 123456789012/us-west-2"));
	faults_free(&faults);
}

static void once_from_start_to_end(void)
{
	CHECK(opens(NULL) && opened_times == 1 && meter_is_open());
	CHECK(opens(NULL) && opened_times == 1);
	CHECK(!strcmp(meter_store_name(), "redis://one"));
	CHECK(meter_start() && started_times == 1);
	CHECK(meter_enter() == STORE);
	meter_leave();
	meter_stop(1000);
	CHECK(closed_times == 1);
	CHECK(!meter_enter());
	meter_stop(1000);
	CHECK(closed_times == 1);
}

static void it_does_not_open(void)
{
	failing.open = true;
	CHECK(!opens("quotas: redis://one of 123456789012/us-west-2") && !meter_is_open());
	CHECK(!strcmp(meter_store_name(), QUOTA_STORE_DEFAULT));
	/* A later reload may. */
	failing.open = false;
	CHECK(opens(NULL) && meter_is_open());
}

static void memory_is_short(void)
{
	for (int n = 1; n <= 4; n++) {
		failing.copy = n;
		CHECK(!opens(NULL) && !opened_times && !meter_is_open());
		CHECK(!strcmp(meter_store_name(), QUOTA_STORE_DEFAULT));
	}
	failing.copy = 5;
	CHECK(opens(NULL));
}

static void its_threads_do_not_start(void)
{
	failing.start = true;
	CHECK(meter_start());
	/* At a reload. */
	CHECK(!opens(NULL) && !meter_is_open() && closed_times == 1);
	failing.start = false;
	CHECK(opens(NULL) && started_times == 2 && closed_times == 1);
}

static void nor_at_the_start(void)
{
	CHECK(opens(NULL));
	failing.start = true;
	CHECK(!meter_start());
}

static void somebody_stays(void)
{
	CHECK(opens(NULL) && meter_enter() == STORE);
	meter_stop(1001);
	CHECK(!closed_times);
	meter_leave();
	CHECK(!closed_times);
}

static void *stop(void *unused)
{
	(void)unused;
	meter_stop(600999);
	return NULL;
}

static void somebody_leaves(void)
{
	struct quota_store *another;
	pthread_t thread;
	int users = 2;

	CHECK(opens(NULL) && meter_enter() == STORE && meter_enter() == STORE);
	CHECK(pthread_create(&thread, NULL, stop, NULL) == 0);
	/* Until it has begun. */
	while ((another = meter_enter())) {
		users++;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	while (users--) {
		CHECK(!closed_times);
		meter_leave();
	}
	pthread_join(thread, NULL);
	CHECK(closed_times == 1);
}

static char differ[256];

static void say(const char *name)
{
	strcat(differ, name);
	strcat(differ, ";");
}

static void reloads_are_told(void)
{
	CHECK(opens(NULL));
	meter_reloaded(&settings, &generation, say);
	CHECK(reloaded_times == 1 && !*log_lines && !*differ);
	generation.account = (struct text){ "210987654321", 12 };
	meter_reloaded(&settings, &generation, say);
	CHECK(!strcmp(log_lines,
		"reload: quotas: counted for 210987654321/us-west-2 from now on; it was 123456789012/us-west-2, "
		"whose counts stay as they are\n"));
	*log_lines = '\0';
	meter_reloaded(&settings, &generation, say);
	CHECK(!*log_lines);
	settings.site.quotas.store = "redis://two";
	meter_reloaded(&settings, &generation, say);
	CHECK(!strcmp(differ, "quotas.store;"));
	*differ = '\0';
	settings.site.quotas.given = 0;
	meter_reloaded(&settings, &generation, say);
	CHECK(!*differ);
}

static void a_file_counts_on(void)
{
	settings.site.quotas.store = "/var/lib/q.db";
	CHECK(opens(NULL));
	generation.region = (struct text){ "eu-west-1", 9 };
	meter_reloaded(&settings, &generation, say);
	CHECK(strstr(log_lines,
		"counted for 123456789012/eu-west-1 from now on; it was 123456789012/us-west-2, and what was sent there still counts"));
}

static void the_usual_file_too(void)
{
	settings.site.quotas.store = NULL;
	CHECK(opens(NULL));
	generation.region = (struct text){ "eu-west-1", 9 };
	meter_reloaded(&settings, &generation, say);
	CHECK(strstr(log_lines, "and what was sent there still counts"));
	CHECK(!strcmp(meter_store_name(), QUOTA_STORE_DEFAULT));
}

static void (*const cases[])(void) = { nobody_asked_for_it, it_is_checked, once_from_start_to_end, it_does_not_open,
	memory_is_short, its_threads_do_not_start, nor_at_the_start, somebody_stays, somebody_leaves, reloads_are_told,
	a_file_counts_on, the_usual_file_too };

static void stores_are_opened_and_closed(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			cases[i]();
			_exit(failures);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		wrong += WIFEXITED(status) ? WEXITSTATUS(status) : 100;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_are_opened_and_closed),
	};

	return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
