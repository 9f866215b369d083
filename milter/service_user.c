/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "service_user.h"

#include "base/system_error.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Root in any of the three ids can become root again. */
static bool holds_root(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) != 0 || real == 0 || effective == 0 || saved == 0;
}

static void name_of(uid_t uid, char *name, size_t size)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry)
		snprintf(name, size, "%s", entry->pw_name);
	else
		snprintf(name, size, "%lu", (unsigned long)uid);
}

/* NULL: there is no such user, or, with an error, that could not be found out. (getpwnam(3), "RETURN VALUE") */
static const struct passwd *user_find(const char *name, int *error)
{
	errno = 0;
	const struct passwd *entry = getpwnam(name);

	*error = !entry && system_error_remedy(errno) ? errno : 0;
	return entry;
}

bool service_user_number(const char *text, uint32_t *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 10 || strspn(text, "0123456789") != length)
		return false;
	unsigned long long value = strtoull(text, NULL, 10);
	/* The last number stands for "leave it as it is" (setresuid(2)). */
	if (value >= UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

/* A user by its number. False: it is none. */
static bool user_by_number(struct service_user *identity, const char *wanted, int *error)
{
	uint32_t number;

	if (!service_user_number(wanted, &number))
		return false;
	errno = 0;
	const struct passwd *entry = getpwuid(number);
	*error = !entry && system_error_remedy(errno) ? errno : 0;
	identity->uid = number;
	identity->gid = entry ? entry->pw_gid : number;
	snprintf(identity->name, sizeof identity->name, "%s", entry ? entry->pw_name : wanted);
	return true;
}

/* False: there is no such user, or, with an error, that could not be found out. */
static bool user_take(struct service_user *identity, const char *wanted, int *error)
{
	const struct passwd *entry = user_find(wanted, error);

	if (!entry)
		return !*error && user_by_number(identity, wanted, error) && !*error;
	identity->uid = entry->pw_uid;
	identity->gid = entry->pw_gid;
	snprintf(identity->name, sizeof identity->name, "%s", entry->pw_name);
	return true;
}

bool service_user_find(struct service_user *identity, const char *user, struct faults *faults)
{
	const char *wanted = user ? user : SERVICE_USER_DEFAULT;
	char shown[96];
	int error;

	memset(identity, 0, sizeof *identity);
	identity->change = holds_root();
	if (!identity->change && !user) {
		identity->uid = geteuid();
		identity->gid = getegid();
		name_of(identity->uid, identity->name, sizeof identity->name);
		return true;
	}
	text_escape(text_of(wanted), shown, sizeof shown);
	bool found = user_take(identity, wanted, &error);
	if (error) {
		fault_system(faults, error, "try again", "user: `%s` cannot be looked up", shown);
		return false;
	}
	if (!found) {
		fault_add(faults,
			"user: there is no user `%s`; create it (useradd --system %s), or name another with "
			"--user or the setting \"user\"",
			shown, SERVICE_USER_DEFAULT);
		return false;
	}
	if (identity->uid == 0) {
		fault_add(faults,
			"user: `%s` is root, and a mail filter does not run as root; name a user that owns "
			"nothing, for instance %s",
			shown, SERVICE_USER_DEFAULT);
		return false;
	}
	if (!identity->change && identity->uid != geteuid()) {
		char now[64];
		name_of(geteuid(), now, sizeof now);
		fault_add(faults, "user: started as %s, which cannot become `%s`; start it as root or as `%s`", now, shown, shown);
		return false;
	}
	return true;
}

bool service_user_default_exists(void)
{
	int error;

	return !holds_root() || user_find(SERVICE_USER_DEFAULT, &error) || error;
}

bool service_user_borrow(const struct service_user *identity)
{
	if (!identity->change)
		return true;
	return initgroups(identity->name, identity->gid) == 0 && setegid(identity->gid) == 0 && seteuid(identity->uid) == 0;
}

bool service_user_return(const struct service_user *identity)
{
	if (!identity->change)
		return true;
	return seteuid(0) == 0 && setegid(0) == 0;
}

bool service_user_drop(const struct service_user *identity)
{
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	if (identity->change &&
		(initgroups(identity->name, identity->gid) != 0 || setresgid(identity->gid, identity->gid, identity->gid) != 0 ||
			setresuid(identity->uid, identity->uid, identity->uid) != 0))
		return false;
	if (getresuid(&real_uid, &effective_uid, &saved_uid) != 0 || getresgid(&real_gid, &effective_gid, &saved_gid) != 0)
		return false;
	errno = EPERM;
	if (holds_root() || real_uid != identity->uid || effective_uid != identity->uid || saved_uid != identity->uid)
		return false;
	if (identity->change &&
		(real_gid != identity->gid || effective_gid != identity->gid || saved_gid != identity->gid || setuid(0) == 0 ||
			seteuid(0) == 0))
		return false;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}
