/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: an address on the first line, a network on each further one.
 *
 * Promises: what is accepted is what inet_pton accepts, and prints and reads
 * back as the same network; a network holds its first address and what shares its
 * prefix with it, bit by bit; a set holds what any of its networks does; what is
 * refused comes with a remedy.
 */
#include "fuzz/fuzz.h"
#include "base/arena.h"
#include "value/ip_set.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { NETWORKS = 8 };

static void address_check(const struct ip *ip)
{
	char text[IP_TEXT_SIZE];
	uint8_t bytes[16] = { 0 };
	struct ip again;

	FUZZ_CHECK(ip->family == 4 || ip->family == 6);
	ip_print(ip, text);
	FUZZ_CHECK(inet_pton(ip->family == 4 ? AF_INET : AF_INET6, text, bytes) == 1);
	FUZZ_CHECK(!memcmp(bytes, ip->bytes, sizeof bytes));
	FUZZ_CHECK(ip_parse(text_of(text), &again));
	FUZZ_CHECK(again.family == ip->family && !memcmp(again.bytes, ip->bytes, sizeof bytes));
}

static bool shares_prefix(const struct ip_network *network, const struct ip *ip)
{
	if (ip->family != network->first.family)
		return false;
	for (size_t bit = 0; bit < network->prefix; bit++)
		if ((ip->bytes[bit / 8] ^ network->first.bytes[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static void network_check(const struct ip_network *network)
{
	char text[IP_TEXT_SIZE + 8];
	struct ip_network again;

	address_check(&network->first);
	FUZZ_CHECK(network->prefix <= (network->first.family == 4 ? 32 : 128));
	FUZZ_CHECK(ip_network_holds(network, &network->first));
	ip_print(&network->first, text);
	snprintf(text + strlen(text), sizeof text - strlen(text), "/%u", network->prefix);
	FUZZ_CHECK(ip_network_parse(text_of(text), &again, NULL) == IP_NETWORK_GOOD);
	FUZZ_CHECK(!again.host_bits && again.prefix == network->prefix);
	FUZZ_CHECK(!memcmp(&again.first, &network->first, sizeof again.first));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text lines[1 + NETWORKS] = { 0 };
	struct ip_network networks[NETWORKS];
	struct arena arena = { 0 };
	struct ip ip = { 0 };
	size_t lines_count = fuzz_lines(fuzz_text(data, size), lines, 1 + NETWORKS), count = 0;
	bool any = false;

	if (ip_parse(lines[0], &ip))
		address_check(&ip);
	for (size_t i = 1; i < lines_count; i++) {
		const char *wrong;

		if (ip_network_parse(lines[i], &networks[count], &wrong) != IP_NETWORK_GOOD) {
			FUZZ_CHECK(strstr(wrong, "; "));
			continue;
		}
		network_check(&networks[count]);
		bool holds = ip_network_holds(&networks[count], &ip);
		FUZZ_CHECK(holds == (ip.family && shares_prefix(&networks[count], &ip)));
		any |= holds;
		count++;
	}
	struct ip_set *set = ip_set_new(&arena, networks, count);
	FUZZ_CHECK(set);
	FUZZ_CHECK(ip_set_holds(set, &ip) == any);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(ip_set_holds(set, &networks[i].first));
	arena_free(&arena);
	return 0;
}
