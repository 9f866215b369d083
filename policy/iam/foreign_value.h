/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreign_value: strings in a policy that are not what its author meant, and that match nothing: what a web page shows in
 * place of an address, places of a template that were not filled in, functions of CloudFormation.
 */
#ifndef IAM_FOREIGN_VALUE_H
#define IAM_FOREIGN_VALUE_H

#include "base/json_source.h"

/* May there be some in the policies of this file? Asked once a file: policies may hold a million strings. */
bool foreign_value_suspect(struct text file);

/* Tell each of them in the document at `path`. */
void foreign_value_tell(const struct json_source *source, const struct json_path *path, const json_t *document,
	struct faults *faults);

#endif
