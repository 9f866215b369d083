/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_tls.h"

#include "base/fault.h"
#include "config.h"

#ifdef HAVE_HIREDIS_SSL

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

bool quota_redis_tls_is_built(void)
{
	return true;
}

/* Of a name also what the server chooses its certificate by (SNI), which has no addresses. */
static bool expect(SSL *ssl, const char *name)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	return SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
}

/* The handshake waits in the system's calls, each of them not longer than what is left now. */
static bool blocking(redisContext *context, int64_t left)
{
	struct timeval time = { .tv_sec = left / 1000000, .tv_usec = left % 1000000 };
	int flags = fcntl(context->fd, F_GETFL);

	if (left <= 0 || flags < 0 || fcntl(context->fd, F_SETFL, flags & ~O_NONBLOCK) != 0)
		return false;
	context->flags |= REDIS_BLOCK;
	return setsockopt(context->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0 &&
		setsockopt(context->fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0;
}

static bool not_blocking(redisContext *context)
{
	int flags = fcntl(context->fd, F_GETFL);

	context->flags &= ~REDIS_BLOCK;
	return flags >= 0 && fcntl(context->fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool failed(redisContext *context, SSL *ssl, const char *name, int64_t deadline, struct quota_redis_trouble *trouble)
{
	long verified = SSL_get_verify_result(ssl);
	char shown[200];

	if (quota_redis_trouble_now() >= deadline)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_TIMEOUT, "no answer in time (TLS handshake)");
	if (verified != X509_V_OK)
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_REFUSED, "the certificate of %s is not trusted: %s", name,
			X509_verify_cert_error_string(verified));
	return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "TLS: %s",
		text_escape(text_of(context->errstr), shown, sizeof shown));
}

bool quota_redis_tls_start(redisContext *context, struct ssl_ctx_st *trust, const char *name, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	SSL *ssl = SSL_new(trust);

	if (!ssl || !expect(ssl, name)) {
		SSL_free(ssl);
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_MEMORY, "TLS cannot be prepared");
	}
	if (!blocking(context, deadline - quota_redis_trouble_now())) {
		SSL_free(ssl);
		return quota_redis_trouble_set(trouble, QUOTA_ERROR_TIMEOUT, "no answer in time (connecting)");
	}
	/* Kept for the words about a failure: hiredis gives its own hold back then. */
	SSL_up_ref(ssl);
	ERR_clear_error();
	bool good = redisInitiateSSL(context, ssl) == REDIS_OK && not_blocking(context);
	if (!good)
		failed(context, ssl, name, deadline, trouble);
	SSL_free(ssl);
	return good;
}

#else

bool quota_redis_tls_is_built(void)
{
	return false;
}

bool quota_redis_tls_start(redisContext *context, struct ssl_ctx_st *trust, const char *name, int64_t deadline,
	struct quota_redis_trouble *trouble)
{
	(void)context, (void)trust, (void)name, (void)deadline;
	return quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "this program was built without TLS for Redis");
}

#endif
