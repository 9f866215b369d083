/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libcidr.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MAPPED_PREFIX 96
#define SPARE 16 /* cidr_from_str reads up to 13 bytes in front of its text */

static const uint8_t mapped[MAPPED_PREFIX / 8] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool is_mapped(const struct ip *ip)
{
	return ip->family == 6 && memcmp(ip->bytes, mapped, sizeof mapped) == 0;
}

static void unmap(struct ip *ip)
{
	ip->family = 4;
	memmove(ip->bytes, ip->bytes + sizeof mapped, 4);
	memset(ip->bytes + 4, 0, sizeof ip->bytes - 4);
}

/* Four decimal numbers up to 255 without needless zeros, with points between them: just what inet_pton takes. */
static bool parse_ipv4(struct text t, uint8_t bytes[4])
{
	size_t at = 0;

	for (size_t i = 0; i < 4; i++) {
		unsigned number = 0;
		size_t first;

		if (i > 0 && (at == t.length || t.at[at++] != '.'))
			return false;
		for (first = at; at < t.length && t.at[at] >= '0' && t.at[at] <= '9' && at - first < 3; at++)
			number = number * 10 + (unsigned)(t.at[at] - '0');
		if (at == first || number > 255 || (t.at[first] == '0' && at - first > 1))
			return false;
		bytes[i] = (uint8_t)number;
	}
	return at == t.length;
}

/* As inet_pton reads it: IPv4-mapped stays IPv6. */
static bool parse_as_written(struct text t, struct ip *ip)
{
	char string[INET6_ADDRSTRLEN];

	*ip = (struct ip){ 0 };
	if (parse_ipv4(t, ip->bytes)) {
		ip->family = 4;
		return true;
	}
	if (t.length == 0 || t.length >= sizeof string || memchr(t.at, '\0', t.length))
		return false;
	memcpy(string, t.at, t.length);
	string[t.length] = '\0';
	*ip = (struct ip){ 0 };
	if (inet_pton(AF_INET6, string, ip->bytes) == 1)
		ip->family = 6;
	return ip->family != 0;
}

bool ip_parse(struct text t, struct ip *ip)
{
	struct ip parsed;

	if (!parse_as_written(t, &parsed))
		return false;
	if (is_mapped(&parsed))
		unmap(&parsed);
	*ip = parsed;
	return true;
}

bool ip_from_sockaddr(const struct sockaddr *address, struct ip *ip)
{
	/* Copied out, since a struct sockaddr need not be aligned for its larger kinds. */
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (!address)
		return false;
	switch (address->sa_family) {
	case AF_INET:
		memcpy(&v4, address, sizeof v4);
		*ip = (struct ip){ .family = 4 };
		memcpy(ip->bytes, &v4.sin_addr, 4);
		return true;
	case AF_INET6:
		memcpy(&v6, address, sizeof v6);
		*ip = (struct ip){ .family = 6 };
		memcpy(ip->bytes, &v6.sin6_addr, 16);
		if (is_mapped(ip))
			unmap(ip);
		return true;
	default:
		return false;
	}
}

/* Every message brings one: inet_ntop, which calls sprintf for it, takes ten times as long. */
static const char *print_ipv4(const uint8_t bytes[4], char text[IP_TEXT_SIZE])
{
	char *at = text;

	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			*at++ = '.';
		if (bytes[i] >= 100)
			*at++ = (char)('0' + bytes[i] / 100);
		if (bytes[i] >= 10)
			*at++ = (char)('0' + bytes[i] / 10 % 10);
		*at++ = (char)('0' + bytes[i] % 10);
	}
	*at = '\0';
	return text;
}

const char *ip_print(const struct ip *ip, char text[IP_TEXT_SIZE])
{
	const char *printed = NULL;

	if (ip->family == 4)
		printed = print_ipv4(ip->bytes, text);
	else if (ip->family == 6)
		printed = inet_ntop(AF_INET6, ip->bytes, text, IP_TEXT_SIZE);
	return printed ? printed : strcpy(text, "none");
}

/* One to three decimal digits without a leading zero; -1: not that. */
static int parse_prefix(struct text t)
{
	int prefix = 0;

	if (t.length < 1 || t.length > 3 || (t.length > 1 && t.at[0] == '0'))
		return -1;
	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return -1;
		prefix = prefix * 10 + (t.at[i] - '0');
	}
	return prefix;
}

static bool copy_bytes(const CIDR *cidr, struct ip *ip)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (ip->family == 4 && cidr_to_inaddr(cidr, &v4)) {
		memcpy(ip->bytes, &v4, sizeof v4);
		return true;
	}
	if (ip->family == 6 && cidr_to_in6addr(cidr, &v6)) {
		memcpy(ip->bytes, &v6, sizeof v6);
		return true;
	}
	return false;
}

static struct ip first_of(const struct ip *ip, int prefix)
{
	struct ip first = *ip;
	size_t whole = (size_t)prefix / 8;

	if (whole < sizeof first.bytes) {
		first.bytes[whole] &= (uint8_t)(0xff00u >> prefix % 8);
		memset(first.bytes + whole + 1, 0, sizeof first.bytes - whole - 1);
	}
	return first;
}

/* Let libcidr work out the network of an address and a prefix that are known to be good. */
static bool ask_libcidr(const struct ip *ip, int prefix, struct ip *first)
{
	char buffer[SPARE + IP_TEXT_SIZE + sizeof("/128")] = { 0 };
	char *text = buffer + SPARE;

	ip_print(ip, text);
	size_t length = strlen(text);
	snprintf(text + length, sizeof buffer - SPARE - length, "/%d", prefix);

	CIDR *given = cidr_from_str(text);
	CIDR *network = given ? cidr_addr_network(given) : NULL;
	*first = (struct ip){ .family = ip->family };
	bool taken = network && cidr_get_pflen(given) == prefix && copy_bytes(network, first);
	if (network)
		cidr_free(network);
	if (given)
		cidr_free(given);
	return taken;
}

/* Whatever libcidr may see otherwise than we do, it must not widen a network. */
static bool network_of(const struct ip *ip, int prefix, struct ip_network *network)
{
	static atomic_uint alike[2][129]; /* by family and prefix: networks that libcidr saw as we do */
	atomic_uint *count = &alike[ip->family == 6][prefix];
	struct ip first;

	*network = (struct ip_network){ .first = first_of(ip, prefix), .prefix = (uint8_t)prefix };
	network->host_bits = memcmp(network->first.bytes, ip->bytes, sizeof ip->bytes) != 0;
	if (atomic_load_explicit(count, memory_order_relaxed) >= IP_NETWORKS_ALIKE)
		return true;
	if (!ask_libcidr(ip, prefix, &first) || memcmp(first.bytes, network->first.bytes, sizeof first.bytes) != 0)
		return false;
	atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
	return true;
}

/* Both parts of a text; NULL, or what is wrong with it. */
static const char *read_network(struct text t, struct ip *ip, int *prefix)
{
	size_t slash = text_find(t, '/', 0);

	if (!parse_as_written(text_first(t, slash), ip))
		return "not an IP address or network; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32";
	int largest = ip->family == 4 ? 32 : 128;
	*prefix = slash == t.length ? largest : parse_prefix(text_from(t, slash + 1));
	if (*prefix < 0)
		return "a network whose prefix length is no plain decimal number; write /24, not /024, /+24 or /255.255.255.0";
	if (*prefix > largest)
		return ip->family == 4 ? "a network with too long a prefix; write at most /32"
				       : "a network with too long a prefix; write at most /128";
	return NULL;
}

const char *ip_network_wrong(struct text t)
{
	struct ip ip;
	int prefix;

	return read_network(t, &ip, &prefix);
}

enum ip_network_parsed ip_network_parse(struct text t, struct ip_network *network, const char **wrong)
{
	struct ip ip;
	int prefix;
	const char *what = read_network(t, &ip, &prefix);

	if (!what) {
		if (is_mapped(&ip) && prefix >= MAPPED_PREFIX) {
			unmap(&ip);
			prefix -= MAPPED_PREFIX;
		}
		errno = 0;
		if (network_of(&ip, prefix, network))
			return IP_NETWORK_GOOD;
		if (errno == ENOMEM)
			return IP_NETWORK_MEMORY;
		what = "a network that libcidr reads otherwise; write its address in full, as in 192.0.2.0/24 or 2001:db8::/32";
	}
	if (wrong)
		*wrong = what;
	return IP_NETWORK_INVALID;
}

bool ip_network_holds(const struct ip_network *network, const struct ip *ip)
{
	size_t whole = network->prefix / 8, bits = network->prefix % 8;

	if (ip->family == 0 || ip->family != network->first.family)
		return false;
	if (memcmp(ip->bytes, network->first.bytes, whole) != 0)
		return false;
	return bits == 0 || ((ip->bytes[whole] ^ network->first.bytes[whole]) >> (8 - bits)) == 0;
}
