/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis: what needs no Redis. Addresses, the breaker by a clock of the test's own, the sum of the script, and what is refused
 * of answers. What needs one is in tests/wire/test_quota_redis.py.
 */
#include "unit/check.h"

#include "quota/quota_redis_address.h"
#include "quota/quota_redis_breaker.h"
#include "quota/quota_redis_bytes.h"
#include "quota/quota_redis_script.h"

#include <glib.h>
#include <string.h>

#define SECOND INT64_C(1000000)

static const struct {
	const char *name, *input;
	enum quota_redis_way way;
	const char *host; /* of the last; the path of a socket; NULL: refused */
	uint16_t port;
	size_t count;
	unsigned database;
	const char *master;
} addresses[] = {
	{ "name", "redis://quota.internal", QUOTA_REDIS_TCP, "quota.internal", 6379, 1, 0, "" },
	{ "port", "redis://quota.internal:7000", QUOTA_REDIS_TCP, "quota.internal", 7000, 1, 0, "" },
	{ "database", "redis://quota.internal:7000/15", QUOTA_REDIS_TCP, "quota.internal", 7000, 1, 15, "" },
	{ "empty database", "redis://quota.internal/", QUOTA_REDIS_TCP, "quota.internal", 6379, 1, 0, "" },
	{ "IPv4", "redis://192.0.2.1:1", QUOTA_REDIS_TCP, "192.0.2.1", 1, 1, 0, "" },
	{ "IPv6", "redis://[2001:db8::1]:65535/1", QUOTA_REDIS_TCP, "2001:db8::1", 65535, 1, 1, "" },
	{ "IPv6 without a port", "redis://[::1]", QUOTA_REDIS_TCP, "::1", 6379, 1, 0, "" },
	{ "TLS", "rediss://quota.internal", QUOTA_REDIS_TLS, "quota.internal", 6379, 1, 0, "" },
	{ "socket", "unix:/run/redis/redis.sock", QUOTA_REDIS_UNIX, "/run/redis/redis.sock", 0, 0, 0, "" },
	{ "socket with @ and :", "unix:/run/a@b:1", QUOTA_REDIS_UNIX, "/run/a@b:1", 0, 0, 0, "" },
	{ "Sentinel", "sentinel://a/main", QUOTA_REDIS_SENTINEL, "a", 26379, 1, 0, "main" },
	{ "Sentinels", "sentinel://a:1,b,[::1]:3/my-main.1/4", QUOTA_REDIS_SENTINEL, "::1", 3, 3, 4, "my-main.1" },
	{ "no host", "redis://", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "no slashes", "redis:quota.internal", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "a password", "redis://:x@quota.internal", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "port 0", "redis://a:0", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "port 65536", "redis://a:65536", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "no port", "redis://a:", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "port with a sign", "redis://a:+1", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "IPv6 without brackets", "redis://2001:db8::1", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "a name in brackets", "redis://[quota]", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "half a bracket", "redis://[::1", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "a space", "redis://a b", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "database 99999", "redis://a/99999", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "database of many digits", "redis://a/18446744073709551616", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "more behind the database", "redis://a/1?x", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "relative socket", "unix:run/redis.sock", QUOTA_REDIS_UNIX, NULL, 0, 0, 0, NULL },
	{ "socket of no name", "unix:", QUOTA_REDIS_UNIX, NULL, 0, 0, 0, NULL },
	{ "no master", "sentinel://a,b", QUOTA_REDIS_SENTINEL, NULL, 0, 0, 0, NULL },
	{ "empty master", "sentinel://a,b/", QUOTA_REDIS_SENTINEL, NULL, 0, 0, 0, NULL },
	{ "master with a space", "sentinel://a/my main", QUOTA_REDIS_SENTINEL, NULL, 0, 0, 0, NULL },
	{ "empty Sentinel", "sentinel://a,/main", QUOTA_REDIS_SENTINEL, NULL, 0, 0, 0, NULL },
	{ "ten Sentinels", "sentinel://a,b,c,d,e,f,g,h,i,j/main", QUOTA_REDIS_SENTINEL, NULL, 0, 0, 0, NULL },
	{ "another scheme", "http://a", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
	{ "scheme in capitals", "REDIS://a", QUOTA_REDIS_TCP, NULL, 0, 0, 0, NULL },
};

static void test_addresses(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		struct quota_redis_address address;
		struct faults faults;

		faults_init(&faults);
		bool good = quota_redis_address_parse(addresses[i].input, &address, &faults);
		CHECK_CASE(failures, addresses[i].name, good == (addresses[i].host != NULL));
		CHECK_CASE(failures, addresses[i].name, faults.count == !good);
		faults_free(&faults);
		if (!good)
			continue;
		CHECK_CASE(failures, addresses[i].name, address.way == addresses[i].way && address.count == addresses[i].count);
		CHECK_CASE(failures, addresses[i].name, address.database == addresses[i].database);
		CHECK_CASE(failures, addresses[i].name, strcmp(address.master, addresses[i].master) == 0);
		if (address.way == QUOTA_REDIS_UNIX) {
			CHECK_CASE(failures, addresses[i].name, strcmp(address.path, addresses[i].host) == 0);
			continue;
		}
		const struct quota_redis_host *last = &address.hosts[address.count - 1];
		CHECK_CASE(failures, addresses[i].name,
			strcmp(last->name, addresses[i].host) == 0 && last->port == addresses[i].port);
	}
	assert_int_equal(failures, 0);
}

static void test_what_a_node_says(void **state)
{
	static const struct {
		const char *input, *host;
		uint16_t port;
	} cases[] = {
		{ "10.0.0.1:6379", "10.0.0.1", 6379 },
		{ "node-2.internal:1", "node-2.internal", 1 },
		{ "::1:6379", "::1", 6379 },
		{ "[::1]:6379", "::1", 6379 },
		{ ":6379", "", 6379 },
		{ "10.0.0.1", NULL, 0 },
		{ "10.0.0.1:", NULL, 0 },
		{ "", NULL, 0 },
		{ "a b:1", NULL, 0 },
		{ "a:0", NULL, 0 },
		{ "a:70000", NULL, 0 },
		{ "a\n:1", NULL, 0 },
		{ "a:1 ", NULL, 0 },
	};
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct quota_redis_host host;
		bool good = quota_redis_address_host(text_of(cases[i].input), &host);

		CHECK_CASE(failures, cases[i].input, good == (cases[i].host != NULL));
		CHECK_CASE(failures, cases[i].input,
			!good || (strcmp(host.name, cases[i].host) == 0 && host.port == cases[i].port));
	}
	assert_int_equal(failures, 0);
}

static void fail_three(struct quota_redis_breaker *breaker, int64_t now)
{
	for (int i = 0; i < 3; i++) {
		assert_int_equal(quota_redis_breaker_enter(breaker, now), QUOTA_REDIS_GO);
		assert_int_equal(quota_redis_breaker_leave(breaker, QUOTA_REDIS_GO, false, now),
			i == 2 ? QUOTA_REDIS_OPENED : QUOTA_REDIS_SAME);
	}
}

static void test_breaker_opens_after_three_in_a_row(void **state)
{
	struct quota_redis_breaker breaker;

	(void)state;
	quota_redis_breaker_init(&breaker);
	for (int i = 0; i < 10; i++)
		quota_redis_breaker_leave(&breaker, quota_redis_breaker_enter(&breaker, 0), i % 3 == 2, 0);
	assert_false(quota_redis_breaker_is_open(&breaker));
	quota_redis_breaker_leave(&breaker, quota_redis_breaker_enter(&breaker, 0), true, 0);
	fail_three(&breaker, 0);
	assert_true(quota_redis_breaker_is_open(&breaker));
}

static void test_breaker_lets_one_probe_and_waits_longer_each_time(void **state)
{
	static const int64_t pauses[] = { 1, 2, 4, 8, 16, 30, 30 };
	struct quota_redis_breaker breaker;
	int64_t now = 5 * SECOND;

	(void)state;
	quota_redis_breaker_init(&breaker);
	fail_three(&breaker, now);
	for (size_t i = 0; i < COUNT_OF(pauses); i++) {
		assert_int_equal(quota_redis_breaker_enter(&breaker, now + pauses[i] * SECOND - 1), QUOTA_REDIS_STOP);
		now += pauses[i] * SECOND;
		assert_int_equal(quota_redis_breaker_enter(&breaker, now), QUOTA_REDIS_PROBE);
		assert_int_equal(quota_redis_breaker_enter(&breaker, now + SECOND), QUOTA_REDIS_STOP);
		/* What began before it opened says nothing. */
		assert_int_equal(quota_redis_breaker_leave(&breaker, QUOTA_REDIS_GO, true, now), QUOTA_REDIS_SAME);
		assert_int_equal(quota_redis_breaker_leave(&breaker, QUOTA_REDIS_PROBE, false, now), QUOTA_REDIS_SAME);
	}
	now += 30 * SECOND;
	assert_int_equal(quota_redis_breaker_enter(&breaker, now), QUOTA_REDIS_PROBE);
	assert_int_equal(quota_redis_breaker_leave(&breaker, QUOTA_REDIS_PROBE, true, now), QUOTA_REDIS_CLOSED);
	/* From the beginning again. */
	fail_three(&breaker, now);
	assert_int_equal(quota_redis_breaker_enter(&breaker, now + SECOND), QUOTA_REDIS_PROBE);
}

static void test_commands_as_redis_reads_them(void **state)
{
	static const struct {
		const char *name;
		struct text words[4];
		size_t count;
		struct text want;
	} rows[] = {
		{ "one word", { TEXT("PING") }, 1, TEXT("*1\r\n$4\r\nPING\r\n") },
		{ "more words", { TEXT("AUTH"), TEXT("sesq"), TEXT("0123456789") }, 3,
			TEXT("*3\r\n$4\r\nAUTH\r\n$4\r\nsesq\r\n$10\r\n0123456789\r\n") },
		{ "an empty word", { TEXT("A"), TEXT(""), TEXT("B") }, 3, TEXT("*3\r\n$1\r\nA\r\n$0\r\n\r\n$1\r\nB\r\n") },
		{ "a word that is nowhere", { { NULL, 0 } }, 1, TEXT("*1\r\n$0\r\n\r\n") },
		{ "any bytes", { TEXT("A\0\r\n$9") }, 1, TEXT("*1\r\n$6\r\nA\0\r\n$9\r\n") },
	};
	size_t failures = 0;
	char out[200];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_in_range(rows[i].want.length, 1, quota_redis_bytes_most(rows[i].words, rows[i].count));
		struct text got = { out, quota_redis_bytes_write(rows[i].words, rows[i].count, out) };
		CHECK_CASE(failures, rows[i].name, text_equals(got, rows[i].want));
	}
	assert_int_equal(failures, 0);
}

static void test_sum_of_the_script(void **state)
{
	char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA1, quota_redis_script_text(), -1);

	(void)state;
	assert_string_equal(quota_redis_script_sha1(), sum);
	g_free(sum);
	assert_int_equal(strlen(quota_redis_script_text()), strlen(quota_redis_script_clock) + strlen(quota_redis_script_body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_what_a_node_says),
		cmocka_unit_test(test_breaker_opens_after_three_in_a_row),
		cmocka_unit_test(test_breaker_lets_one_probe_and_waits_longer_each_time),
		cmocka_unit_test(test_commands_as_redis_reads_them),
		cmocka_unit_test(test_sum_of_the_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
