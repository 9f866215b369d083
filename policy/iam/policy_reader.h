/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_reader: a file on its way to what takes its documents: what the files that read the shapes (policy_file.c,
 * policy_shape.c) have in common, above all documents that stand as text inside JSON.
 */
#ifndef IAM_POLICY_READER_H
#define IAM_POLICY_READER_H

#include "iam/policy_file.h"

struct policy_reader {
	const struct json_source *source;
	struct faults *faults;
	policy_take *take;
	void *context;
	bool suspect;        /* some of its strings may not be what was meant (foreign_value.h) */
	bool scp;            /* what follows is a service control policy */
	bool takes_accounts; /* it looks at all policies of an account, whosever they are */
};

/* Hand over what stands there, as it is. */
void policy_reader_hand_over(const struct policy_reader *reader, const struct json_path *path, const char *member, struct text name,
	const json_t *json);

/* JSON that stands as text in a string. `source.text` and `json` live until it is closed. */
struct policy_inner {
	char file[512]; /* FILE[NAME] */
	char *decoded;  /* what URL-encoding hid; NULL: nothing */
	struct json_source source;
	struct json_memory memory;
	const json_t *json;
};

/* Read the text of a string, which may be URL-encoded. False: told; closing is due in either case. */
bool policy_inner_open(const struct policy_reader *reader, const struct json_path *path, struct text name, const json_t *string,
	struct policy_inner *inner);
void policy_inner_close(struct policy_inner *inner);

/* A document that stands in a member: an object, or its text. */
void policy_reader_document(const struct policy_reader *reader, const struct json_path *path, const char *member, struct text name,
	const json_t *value);

#endif
