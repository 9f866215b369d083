/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/check.h"

#include "value/ip_index.h"

#include <stdio.h>
#include <string.h>

enum { NETWORKS = 400, ADDRESSES = 3000 };

static bool found[NETWORKS];

static void take(void *with, uint32_t number)
{
	(void)with;
	assert_in_range(number, 0, NETWORKS - 1);
	found[number] = true;
}

/* Few bits vary, so that networks lie in each other and addresses in several. */
static struct ip random_ip(uint64_t *seed)
{
	struct ip ip = { .family = check_below(seed, 2) ? 4 : 6 };

	ip.bytes[0] = (uint8_t)check_below(seed, 2);
	ip.bytes[1] = (uint8_t)(check_below(seed, 4) << 6);
	ip.bytes[3] = (uint8_t)check_below(seed, 4);
	if (ip.family == 6)
		ip.bytes[15] = (uint8_t)check_below(seed, 4);
	return ip;
}

/* What holds the address is what ip_network_holds says. */
static void test_random(void **state)
{
	struct ip_network networks[NETWORKS];
	uint32_t numbers[NETWORKS];
	struct arena arena = { 0 };
	uint64_t seed = 1;
	size_t held = 0;

	(void)state;
	for (size_t i = 0; i < NETWORKS; i++) {
		struct ip ip = random_ip(&seed);
		char text[IP_TEXT_SIZE + 4];

		ip_print(&ip, text);
		snprintf(text + strlen(text), 5, "/%zu", check_below(&seed, ip.family == 4 ? 33 : 129));
		assert_int_equal(ip_network_parse(text_of(text), &networks[i], NULL), IP_NETWORK_GOOD);
		numbers[i] = (uint32_t)i;
	}
	struct ip_index *index = ip_index_new(&arena, networks, numbers, NETWORKS);
	assert_non_null(index);
	for (size_t i = 0; i < ADDRESSES; i++) {
		struct ip ip = random_ip(&seed);

		memset(found, 0, sizeof found);
		ip_index_numbers(index, &ip, take, NULL);
		for (size_t j = 0; j < NETWORKS; j++) {
			assert_int_equal(found[j], ip_network_holds(&networks[j], &ip));
			held += found[j];
		}
	}
	assert_in_range(held, ADDRESSES, ADDRESSES * (NETWORKS - 1));
	arena_free(&arena);
}

static void test_none(void **state)
{
	struct arena arena = { 0 };
	struct ip_index *index = ip_index_new(&arena, NULL, NULL, 0);
	struct ip ip = { .family = 4 }, nothing = { 0 };
	struct ip_network all = { .first.family = 4 };
	uint32_t number = 0;

	(void)state;
	assert_non_null(index);
	memset(found, 0, sizeof found);
	ip_index_numbers(index, &ip, take, NULL);
	assert_false(found[0]);
	index = ip_index_new(&arena, &all, &number, 1);
	assert_non_null(index);
	ip_index_numbers(index, &nothing, take, NULL);
	assert_false(found[0]);
	ip_index_numbers(index, &ip, take, NULL);
	assert_true(found[0]);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests_name("ip_index", tests, NULL, NULL);
}
