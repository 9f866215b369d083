/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_address: where a Redis for quotas is, as the setting writes it.
 *
 *     redis://HOST[:PORT][/DATABASE]          rediss: the same, through TLS
 *     unix:/PATH
 *     sentinel://HOST[:PORT],HOST[:PORT],.../NAME[/DATABASE]
 *
 * A host is a name or an address; one of IPv6 stands in brackets. User and password have settings of their own: a setting
 * that holds them is refused. No name is looked up here.
 */
#ifndef QUOTA_QUOTA_REDIS_ADDRESS_H
#define QUOTA_QUOTA_REDIS_ADDRESS_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#define QUOTA_REDIS_PORT 6379
#define QUOTA_REDIS_SENTINEL_PORT 26379
#define QUOTA_REDIS_HOSTS_MAX 9

enum quota_redis_way { QUOTA_REDIS_TCP, QUOTA_REDIS_TLS, QUOTA_REDIS_UNIX, QUOTA_REDIS_SENTINEL };

/* A name of 253 bytes at most, or an address as inet_ntop prints it. */
struct quota_redis_host {
	char name[256];
	uint16_t port;
};

struct quota_redis_address {
	enum quota_redis_way way;
	char path[sizeof((struct sockaddr_un *)0)->sun_path]; /* QUOTA_REDIS_UNIX */
	struct quota_redis_host hosts[QUOTA_REDIS_HOSTS_MAX]; /* else: one, or the Sentinels */
	size_t count;
	char master[128]; /* QUOTA_REDIS_SENTINEL: what the Sentinels call it */
	unsigned database;
};

/* Does the setting mean Redis? Everything else is a file, or a mistake that is told of elsewhere. */
bool quota_redis_address_is(const char *store);

/* False and a fault. It does not look whether the program was built for it. */
bool quota_redis_address_parse(const char *store, struct quota_redis_address *address, struct faults *faults);

/* "HOST:PORT", as Redis writes it in MOVED: brackets or none around IPv6. An empty HOST is left empty. False: it is none. */
bool quota_redis_address_host(struct text written, struct quota_redis_host *host);

/* Is it made of what names and addresses are made of, and is not too long? */
bool quota_redis_address_name(struct text written, struct quota_redis_host *host);

#endif
