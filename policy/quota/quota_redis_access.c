/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_access.h"

#include "quota/quota_redis_tls.h"

#include <string.h>

/* The settings of each place, in the order of enum quota_redis_place. */
static const struct {
	const char *user, *password_file;
} settings[QUOTA_REDIS_PLACES] = {
	[QUOTA_REDIS_AT_SERVER] = { "store_user", "store_password_file" },
	[QUOTA_REDIS_AT_SENTINEL] = { "store_sentinel_user", "store_sentinel_password_file" },
};

const char *const quota_redis_password_settings[QUOTA_REDIS_PLACES] = {
	[QUOTA_REDIS_AT_SERVER] = "quotas.store_password_file",
	[QUOTA_REDIS_AT_SENTINEL] = "quotas.store_sentinel_password_file",
};

bool quota_redis_access_address(const char *store, struct quota_redis_address *address, struct faults *faults)
{
	if (!quota_redis_address_parse(store, address, faults))
		return false;
	if (address->way != QUOTA_REDIS_TLS || quota_redis_tls_is_built())
		return true;
	fault_add(faults,
		"quotas.store: `rediss:` needs a hiredis with TLS (hiredis_ssl), which this program was built without; "
		"reach Redis through a tunnel such as stunnel and its `unix:` socket, or build with hiredis_ssl");
	return false;
}

static bool user_check(enum quota_redis_place place, const char *user, const char *password_file, struct faults *faults)
{
	if (!user)
		return true;
	if (!password_file) {
		fault_add(faults, "quotas.%s: a user needs a password; name its file as `%s`", settings[place].user,
			settings[place].password_file);
		return false;
	}
	if (user[0] && strlen(user) < QUOTA_REDIS_USER_SIZE)
		return true;
	fault_add(faults, "quotas.%s: a user of Redis has 1 to %d bytes", settings[place].user, QUOTA_REDIS_USER_SIZE - 1);
	return false;
}

/* Does what the options say fit the way to Redis? */
static bool ways_check(const struct quota_options *options, enum quota_redis_way way, struct faults *faults)
{
	if (way != QUOTA_REDIS_SENTINEL && (options->sentinel_user || options->sentinel_password_file)) {
		fault_add(faults, "quotas.%s: no Sentinel is asked; write sentinel://a,b,c/NAME as `store`, or take it out",
			options->sentinel_user ? settings[QUOTA_REDIS_AT_SENTINEL].user
					       : settings[QUOTA_REDIS_AT_SENTINEL].password_file);
		return false;
	}
	if (way != QUOTA_REDIS_TLS && options->ca_file) {
		fault_add(faults,
			"quotas.store_ca_file: Redis is reached without TLS; write rediss://... as `store`, or take it out");
		return false;
	}
	return true;
}

static bool secret_read(enum quota_redis_place place, const char *path, struct quota_redis_access *access, struct faults *faults)
{
	return !path || quota_redis_secret_read(quota_redis_password_settings[place], path, access->secrets[place], faults);
}

bool quota_redis_access_read(const struct quota_options *options, struct quota_redis_access *access, struct faults *faults)
{
	memset(access, 0, sizeof *access);
	if (!quota_redis_access_address(options->store, &access->address, faults) ||
		!ways_check(options, access->address.way, faults) ||
		!user_check(QUOTA_REDIS_AT_SERVER, options->user, options->password_file, faults) ||
		!user_check(QUOTA_REDIS_AT_SENTINEL, options->sentinel_user, options->sentinel_password_file, faults) ||
		!secret_read(QUOTA_REDIS_AT_SERVER, options->password_file, access, faults) ||
		!secret_read(QUOTA_REDIS_AT_SENTINEL, options->sentinel_password_file, access, faults))
		return false;
	if (access->address.way != QUOTA_REDIS_TLS)
		return true;
	access->trust = quota_redis_trust_make(options->ca_file, faults);
	return access->trust != NULL;
}

void quota_redis_access_clear(struct quota_redis_access *access)
{
	quota_redis_trust_free(access->trust);
	explicit_bzero(access, sizeof *access);
}
