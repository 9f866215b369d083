/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * document: one plain policy document, checked and compiled into a set. (IAM User Guide, "Grammar of the IAM JSON policy language".)
 */
#ifndef IAM_DOCUMENT_H
#define IAM_DOCUMENT_H

#include "base/json_source.h"
#include "iam/policy_set.h"

/*
 * Compile one plain document into the set. `source` tells places; its text may be empty.
 */
void policy_set_add_document(struct policy_set *set, unsigned group, const struct json_source *source, const struct json_path *path,
	struct text name, const json_t *document, struct faults *faults);

/* Add one plain policy document that jansson has read already (raw requests of the tool). */
void policy_set_add_json(struct policy_set *set, unsigned group, const char *file, struct text name, const json_t *document,
	struct faults *faults);

#endif
