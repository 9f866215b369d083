/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_tls: TLS on a connection to Redis, where hiredis was built with it (hiredis_ssl; Debian 13, not 12).
 *
 * The certificate must be one that is trusted (quota_redis_trust.h) and bear the name or the address that was connected to.
 * hiredis by itself looks at no name.
 */
#ifndef QUOTA_QUOTA_REDIS_TLS_H
#define QUOTA_QUOTA_REDIS_TLS_H

#include "quota/quota_redis_trouble.h"
#include "quota/quota_redis_trust.h"

#include <hiredis/hiredis.h>

/* Was this program built with it? */
bool quota_redis_tls_is_built(void);

/* False: the connection is to be closed. */
bool quota_redis_tls_start(redisContext *context, struct ssl_ctx_st *trust, const char *name, int64_t deadline,
	struct quota_redis_trouble *trouble);

#endif
