/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip_set: asks the same as ip_network_holds for every network in turn.
 */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "value/ip_set.h"

#include <stdio.h>
#include <string.h>

#define MOST 6

static const struct {
	const char *name;
	const char *networks[MOST]; /* up to the first NULL */
	const char *ip;
	bool want;
} cases[] = {
	{ "empty set, IPv4", { NULL }, "192.0.2.1", false },
	{ "empty set, IPv6", { NULL }, "::", false },
	{ "IPv4 set, IPv6 asked", { "0.0.0.0/0" }, "::", false },
	{ "IPv6 set, IPv4 asked", { "::/0" }, "0.0.0.0", false },
	{ "all IPv4, first", { "0.0.0.0/0" }, "0.0.0.0", true },
	{ "all IPv4, last", { "0.0.0.0/0" }, "255.255.255.255", true },
	{ "all IPv6, last", { "::/0" }, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
	{ "below the first", { "10.0.0.0/8" }, "9.255.255.255", false },
	{ "first", { "10.0.0.0/8" }, "10.0.0.0", true },
	{ "last", { "10.0.0.0/8" }, "10.255.255.255", true },
	{ "above the last", { "10.0.0.0/8" }, "11.0.0.0", false },
	{ "between", { "10.0.0.0/8", "12.0.0.0/8" }, "11.0.0.0", false },
	{ "adjacent: end of the first", { "10.0.0.0/9", "10.128.0.0/9" }, "10.127.255.255", true },
	{ "adjacent: start of the second", { "10.128.0.0/9", "10.0.0.0/9" }, "10.128.0.0", true },
	{ "a small one inside a large one, behind it", { "10.0.0.0/8", "10.1.0.0/16" }, "10.200.0.0", true },
	{ "a large one behind a small one with the same start", { "10.0.0.0/16", "10.0.0.0/8" }, "10.200.0.0", true },
	{ "all IPv4 and one at the end", { "0.0.0.0/0", "255.255.255.255" }, "1.2.3.4", true },
	{ "last address, then another", { "255.255.255.255", "0.0.0.0" }, "0.0.0.1", false },
	{ "last IPv6 address, then another", { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::" }, "::1", false },
	{ "adjacent over 64 bits, end", { "2001:db8:0:0::/64", "2001:db8:0:1::/64" }, "2001:db8::ffff:ffff:ffff:ffff", true },
	{ "adjacent over 64 bits, start", { "2001:db8:0:1::/64", "2001:db8:0:0::/64" }, "2001:db8:0:1::", true },
	{ "behind them", { "2001:db8:0:1::/64", "2001:db8:0:0::/64" }, "2001:db8:0:2::", false },
	{ "IPv6 wider than 64", { "2001:db8::/32" }, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true },
	{ "IPv6 wider than 64, outside", { "2001:db8::/32" }, "2001:db9::", false },
	{ "IPv6 narrower than 64, outside", { "2001:db8::/96" }, "2001:db8::1:0:0", false },
	{ "both families, IPv4", { "2001:db8::/32", "10.0.0.0/8" }, "10.1.2.3", true },
	{ "both families, IPv6", { "10.0.0.0/8", "2001:db8::/32" }, "2001:db8::9", true },
	{ "mapped network, IPv4 asked", { "::ffff:10.0.0.0/104" }, "10.1.2.3", true },
	{ "same network twice", { "10.0.0.0/8", "10.0.0.0/8" }, "10.0.0.1", true },
};

static struct ip_network network_of(const char *text)
{
	struct ip_network network;

	if (ip_network_parse(text_of(text), &network, NULL) != IP_NETWORK_GOOD)
		fail_msg("%s", text);
	return network;
}

static void ip_set_table(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena = { 0 };
		struct ip_network networks[MOST];
		size_t count = 0;
		struct ip ip;

		for (; count < MOST && cases[i].networks[count]; count++)
			networks[count] = network_of(cases[i].networks[count]);
		struct ip_set *set = ip_set_new(&arena, networks, count);
		/* The networks are not kept. */
		memset(networks, 0xff, sizeof networks);
		assert_true(ip_parse(text_of(cases[i].ip), &ip));
		CHECK_CASE(failures, cases[i].name, ip_set_holds(set, &ip) == cases[i].want);
		assert_false(ip_set_holds(set, &(struct ip){ 0 }));
		arena_free(&arena);
	}
	assert_int_equal(failures, 0);
}

/* An address with few free bits, so that networks overlap, touch and hold what is asked. */
static struct ip random_ip(uint64_t *seed, uint8_t family)
{
	struct ip ip = { .family = family };
	size_t size = family == 4 ? 4 : 16;

	/* All zeros or all ones but for a byte: the ends of the space and of its halves. */
	if (check_below(seed, 4) == 0)
		memset(ip.bytes, 0xff, size);
	ip.bytes[size - 1] = (uint8_t)check_random(seed);
	ip.bytes[size == 4 ? 2 : 6 + check_below(seed, 3)] = (uint8_t)check_below(seed, 4);
	if (check_below(seed, 8) == 0)
		ip.bytes[0] = (uint8_t)check_random(seed);
	return ip;
}

static struct ip_network random_network(uint64_t *seed)
{
	struct ip ip = random_ip(seed, check_below(seed, 2) == 0 ? 4 : 6);
	size_t bits = ip.family == 4 ? 32 : 128;
	size_t prefix = check_below(seed, 3) != 0 ? bits - check_below(seed, 9) : check_below(seed, bits + 1);
	char address[IP_TEXT_SIZE], text[IP_TEXT_SIZE + 8];

	if (check_below(seed, 4) != 0 && prefix < 8)
		prefix = bits;
	snprintf(text, sizeof text, "%s/%zu", ip_print(&ip, address), prefix);
	return network_of(text);
}

static void ip_set_agrees_with_matching_in_turn(void **state)
{
	enum { COUNT = 120 };
	struct ip_network networks[COUNT];
	size_t asked = 0, held = 0;
	uint64_t seed = 6;

	(void)state;
	for (size_t round = 0; round < 1000; round++) {
		struct arena arena = { 0 };
		size_t count = check_below(&seed, round % 4 == 0 ? COUNT : 8);

		for (size_t i = 0; i < count; i++)
			networks[i] = random_network(&seed);
		struct ip_set *set = ip_set_new(&arena, networks, count);
		assert_non_null(set);
		for (size_t i = 0; i < 60; i++) {
			struct ip ip = random_ip(&seed, i % 2 == 0 ? 4 : 6);
			char text[IP_TEXT_SIZE];
			bool want = false;

			for (size_t j = 0; j < count && !want; j++)
				want = ip_network_holds(&networks[j], &ip);
			if (ip_set_holds(set, &ip) != want)
				fail_msg("round %zu: %s must be %d", round, ip_print(&ip, text), want);
			asked++;
			held += want;
		}
		arena_free(&arena);
	}
	assert_int_equal(asked, 60000);
	assert_in_range(held, asked / 10, asked * 9 / 10);
}

static void step(struct ip *ip, int by)
{
	size_t at = ip->family == 4 ? 4 : 16;

	while (at-- > 0) {
		ip->bytes[at] = (uint8_t)(ip->bytes[at] + by);
		if (ip->bytes[at] != (by > 0 ? 0 : 0xff))
			return;
	}
}

/* Networks all over the space: first, last, the one before, the one behind, each asked of all. */
static void ip_set_edges(void **state)
{
	enum { COUNT = 400 };
	static struct ip_network networks[COUNT];
	size_t asked = 0;
	uint64_t seed = 8;

	(void)state;
	for (size_t round = 0; round < 12; round++) {
		uint8_t family = round % 2 == 0 ? 4 : 6;
		size_t size = family == 4 ? 4 : 16;
		struct arena arena = { 0 };

		for (size_t i = 0; i < COUNT; i++) {
			char address[IP_TEXT_SIZE], text[IP_TEXT_SIZE + 8];
			struct ip ip = { .family = family };

			/* From all over to all within few bits. */
			for (size_t j = round / 3; j < size; j++)
				ip.bytes[j] = (uint8_t)check_random(&seed);
			ip.bytes[0] |= 0x20; /* not mapped */
			snprintf(text, sizeof text, "%s/%zu", ip_print(&ip, address), size * 8 - check_below(&seed, size * 6));
			networks[i] = network_of(text);
		}
		struct ip_set *set = ip_set_new(&arena, networks, COUNT);
		assert_non_null(set);
		for (size_t i = 0; i < COUNT * 4; i++) {
			struct ip ip = networks[i / 4].first;
			bool want = false;

			for (size_t bit = networks[i / 4].prefix; i % 4 >= 2 && bit < size * 8; bit++)
				ip.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
			if (i % 2 == 1)
				step(&ip, i % 4 == 1 ? -1 : 1);
			for (size_t j = 0; j < COUNT && !want; j++)
				want = ip_network_holds(&networks[j], &ip);
			if (ip_set_holds(set, &ip) != want)
				fail_msg("round %zu question %zu must be %d", round, i, want);
			asked++;
		}
		arena_free(&arena);
	}
	assert_int_equal(asked, 12 * 400 * 4);
}

/* What touches is one range: memory says so. */
static void ip_set_merges(void **state)
{
	enum { COUNT = 65536 };
	static struct ip_network networks[COUNT];
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		networks[i] = (struct ip_network){ .first = { .family = 4, .bytes = { 10, 0 } }, .prefix = 32 };
		networks[i].first.bytes[2] = (uint8_t)(i * 77 >> 8);
		networks[i].first.bytes[3] = (uint8_t)(i * 77);
	}
	struct ip_set *set = ip_set_new(&arena, networks, COUNT);
	assert_non_null(set);
	assert_true(arena.used < 300);
	assert_true(ip_set_holds(set, &(struct ip){ .family = 4, .bytes = { 10, 0, 255, 255 } }));
	assert_false(ip_set_holds(set, &(struct ip){ .family = 4, .bytes = { 10, 1, 0, 0 } }));
	arena_free(&arena);

	/* The same addresses as the last 16 bits of /64 networks, which touch over the middle. */
	for (size_t i = 0; i < COUNT; i++) {
		struct ip *first = &networks[i].first;

		*first = (struct ip){ .family = 6, .bytes = { 0x20, [6] = first->bytes[2], first->bytes[3] } };
		networks[i].prefix = 64;
	}
	set = ip_set_new(&arena, networks, COUNT);
	assert_non_null(set);
	assert_true(arena.used < 300);
	assert_true(ip_set_holds(set, &(struct ip){ .family = 6, .bytes = { 0x20, [6] = 0xff, 0xff, 0xff } }));
	assert_false(ip_set_holds(set, &(struct ip){ .family = 6, .bytes = { 0x20, [5] = 1 } }));
	arena_free(&arena);
}

static void ip_set_short_of_memory(void **state)
{
	enum { COUNT = 1000 };
	static struct ip_network networks[COUNT];
	bool made = false;

	(void)state;
	/* Enough apart of both families that each table is a block of its own. */
	for (size_t i = 0; i < COUNT; i++) {
		networks[i] = (struct ip_network){ .first.family = i % 2 == 0 ? 4 : 6 };
		networks[i].first.bytes[1] = (uint8_t)(i >> 8);
		networks[i].first.bytes[2] = (uint8_t)i;
		networks[i].prefix = i % 2 == 0 ? 32 : 128;
	}
	for (size_t n = 1; !made; n++) {
		struct arena arena = { 0 };

		assert_true(n < 20);
		short_memory_after(n);
		struct ip_set *set = ip_set_new(&arena, networks, COUNT);
		made = short_memory_count() < n;
		assert_true((set != NULL) == made);
		if (made) {
			short_memory_after(1);
			assert_true(ip_set_holds(set, &networks[COUNT - 1].first));
			assert_true(ip_set_holds(set, &networks[COUNT - 2].first));
			assert_int_equal(short_memory_count(), 0);
			assert_true(n > 4);
		}
		short_memory_after(0);
		arena_free(&arena);
	}
	/* More than the address space holds: refused, nothing read. */
	struct arena arena = { 0 };
	assert_null(ip_set_new(&arena, networks, SIZE_MAX / 16));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_set_table),
		cmocka_unit_test(ip_set_agrees_with_matching_in_turn),
		cmocka_unit_test(ip_set_edges),
		cmocka_unit_test(ip_set_merges),
		cmocka_unit_test(ip_set_short_of_memory),
	};

	return cmocka_run_group_tests_name("ip_set", tests, NULL, NULL);
}
