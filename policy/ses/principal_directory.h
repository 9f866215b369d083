/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * principal_directory: principals of the site as IAM has them (iam/directory.h): whose policies the setting iam tells.
 *
 * It tells those of every principal of its account that names none of its own, but for the root user, who has none in
 * IAM. A user is found by its name, whatever its path and in whatever upper and lower case. So user/${login} with the login
 * `Ann` is user/staff/ann if that is how IAM spells it, and this is then its ARN everywhere. A path in the pattern must be the user's,
 * and the ARN of an entry without ${login} is exact.
 */
#ifndef SES_PRINCIPAL_DIRECTORY_H
#define SES_PRINCIPAL_DIRECTORY_H

#include "ses/generation.h"

/*
 * Read the files at `path`, pages of one answer of IAM, for the principals of the generation's map, whose own policies are
 * there. The set is not sealed.
 */
void principal_directory_load(struct generation *generation, const char *path, struct faults *faults);

/*
 * The set is sealed, and the last rule is there. Notes tell what is asked of IAM in vain; a file of an account that no
 * principal is of is a fault.
 */
void principal_directory_link(struct generation *generation, struct faults *faults);

/* `caller` is what the ARN says that a rule with ${login} has made for a login: it becomes what IAM says. */
enum principal_found principal_directory_find(const struct principal_map *map, const struct principal_rule *rule,
	struct caller *caller);

#endif
