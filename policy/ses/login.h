/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * login: a SASL login and the name in it.
 *
 * Cyrus SASL appends a realm to a login (`billing@relay.example`), Dovecot does not, and often a client may write either:
 * one account then has two spellings. The setting login_realms names the realms that are no part of an account's name.
 * What is left is the login to everything here: the list of principals, ${login}, the log and the records.
 */
#ifndef SES_LOGIN_H
#define SES_LOGIN_H

#include "base/arena.h"
#include "ses/site_options.h"

struct login_realms {
	struct text *at;
	size_t count;
};

/* Copy the setting to the arena. False when memory is short. */
bool login_realms_compile(struct arena *arena, const struct string_list *options, struct login_realms *out);

/* What follows the last at sign if that is one of the realms (without regard to case and a last dot, as of domains); else empty. */
struct text login_realm(const struct login_realms *realms, struct text login);

/*
 * The login without its realm. False, and *name is the login as it came: nothing is left, or what is left ends in such a
 * realm again. It could be anybody's, and must not be taken for that of a client without an entry.
 */
bool login_name(const struct login_realms *realms, struct text login, struct text *name);

#endif
