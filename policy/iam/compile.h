/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compile: what the steps from JSON to a compiled statement share.
 */
#ifndef IAM_COMPILE_H
#define IAM_COMPILE_H

#include "base/arena.h"
#include "value/domain.h"
#include "base/json_source.h"
#include "iam/key.h"
#include "iam/layer.h"

struct compile {
	struct arena *arena; /* of the policy set */
	struct key_table *keys;
	struct faults *faults;
	const struct json_source *source;
	enum policy_layer layer; /* that the policy is for */
	bool misplaced;          /* the policy is not for it (misplaced.h), which has been told: nothing more of Principal */
	bool variables;          /* the policy's Version knows policy variables */
	enum domain_fold fold;   /* of the policy set */
};

/* Element i of a value that may stand alone or in a list; *path becomes its path (step is its storage). */
const json_t *compile_element(const json_t *value, size_t i, const struct json_path **path, struct json_path *step);

/* How many elements such a value has. */
size_t compile_count(const json_t *value);

/*
 * Take each string of a value that is a string or a list of strings, copied to the arena. `empty` is the fault of an
 * empty list, `wanted` what each element should be ("an action"). False: faults were told, here or by `take`.
 */
bool compile_strings(struct compile *c, const struct json_path *path, const json_t *value, const char *empty, const char *wanted,
	bool (*take)(struct compile *c, const struct json_path *path, struct text t, void *out), void *out);

/*
 * The text of a JSON string, integer, real or boolean (numbers and booleans may stand without quotes), copied
 * to the arena. .at NULL: another type or no memory; the fault is told.
 */
struct text compile_text(struct compile *c, const struct json_path *path, const json_t *value);

/* Tell a fault at a place. */
#define compile_fault(c, path, ...) json_fault((c)->source, (path), (c)->faults, __VA_ARGS__)

#endif
