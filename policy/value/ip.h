/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ip: addresses and networks as aws:SourceIp has them.
 *
 * Text is checked strictly here first: what inet_pton takes, then optionally
 * `/` and one to three decimal digits without a leading zero, in range. Only
 * text that passed, printed again by inet_ntop, reaches libcidr, in a buffer
 * with room in front: its cidr_from_str overruns the heap on hostile text,
 * reads in front of short strings, and takes `1.2.3.4/-1` for every address.
 *
 * IPv4-mapped IPv6 (::ffff:a.b.c.d) becomes IPv4, as an address and, from /96
 * on, as a network. The two families never match each other.
 */
#ifndef VALUE_IP_H
#define VALUE_IP_H

#include "base/text.h"

#include <stdint.h>
#include <sys/socket.h>

struct ip {
	uint8_t family;    /* 4 or 6; 0: none */
	uint8_t bytes[16]; /* network order; the first 4 for IPv4, rest zero */
};

struct ip_network {
	struct ip first; /* host bits cleared: the policy's are ignored, as IAM does */
	uint8_t prefix;  /* 0..32 or 0..128 */
	bool host_bits;  /* the text had host bits set (lint says so) */
};

/* An address alone, as a request has it. False: not an address. */
bool ip_parse(struct text t, struct ip *ip);

/* From a socket address; false for families other than AF_INET and AF_INET6, and for NULL. */
bool ip_from_sockaddr(const struct sockaddr *address, struct ip *ip);

/* The usual text form, into a buffer of IP_TEXT_SIZE bytes. */
#define IP_TEXT_SIZE 46
const char *ip_print(const struct ip *ip, char text[IP_TEXT_SIZE]);

enum ip_network_parsed {
	IP_NETWORK_GOOD,
	IP_NETWORK_INVALID, /* it is none */
	IP_NETWORK_MEMORY,  /* that could not be found out: memory is short */
};

#define IP_NETWORKS_ALIKE 256

/*
 * An address or CIDR of a policy; a bare address is /32 or /128. libcidr reads it too, and must see the same network.
 * After that many of the same family and prefix length it is not asked any more: its allocations were half the time that
 * a million networks take.
 *
 * If it is INVALID, *wrong (NULL: not wanted) is what is wrong (to be read behind `"TEXT" is`) and what would be right, a
 * constant string.
 */
enum ip_network_parsed ip_network_parse(struct text t, struct ip_network *network, const char **wrong)
	__attribute__((warn_unused_result));

/* The same words without the network, for which no memory is taken; NULL: nothing is wrong. */
const char *ip_network_wrong(struct text t);

bool ip_network_holds(const struct ip_network *network, const struct ip *ip);

#endif
