/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_redis_trust: whose certificates a Redis behind TLS may show.
 *
 * Those that the system trusts (OpenSSL's default places, which SSL_CERT_FILE and SSL_CERT_DIR change), or those of a file
 * alone: an authority of one's own, an intermediate one, or the certificate of the server itself.
 */
#ifndef QUOTA_QUOTA_REDIS_TRUST_H
#define QUOTA_QUOTA_REDIS_TRUST_H

#include "base/fault.h"

/* OpenSSL's SSL_CTX. */
struct ssl_ctx_st;

/* `file`: certificates in PEM; NULL: the system's. NULL and a fault. To be given back with quota_redis_trust_free(). */
struct ssl_ctx_st *quota_redis_trust_make(const char *file, struct faults *faults);

/* Another owner of it; NULL stays NULL. */
struct ssl_ctx_st *quota_redis_trust_share(struct ssl_ctx_st *trust);

void quota_redis_trust_free(struct ssl_ctx_st *trust);

#endif
