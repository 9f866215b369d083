/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip: strict addresses and CIDRs; IPv4-mapped is IPv4; families never match
 * each other; host bits are ignored; a bare address is itself alone.
 * Sources: IAM User Guide, "IP address condition operators" and Access Analyzer
 * policy checks; RFC 4291 for mapped addresses. The hostile spellings are what
 * libcidr 1.2.3 takes for something else, or what crashes it.
 *
 * Linked with --wrap=cidr_from_str and --wrap=cidr_addr_network, to see what
 * reaches libcidr and to let it fail.
 */
#include "unit/check.h"

#include "value/ip.h"

#include <arpa/inet.h>
#include <libcidr.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

CIDR *__real_cidr_from_str(const char *text);
CIDR *__wrap_cidr_from_str(const char *text);
CIDR *__real_cidr_addr_network(const CIDR *cidr);
CIDR *__wrap_cidr_addr_network(const CIDR *cidr);

static struct {
	size_t calls;
	char last[64];
	bool fail_parse, fail_network;
	const char *instead; /* what libcidr is made to understand */
} spy;

CIDR *__wrap_cidr_from_str(const char *text)
{
	/* The room in front that its out-of-bounds reads need: addressable and set. */
	for (int i = 1; i <= 16; i++)
		assert_int_equal(text[-i], 0);
	spy.calls++;
	assert_true(strlen(text) < sizeof spy.last);
	strcpy(spy.last, text);
	if (spy.fail_parse)
		return NULL;
	if (!spy.instead)
		return __real_cidr_from_str(text);
	char roomy[64] = { 0 };
	strcpy(roomy + 16, spy.instead);
	return __real_cidr_from_str(roomy + 16);
}

CIDR *__wrap_cidr_addr_network(const CIDR *cidr)
{
	return spy.fail_network ? NULL : __real_cidr_addr_network(cidr);
}

/* `want` as ip_print has it; NULL: refused. */
static const struct {
	const char *name;
	struct text input;
	const char *want;
} address_cases[] = {
	{ "IPv4", TEXT("192.0.2.1"), "192.0.2.1" },
	{ "IPv4 zeros", TEXT("0.0.0.0"), "0.0.0.0" },
	{ "IPv4 ones", TEXT("255.255.255.255"), "255.255.255.255" },
	{ "IPv6", TEXT("2001:db8::1"), "2001:db8::1" },
	{ "IPv6 in full", TEXT("2001:0db8:0000:0000:0000:0000:0000:0001"), "2001:db8::1" },
	{ "IPv6 in capitals", TEXT("2001:DB8::ABCD"), "2001:db8::abcd" },
	{ "IPv6 loopback", TEXT("::1"), "::1" },
	{ "IPv6 any", TEXT("::"), "::" },
	{ "mapped", TEXT("::ffff:192.0.2.9"), "192.0.2.9" },
	{ "mapped in hex", TEXT("::ffff:c000:209"), "192.0.2.9" },
	{ "mapped in full", TEXT("0:0:0:0:0:FFFF:192.0.2.9"), "192.0.2.9" },
	{ "longest text", TEXT("0000:0000:0000:0000:0000:ffff:192.168.100.228"), "192.168.100.228" },
	{ "IPv4-compatible stays IPv6", TEXT("::192.0.2.9"), "::192.0.2.9" },
	{ "nearly mapped stays IPv6", TEXT("::fffe:192.0.2.9"), "::fffe:c000:209" },
	{ "empty", TEXT(""), NULL },
	{ "no text at all", { NULL, 0 }, NULL },
	{ "network", TEXT("192.0.2.0/24"), NULL },
	{ "name", TEXT("localhost"), NULL },
	{ "space in front", TEXT(" 192.0.2.1"), NULL },
	{ "space behind", TEXT("192.0.2.1 "), NULL },
	{ "newline behind", TEXT("192.0.2.1\n"), NULL },
	{ "NUL behind", TEXT("192.0.2.1\0"), NULL },
	{ "NUL and more behind", TEXT("192.0.2.1\0evil"), NULL },
	{ "zone", TEXT("fe80::1%eth0"), NULL },
	{ "brackets", TEXT("[::1]"), NULL },
	{ "port", TEXT("192.0.2.1:25"), NULL },
	{ "IPv6: prefix of mail", TEXT("IPv6:2001:db8::1"), NULL },
	{ "one character too long", TEXT("0000:0000:0000:0000:0000:ffff:192.168.100.2280"), NULL },
};

static void ip_addresses(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(address_cases); i++) {
		const char *name = address_cases[i].name, *want = address_cases[i].want;
		char text[IP_TEXT_SIZE];
		struct ip ip;
		bool taken = ip_parse(address_cases[i].input, &ip);

		CHECK_CASE(failures, name, taken == (want != NULL));
		if (taken && want) {
			CHECK_CASE(failures, name, strcmp(ip_print(&ip, text), want) == 0);
			CHECK_CASE(failures, name, ip.family == (strchr(want, ':') == NULL ? 4 : 6));
		}
	}
	assert_int_equal(failures, 0);
}

/* `seen` is what libcidr must have been given, and all of it; NULL: refused, and libcidr saw nothing. */
static const struct {
	const char *name;
	struct text input;
	const char *seen, *first;
	int prefix;
	bool host_bits;
} network_cases[] = {
	{ "IPv4 network", TEXT("203.0.113.0/24"), "203.0.113.0/24", "203.0.113.0", 24, false },
	{ "host bits are ignored", TEXT("203.0.113.7/24"), "203.0.113.7/24", "203.0.113.0", 24, true },
	{ "bare IPv4 is /32", TEXT("203.0.113.7"), "203.0.113.7/32", "203.0.113.7", 32, false },
	{ "bare IPv6 is /128", TEXT("2001:db8::1"), "2001:db8::1/128", "2001:db8::1", 128, false },
	{ "IPv6 network", TEXT("2001:DB8:1234:5678::/64"), "2001:db8:1234:5678::/64", "2001:db8:1234:5678::", 64, false },
	{ "IPv6 host bits", TEXT("2001:db8::5/32"), "2001:db8::5/32", "2001:db8::", 32, true },
	{ "IPv6 inside a byte", TEXT("2001:db8:ffff::/45"), "2001:db8:ffff::/45", "2001:db8:fff8::", 45, true },
	{ "IPv4 inside a byte", TEXT("10.255.0.0/9"), "10.255.0.0/9", "10.128.0.0", 9, true },
	{ "all IPv4", TEXT("0.0.0.0/0"), "0.0.0.0/0", "0.0.0.0", 0, false },
	{ "all IPv4 with host bits", TEXT("255.255.255.255/0"), "255.255.255.255/0", "0.0.0.0", 0, true },
	{ "all IPv6", TEXT("::/0"), "::/0", "::", 0, false },
	{ "/31", TEXT("192.0.2.255/31"), "192.0.2.255/31", "192.0.2.254", 31, true },
	{ "/127", TEXT("::3/127"), "::3/127", "::2", 127, true },
	{ "mapped address", TEXT("::ffff:10.0.0.1"), "10.0.0.1/32", "10.0.0.1", 32, false },
	{ "mapped network", TEXT("::ffff:10.0.0.0/104"), "10.0.0.0/8", "10.0.0.0", 8, false },
	{ "mapped /96 is all IPv4", TEXT("::ffff:0:0/96"), "0.0.0.0/0", "0.0.0.0", 0, false },
	{ "wider than mapped stays IPv6", TEXT("::ffff:1.2.3.4/95"), "::ffff:1.2.3.4/95", "::fffe:0:0", 95, true },
	{ "IPv4-compatible stays IPv6", TEXT("::1.2.3.4/120"), "::1.2.3.4/120", "::1.2.3.0", 120, true },

	{ "libcidr: short IPv4", TEXT("10.1"), NULL, NULL, 0, false },
	{ "libcidr: a number", TEXT("10"), NULL, NULL, 0, false },
	{ "libcidr: a number and prefix", TEXT("10/8"), NULL, NULL, 0, false },
	{ "libcidr: dot at the end", TEXT("10."), NULL, NULL, 0, false },
	{ "libcidr: two dots", TEXT("10..1"), NULL, NULL, 0, false },
	{ "libcidr: octal", TEXT("010.0.0.1"), NULL, NULL, 0, false },
	{ "libcidr: hex part", TEXT("0x0a.0.0.1"), NULL, NULL, 0, false },
	{ "libcidr: hex number", TEXT("0xa000001"), NULL, NULL, 0, false },
	{ "libcidr: decimal number", TEXT("167772161"), NULL, NULL, 0, false },
	{ "libcidr: netmask", TEXT("1.2.3.4/255.255.0.0"), NULL, NULL, 0, false },
	{ "libcidr: hex netmask", TEXT("1.2.3.4/0xffffff00"), NULL, NULL, 0, false },
	{ "libcidr: /33", TEXT("1.2.3.4/33"), NULL, NULL, 0, false },
	{ "libcidr: /010", TEXT("1.2.3.4/010"), NULL, NULL, 0, false },
	{ "libcidr: /0x18", TEXT("1.2.3.4/0x18"), NULL, NULL, 0, false },
	{ "libcidr: netmask with holes", TEXT("1.2.3.4/255.0.255.0"), NULL, NULL, 0, false },
	{ "libcidr: in-addr.arpa", TEXT("3.2.1.in-addr.arpa"), NULL, NULL, 0, false },
	{ "libcidr: ip6.int", TEXT("1.0.0.0.ip6.int"), NULL, NULL, 0, false },
	{ "libcidr: nothing behind the slash", TEXT("1.2.3.4/"), NULL, NULL, 0, false },
	{ "libcidr: /-1 is everything", TEXT("1.2.3.4/-1"), NULL, NULL, 0, false },
	{ "libcidr: wrapped prefix is everything", TEXT("1.2.3.4/4294967040"), NULL, NULL, 0, false },
	{ "libcidr: letters behind the prefix", TEXT("1.2.3.4/24x"), NULL, NULL, 0, false },
	{ "libcidr: two prefixes", TEXT("1.2.3.4/24/24"), NULL, NULL, 0, false },
	{ "libcidr: nine groups", TEXT("1:2:3:4:5:6:7:8:9"), NULL, NULL, 0, false },
	{ "libcidr: two gaps", TEXT("1::2::3"), NULL, NULL, 0, false },
	{ "libcidr: three colons", TEXT("2001:db8:::1"), NULL, NULL, 0, false },
	{ "libcidr: IPv6 mask", TEXT("::1/ffff::"), NULL, NULL, 0, false },
	{ "libcidr: zone", TEXT("fe80::1%eth0"), NULL, NULL, 0, false },
	{ "libcidr: brackets", TEXT("[::1]"), NULL, NULL, 0, false },
	{ "libcidr: plus", TEXT("+1.2.3.4"), NULL, NULL, 0, false },
	{ "libcidr: heap overrun", TEXT("1::2::3::4::5::6::7::8::9::a::b::c::d::e::f::1::2::3::4::5::6::7::8"), NULL, NULL, 0,
		false },
	{ "libcidr: heap overrun by one", TEXT("0000::0:::1:::1::400:::1::4:::1::40"), NULL, NULL, 0, false },

	{ "empty", TEXT(""), NULL, NULL, 0, false },
	{ "slash alone", TEXT("/"), NULL, NULL, 0, false },
	{ "prefix alone", TEXT("/24"), NULL, NULL, 0, false },
	{ "star", TEXT("*"), NULL, NULL, 0, false },
	{ "wildcard in the address", TEXT("203.0.113.*"), NULL, NULL, 0, false },
	{ "range", TEXT("203.0.113.1-203.0.113.9"), NULL, NULL, 0, false },
	{ "list", TEXT("203.0.113.1,203.0.113.2"), NULL, NULL, 0, false },
	{ "five numbers", TEXT("1.2.3.4.5"), NULL, NULL, 0, false },
	{ "256", TEXT("1.2.3.256"), NULL, NULL, 0, false },
	{ "prefix with plus", TEXT("1.2.3.0/+24"), NULL, NULL, 0, false },
	{ "prefix with a space in front", TEXT("1.2.3.0/ 24"), NULL, NULL, 0, false },
	{ "prefix with a space behind", TEXT("1.2.3.0/24 "), NULL, NULL, 0, false },
	{ "space before the slash", TEXT("1.2.3.0 /24"), NULL, NULL, 0, false },
	{ "prefix 00", TEXT("1.2.3.0/00"), NULL, NULL, 0, false },
	{ "prefix 024", TEXT("1.2.3.0/024"), NULL, NULL, 0, false },
	{ "prefix of four digits", TEXT("1.2.3.0/1000"), NULL, NULL, 0, false },
	{ "prefix 4294967320 is 24 modulo 2^32", TEXT("1.2.3.0/4294967320"), NULL, NULL, 0, false },
	{ "prefix 280 is 24 modulo 256", TEXT("1.2.3.0/280"), NULL, NULL, 0, false },
	{ "IPv6 /129", TEXT("::/129"), NULL, NULL, 0, false },
	{ "IPv6 /999", TEXT("::/999"), NULL, NULL, 0, false },
	{ "mapped /129", TEXT("::ffff:1.2.3.4/129"), NULL, NULL, 0, false },
	{ "NUL in the address", TEXT("1.2.3.4\0/24"), NULL, NULL, 0, false },
	{ "NUL behind the prefix", TEXT("1.2.3.4/24\0"), NULL, NULL, 0, false },
	{ "newline behind the prefix", TEXT("1.2.3.4/24\n"), NULL, NULL, 0, false },
	{ "digits of other scripts", TEXT("1.2.3.4/\xd9\xa2\xd9\xa4"), NULL, NULL, 0, false },
};

static void ip_networks(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(network_cases); i++) {
		const char *name = network_cases[i].name, *seen = network_cases[i].seen;
		struct ip_network network;
		char text[IP_TEXT_SIZE];

		spy.calls = 0;
		spy.last[0] = '\0';
		const char *error = NULL;
		enum ip_network_parsed parsed = ip_network_parse(network_cases[i].input, &network, &error);
		CHECK_CASE(failures, name, (ip_network_wrong(network_cases[i].input) == NULL) == (seen != NULL));
		if (!seen) {
			CHECK_CASE(failures, name, parsed == IP_NETWORK_INVALID);
			CHECK_CASE(failures, name, error != NULL && error[0] != '\0');
			CHECK_CASE(failures, name, spy.calls == 0);
			continue;
		}
		CHECK_CASE(failures, name, error == NULL && parsed == IP_NETWORK_GOOD);
		CHECK_CASE(failures, name, spy.calls == 1 && strcmp(spy.last, seen) == 0);
		if (error)
			continue;
		CHECK_CASE(failures, name, strcmp(ip_print(&network.first, text), network_cases[i].first) == 0);
		CHECK_CASE(failures, name, network.prefix == network_cases[i].prefix);
		CHECK_CASE(failures, name, network.host_bits == network_cases[i].host_bits);
	}
	assert_int_equal(failures, 0);
}

/* 10 KB of anything is refused, and nothing behind the text is read (a sanitizer would say so). */
static void ip_long_texts(void **state)
{
	static const char alphabet[] = "0123456789abcdef:./";
	uint64_t seed = 2;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t length = 1 + check_below(&seed, 10240);
		char *text = malloc(length);
		struct ip_network network;

		assert_non_null(text);
		for (size_t j = 0; j < length; j++)
			text[j] = i < 19 ? alphabet[i] : alphabet[check_below(&seed, sizeof alphabet - 1)];
		assert_int_equal(ip_network_parse((struct text){ text, length }, &network, NULL), IP_NETWORK_INVALID);
		free(text);
	}
}

static const struct {
	const char *name;
	struct text network, ip;
	bool want;
} holds_cases[] = {
	{ "first of /24", TEXT("203.0.113.0/24"), TEXT("203.0.113.0"), true },
	{ "last of /24", TEXT("203.0.113.0/24"), TEXT("203.0.113.255"), true },
	{ "before /24", TEXT("203.0.113.0/24"), TEXT("203.0.112.255"), false },
	{ "behind /24", TEXT("203.0.113.0/24"), TEXT("203.0.114.0"), false },
	{ "host bits given", TEXT("203.0.113.7/24"), TEXT("203.0.113.200"), true },
	{ "inside a byte", TEXT("172.16.0.0/12"), TEXT("172.31.255.255"), true },
	{ "outside, same byte", TEXT("172.16.0.0/12"), TEXT("172.32.0.0"), false },
	{ "bare address", TEXT("192.0.2.1"), TEXT("192.0.2.1"), true },
	{ "next to a bare address", TEXT("192.0.2.1"), TEXT("192.0.2.2"), false },
	{ "bare IPv6 is not a /32", TEXT("2001:db8::1"), TEXT("2001:db8::2"), false },
	{ "IPv6 /32", TEXT("2001:db8::/32"), TEXT("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), true },
	{ "IPv6 outside", TEXT("2001:db8::/32"), TEXT("2001:db9::"), false },
	{ "IPv6 all", TEXT("::/0"), TEXT("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), true },
	{ "IPv4 all", TEXT("0.0.0.0/0"), TEXT("255.255.255.255"), true },
	{ "all IPv6 is no IPv4", TEXT("::/0"), TEXT("192.0.2.1"), false },
	{ "all IPv4 is no IPv6", TEXT("0.0.0.0/0"), TEXT("2001:db8::1"), false },
	{ "0.0.0.0/0 is not ::", TEXT("0.0.0.0/0"), TEXT("::"), false },
	{ "all IPv6 is no mapped IPv4 either", TEXT("::/0"), TEXT("::ffff:192.0.2.1"), false },
	{ "mapped address in an IPv4 network", TEXT("192.0.2.0/24"), TEXT("::ffff:192.0.2.77"), true },
	{ "IPv4 address in a mapped network", TEXT("::ffff:192.0.2.0/120"), TEXT("192.0.2.77"), true },
	{ "outside the mapped network", TEXT("::ffff:192.0.2.0/120"), TEXT("192.0.3.1"), false },
};

static void ip_holds(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(holds_cases); i++) {
		struct ip_network network;
		struct ip ip;

		CHECK_CASE(failures, holds_cases[i].name,
			ip_network_parse(holds_cases[i].network, &network, NULL) == IP_NETWORK_GOOD);
		CHECK_CASE(failures, holds_cases[i].name, ip_parse(holds_cases[i].ip, &ip));
		CHECK_CASE(failures, holds_cases[i].name, ip_network_holds(&network, &ip) == holds_cases[i].want);
	}
	assert_int_equal(failures, 0);

	struct ip none = { 0 };
	struct ip_network all;
	assert_int_equal(ip_network_parse(TEXT("0.0.0.0/0"), &all, NULL), IP_NETWORK_GOOD);
	assert_false(ip_network_holds(&all, &none));
}

/* Every prefix length of both families: libcidr's network against plain arithmetic on bits. */
static void ip_every_prefix(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ip ip = { .family = i % 3 == 0 ? 4 : 6 };
		int size = ip.family == 4 ? 4 : 16, prefix = (int)check_below(&seed, (size_t)size * 8 + 1);
		char address[IP_TEXT_SIZE], text[IP_TEXT_SIZE + 8];
		struct ip_network network;
		struct ip want = { .family = ip.family };

		for (int j = 0; j < size; j++)
			ip.bytes[j] = check_below(&seed, 3) == 0 ? 0 : (uint8_t)check_random(&seed);
		if (ip.family == 6)
			ip.bytes[0] |= 0x20; /* not mapped */
		for (int bit = 0; bit < prefix; bit++)
			want.bytes[bit / 8] |= ip.bytes[bit / 8] & (uint8_t)(0x80 >> bit % 8);
		snprintf(text, sizeof text, "%s/%d", ip_print(&ip, address), prefix);
		if (ip_network_parse(text_of(text), &network, NULL) != IP_NETWORK_GOOD || network.prefix != prefix ||
			memcmp(&network.first, &want, sizeof want) != 0)
			fail_msg("%s", text);
		assert_true(network.host_bits == (memcmp(&want, &ip, sizeof ip) != 0));
		assert_true(ip_network_holds(&network, &ip));
		if (prefix > 0) {
			ip.bytes[(prefix - 1) / 8] ^= (uint8_t)(0x80 >> (prefix - 1) % 8);
			assert_false(ip_network_holds(&network, &ip));
		}
	}
}

static void ip_libcidr_fails(void **state)
{
	struct ip_network network;

	(void)state;
	spy.fail_parse = true;
	assert_int_equal(ip_network_parse(TEXT("192.0.2.0/24"), &network, NULL), IP_NETWORK_INVALID);
	spy.fail_parse = false;
	spy.fail_network = true;
	assert_int_equal(ip_network_parse(TEXT("192.0.2.0/24"), &network, NULL), IP_NETWORK_INVALID);
	spy.fail_network = false;
	/* Understood otherwise: never a network of another width or family. */
	spy.instead = "192.0.2.0/16";
	assert_int_equal(ip_network_parse(TEXT("192.0.2.0/24"), &network, NULL), IP_NETWORK_INVALID);
	spy.instead = "2001:db8::/24";
	assert_int_equal(ip_network_parse(TEXT("192.0.2.0/24"), &network, NULL), IP_NETWORK_INVALID);
	spy.instead = NULL;
	assert_int_equal(ip_network_parse(TEXT("192.0.2.0/24"), &network, NULL), IP_NETWORK_GOOD);
}

/* Each family and length by itself; what libcidr is not asked about is the same network. */
static void ip_libcidr_is_asked_often_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		spy.calls = 0;
		for (unsigned j = 0; j < 4 * IP_NETWORKS_ALIKE; j++) {
			char text[64], want[64], got[IP_TEXT_SIZE];
			struct ip_network network;
			if (i == 0)
				snprintf(text, sizeof text, "10.%u.%u.9/17", j >> 8, j & 255);
			else
				snprintf(text, sizeof text, "2001:db8:%x:%x::9/47", j >> 8, j & 255);
			assert_int_equal(ip_network_parse(text_of(text), &network, NULL), IP_NETWORK_GOOD);
			assert_int_equal(spy.calls, j < IP_NETWORKS_ALIKE ? j + 1 : IP_NETWORKS_ALIKE);
			assert_int_equal(network.prefix, i ? 47 : 17);
			assert_true(network.host_bits);
			if (i == 0)
				snprintf(want, sizeof want, "10.%u.%u.0", j >> 8, j & 128);
			else
				strcpy(want, j >> 8 < 2 ? "2001:db8::" : "2001:db8:2::");
			assert_string_equal(ip_print(&network.first, got), want);
		}
	}
}

static void ip_sockaddrs(void **state)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = 25 };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_scope_id = 3 };
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	char text[IP_TEXT_SIZE];
	struct ip ip;

	(void)state;
	inet_pton(AF_INET, "172.31.5.6", &v4.sin_addr);
	assert_true(ip_from_sockaddr((struct sockaddr *)&v4, &ip));
	assert_string_equal(ip_print(&ip, text), "172.31.5.6");
	inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
	assert_true(ip_from_sockaddr((struct sockaddr *)&v6, &ip));
	assert_string_equal(ip_print(&ip, text), "2001:db8::7");
	inet_pton(AF_INET6, "::ffff:192.0.2.9", &v6.sin6_addr);
	assert_true(ip_from_sockaddr((struct sockaddr *)&v6, &ip));
	assert_string_equal(ip_print(&ip, text), "192.0.2.9");
	assert_int_equal(ip.family, 4);
	for (size_t i = 4; i < sizeof ip.bytes; i++)
		assert_int_equal(ip.bytes[i], 0);
	assert_false(ip_from_sockaddr((struct sockaddr *)&local, &ip));
	assert_false(ip_from_sockaddr(NULL, &ip));
	assert_string_equal(ip_print(&(struct ip){ 0 }, text), "none");
}

/* Addresses of IPv4 are read and printed by hand: just as inet_pton and inet_ntop do it. */
static void ipv4_is_as_the_library_has_it(void **state)
{
	static const char letters[] = "0123456789...25 ";
	uint64_t seed = 3;
	size_t taken = 0;

	(void)state;
	for (size_t i = 0; i < 400000; i++) {
		uint8_t bytes[4], number[4];
		char text[40], want[INET_ADDRSTRLEN], printed[IP_TEXT_SIZE];
		struct ip ip = { 0 };

		for (size_t j = 0; j < 4; j++)
			number[j] = (uint8_t)(check_below(&seed, 3) ? check_below(&seed, 256) : check_below(&seed, 12));
		sprintf(text, "%u.%u.%u.%u", number[0], number[1], number[2], number[3]);
		/* Mostly with one byte more, less, or another. */
		size_t length = strlen(text), at = check_below(&seed, length), how = check_below(&seed, 4);
		if (how == 1)
			text[at] = letters[check_below(&seed, sizeof letters - 1)];
		else if (how == 2)
			memmove(text + at, text + at + 1, length - at);
		else if (how == 3) {
			memmove(text + at + 1, text + at, length - at + 1);
			text[at] = letters[check_below(&seed, sizeof letters - 1)];
		}
		bool good = inet_pton(AF_INET, text, bytes) == 1;
		if (ip_parse(text_of(text), &ip) != good)
			fail_msg("'%s' must be %d", text, good);
		if (!good)
			continue;
		taken++;
		assert_int_equal(ip.family, 4);
		assert_memory_equal(ip.bytes, bytes, 4);
		assert_string_equal(ip_print(&ip, printed), inet_ntop(AF_INET, bytes, want, sizeof want));
	}
	assert_in_range(taken, 100000, 390000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_addresses),
		cmocka_unit_test(ip_networks),
		cmocka_unit_test(ip_long_texts),
		cmocka_unit_test(ip_holds),
		cmocka_unit_test(ip_libcidr_is_asked_often_enough),
		cmocka_unit_test(ip_libcidr_fails),
		cmocka_unit_test(ip_every_prefix),
		cmocka_unit_test(ip_sockaddrs),
		cmocka_unit_test(ipv4_is_as_the_library_has_it),
	};

	return cmocka_run_group_tests_name("ip", tests, NULL, NULL);
}
