/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * service_user: as whom the daemon serves. Started as root it becomes the user of
 * the settings for good (groups, real, effective and saved ids, and a check
 * that root cannot come back); as root it serves nobody. Started as another
 * user it stays that user.
 */
#ifndef MILTER_SERVICE_USER_H
#define MILTER_SERVICE_USER_H

#include "base/fault.h"

#include <stdint.h>
#include <sys/types.h>

#define SERVICE_USER_DEFAULT "ses-policy-milter"

/* A uid or gid in decimal digits (0 to 4294967294). False: it is none, and `number` is as before. */
bool service_user_number(const char *text, uint32_t *number);

struct service_user {
	bool change; /* started as root: ids must change before serving */
	uid_t uid;   /* as whom it serves */
	gid_t gid;
	char name[64]; /* of the user, or its number */
};

/*
 * Find out as whom to serve. `user`: a name or a number as the settings say, or NULL for
 * SERVICE_USER_DEFAULT when started as root, else the user that started it. A number that no file of users knows (in a container)
 * is a user whose group has the same number.
 * False and a fault: there is no such user, it is root, or it cannot be had.
 */
bool service_user_find(struct service_user *identity, const char *user, struct faults *faults);

/* Is there a user SERVICE_USER_DEFAULT, or no need for one (not started as root)? Also true when that cannot be found out: service_user_find() tells. */
bool service_user_default_exists(void);

/*
 * Act as that user for a while (effective ids and groups), so that files which
 * it cannot read are found out at start and not at the first reload. Only with
 * one thread. False: errno says why.
 */
bool service_user_borrow(const struct service_user *identity);
bool service_user_return(const struct service_user *identity);

/* Become that user, never to come back. False, with errno: the process must end. */
bool service_user_drop(const struct service_user *identity);

#endif
