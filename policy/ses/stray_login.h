/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stray_login: logins that miss every entry of the site's list that bears a login's name, and so are what everybody else
 * is. Most often an entry for them is there and spells them otherwise. The daemon's log and `ses-policy eval` say it in
 * the same words.
 */
#ifndef SES_STRAY_LOGIN_H
#define SES_STRAY_LOGIN_H

#include "ses/principal_map.h"

/*
 * Is this a login that only "*", an entry for everyone or none fits? `rule` is what principal_find found for it. A list that
 * names no login is missed by none: there "*" is meant for all. What is refused is no stray, nor what a network takes, nor whom IAM names.
 */
bool stray_login_is(const struct principal_map *map, const struct principal_rule *rule, struct text login);

/*
 * The sentence about one, printable, into `out`: what it fits, and what would help. `ip` as in principal_find; `login` is what the
 * MTA told. Returns out.
 */
#define STRAY_LOGIN_SIZE 640
const char *stray_login_say(const struct principal_map *map, const struct principal_rule *rule, struct text login,
	const struct ip *ip, char out[STRAY_LOGIN_SIZE]);

#endif
