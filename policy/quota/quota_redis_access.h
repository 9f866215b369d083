/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_access: how a Redis for quotas is reached, as the options say it and the files that they name: address, passwords,
 * certificates.
 */
#ifndef QUOTA_QUOTA_REDIS_ACCESS_H
#define QUOTA_QUOTA_REDIS_ACCESS_H

#include "quota/quota.h"
#include "quota/quota_redis_connect.h"

struct quota_redis_access {
	struct quota_redis_address address;
	char secrets[QUOTA_REDIS_PLACES][QUOTA_REDIS_SECRET_SIZE]; /* "": none */
	struct ssl_ctx_st *trust;                                  /* NULL: without TLS */
};

/* "quotas.store_password_file" and the like, for faults. */
extern const char *const quota_redis_password_settings[QUOTA_REDIS_PLACES];

/* Is the address one that this program was built for? */
bool quota_redis_access_address(const char *store, struct quota_redis_address *address, struct faults *faults);

/* False and a fault. To be given back with quota_redis_access_clear() in either case. */
bool quota_redis_access_read(const struct quota_options *options, struct quota_redis_access *access, struct faults *faults);

void quota_redis_access_clear(struct quota_redis_access *access);

#endif
