/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clients: the settings' list of principals as lint asks about it: by the code by which the daemon finds a client's principal.
 */
#ifndef LINT_CLIENTS_H
#define LINT_CLIENTS_H

#include "base/fault.h"
#include "ses/principal_map.h"

/* Compile the list. `account` NULL: not known. False: faults were told. */
bool clients_compile(struct arena *arena, const struct site_options *options, const char *account, struct principal_map *out,
	struct faults *faults);

/* Could somebody who sends from this site be this user or role? */
bool clients_give(const struct principal_map *map, struct text arn);

/* The login that rule `index` makes this user of; empty: none, for the ARN is another or the rule wants no login. */
struct text clients_login_of(const struct principal_map *map, size_t index, struct text arn);

/*
 * The same account as another client, or another MTA, might spell it: with a realm that no site has, or without the one it has.
 * .at is NULL when memory is short.
 */
struct text clients_other_spelling(struct arena *arena, struct text login);

/*
 * The first rule that bears no login and takes this one from some address at which rule `from` takes clients; and as whom. NULL:
 * there is none, or the login is refused wherever it comes from, or (arena->failed) memory is short.
 */
const struct principal_rule *clients_opening(const struct principal_map *map, struct arena *arena, size_t from, struct text login,
	struct caller *caller);

#endif
