/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_member: members of what SES answers, read strictly: what is not as SES prints it is a fault, not a guess.
 */
#ifndef SES_ACCOUNT_MEMBER_H
#define SES_ACCOUNT_MEMBER_H

#include "base/fault.h"
#include "base/json_source.h"

/* What a fault ends with. */
#define ACCOUNT_AGAIN "fetch the account's state again"

/* A member of the object at `path` (NULL: the root) that must be true or false. */
bool account_switch(const struct json_source *source, const struct json_path *path, const json_t *object, const char *name,
	struct faults *faults);

/* A member that must be a text. Empty, and a fault: it is none. */
struct text account_string(const struct json_source *source, const struct json_path *path, const json_t *object, const char *name,
	struct faults *faults);

/* An object in the root that may be missing: NULL then, and NULL and a fault if it is none. */
const json_t *account_object(const struct json_source *source, const json_t *root, const char *name, struct faults *faults);

/* The reasons of a list SuppressedReasons that may be missing: bits of enum suppression. */
unsigned account_reasons(const struct json_source *source, const json_t *options, struct faults *faults);

/* What the file says that it is about must be what it is named after. */
void account_name_check(const struct json_source *source, struct text name, const json_t *object, const char *member,
	struct faults *faults);

#endif
