/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_file: what a file of policies holds (policy_shape.h lists the shapes), document by document.
 *
 * Places inside JSON text in a string are told as FILE[NAME]:line:column of the inner text.
 */
#ifndef IAM_POLICY_FILE_H
#define IAM_POLICY_FILE_H

#include "base/json_source.h"
#include "iam/policy_set.h"

/* One document of a file; all of it lives only during the call that it is handed to. */
struct policy_document {
	const struct json_source *source; /* the text that it stands in: the file's, or its own */
	const struct json_path *path;     /* where in that text; NULL: it is the root */
	const char *member;               /* of the shape around it: "Policies", "PolicyDocument", ...; NULL: none */
	struct text name;
	const json_t *json;
	bool scp; /* AWS says that it is a service control policy */
};

typedef void policy_take(const struct policy_document *document, void *context);

/*
 * Hand each document of a file to `take`. What is no document is a fault. Of what IAM says of an account (account_details.h)
 * all policies are; policy_set_add_text() does not take that.
 */
void policy_file_read(const char *file, struct text name, struct text json, struct faults *faults, policy_take *take,
	void *context);

/*
 * Add what a file holds. `file` is for
 * messages; `name` names a policy that has no name of its own. Faults are
 * added to `faults`; the caller gives the set up if there are any.
 */
void policy_set_add_text(struct policy_set *set, unsigned group, const char *file, struct text name, struct text json,
	struct faults *faults);

#endif
