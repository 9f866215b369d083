/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * directory_read: a directory from what `aws iam get-account-authorization-details` prints (account_details.h).
 */
#ifndef IAM_DIRECTORY_READ_H
#define IAM_DIRECTORY_READ_H

#include "iam/directory.h"
#include "iam/directory_record.h"

/*
 * Read the files (at least one), which are pages of one answer. The policies of those users and roles that `wants` says
 * yes to go into the set, which is not sealed yet, each into a group of its own; the directory into the arena. NULL: `faults` has
 * grown. A group or managed policy that is named and not there is a fault: what it denies would be lost.
 */
struct directory *directory_read(const struct directory_file *files, size_t count, struct policy_set *set, struct arena *arena,
	bool (*wants)(const struct directory_entity *entity, const void *with), const void *with, struct faults *faults);

#endif
