/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_trust.h"

#include "config.h"

#ifdef HAVE_HIREDIS_SSL

#include "quota/quota_redis_read.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SETTING "quotas.store_ca_file"
/* The bundle of a whole system has a quarter of it. */
#define FILE_MAX ((size_t)1024 * 1024)

static bool unusable(struct faults *faults, const char *path, const char *what)
{
	char shown[300];

	fault_add(faults, SETTING ": %s %s; name a file of certificates in PEM (`-----BEGIN CERTIFICATE-----`)",
		text_escape(text_of(path), shown, sizeof shown), what);
	return false;
}

/* What is no certificate is passed over, as a key beside it; what begins as one must be one. */
static bool add_all(X509_STORE *store, BIO *bytes, const char *path, struct faults *faults)
{
	X509 *one;
	size_t count = 0;
	bool good = true;

	ERR_clear_error();
	for (; good && (one = PEM_read_bio_X509(bytes, NULL, NULL, NULL)); count++) {
		good = X509_STORE_add_cert(store, one) == 1;
		X509_free(one);
	}
	unsigned long error = ERR_peek_last_error();
	bool ended = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	if (!good || !ended)
		return unusable(faults, path, "holds a certificate that cannot be read");
	return count > 0 || unusable(faults, path, "holds no certificate");
}

static bool add_file(SSL_CTX *trust, const char *path, struct faults *faults)
{
	static const struct quota_redis_read_rule rule = { S_IWOTH, "make it `chmod 0644`" };
	char *bytes = malloc(FILE_MAX);
	size_t size = 0;
	bool good = false;

	if (!bytes) {
		fault_memory(faults);
		return false;
	}
	if (quota_redis_read(SETTING, path, &rule, bytes, FILE_MAX, &size, faults)) {
		BIO *bio = size < FILE_MAX ? BIO_new_mem_buf(bytes, (int)size) : NULL;

		if (bio)
			good = add_all(SSL_CTX_get_cert_store(trust), bio, path, faults);
		else if (size == FILE_MAX)
			unusable(faults, path, "is larger than a megabyte");
		else
			fault_memory(faults);
		BIO_free(bio);
	}
	free(bytes);
	return good;
}

static bool fill(SSL_CTX *trust, const char *file, struct faults *faults)
{
	SSL_CTX_set_verify(trust, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_set_min_proto_version(trust, TLS1_2_VERSION) == 1 &&
		(file ? X509_STORE_set_flags(SSL_CTX_get_cert_store(trust), X509_V_FLAG_PARTIAL_CHAIN)
		      : SSL_CTX_set_default_verify_paths(trust)) == 1)
		return !file || add_file(trust, file, faults);
	fault_memory(faults);
	return false;
}

struct ssl_ctx_st *quota_redis_trust_make(const char *file, struct faults *faults)
{
	SSL_CTX *trust = SSL_CTX_new(TLS_client_method());

	if (!trust) {
		fault_memory(faults);
		return NULL;
	}
	if (fill(trust, file, faults))
		return trust;
	SSL_CTX_free(trust);
	return NULL;
}

struct ssl_ctx_st *quota_redis_trust_share(struct ssl_ctx_st *trust)
{
	if (trust)
		SSL_CTX_up_ref(trust);
	return trust;
}

void quota_redis_trust_free(struct ssl_ctx_st *trust)
{
	SSL_CTX_free(trust);
}

#else

/* Nobody comes here: the setting is refused before. */
struct ssl_ctx_st *quota_redis_trust_make(const char *file, struct faults *faults)
{
	(void)file;
	fault_add(faults, "quotas.store: this program was built without TLS for Redis; build it with hiredis_ssl");
	return NULL;
}

struct ssl_ctx_st *quota_redis_trust_share(struct ssl_ctx_st *trust)
{
	return trust;
}

void quota_redis_trust_free(struct ssl_ctx_st *trust)
{
	(void)trust;
}

#endif
