/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_tls: TLS on a connection to Redis, where hiredis was built with it (hiredis_ssl; Debian 13, not 12).
 *
 * The certificate must be of an authority that the system trusts (OpenSSL's default places, which SSL_CERT_FILE and
 * SSL_CERT_DIR change) and bear the name or the address that was connected to. hiredis by itself looks at no name.
 */
#ifndef QUOTA_QUOTA_REDIS_TLS_H
#define QUOTA_QUOTA_REDIS_TLS_H

#include "quota/quota_redis_trouble.h"

#include <hiredis/hiredis.h>

/* Was this program built with it? */
bool quota_redis_tls_is_built(void);

/* False: the connection is to be closed. */
bool quota_redis_tls_start(redisContext *context, const char *name, int64_t deadline, struct quota_redis_trouble *trouble);

#endif
