/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_details: what `aws iam get-account-authorization-details` prints: the users, groups, roles and managed policies of
 * an account, in four lists.
 *
 * The command joins the pages of IAM's answer by itself. With --no-paginate it prints them one by one; such pages may
 * stand one behind the other in a file, or together in a list. (AWS CLI Command Reference, iam
 * get-account-authorization-details.)
 */
#ifndef IAM_ACCOUNT_DETAILS_H
#define IAM_ACCOUNT_DETAILS_H

#include "iam/policy_reader.h"

enum account_kind { ACCOUNT_USER, ACCOUNT_GROUP, ACCOUNT_ROLE, ACCOUNT_POLICY, ACCOUNT_KINDS };

/* What each kind of entry is called there. */
struct account_kind_info {
	const char *list;
	const char *name; /* the member with the entry's name */
	const char *own;  /* the list of its inline policies; NULL: it is a managed policy */
	const char *noun; /* for people */
};

extern const struct account_kind_info account_kinds[ACCOUNT_KINDS];

/* One page. Its places are those of the file. */
struct account_page {
	struct json_source source;
	struct json_path step;        /* in a list of pages */
	const struct json_path *path; /* that, or NULL: the page is the root */
	const json_t *root;
};

/* The pages of a file, in their order. */
struct account_pages {
	struct account_page *at;
	size_t count;
	struct json_memory *memories; /* what the pages stand in */
	char **texts;
	size_t memory_count;
};

/* Is this such a page, or a list of them? */
bool account_details_is(const json_t *root);

/*
 * Read all pages of a file; its text is borrowed, and must live as long. False: `faults` has grown. Freeing is due in
 * either case. More than one value that is no such page is a fault.
 */
bool account_pages_read(const char *file, struct text text, struct account_pages *out, struct faults *faults);
void account_pages_free(struct account_pages *pages);

/* The list of one kind; NULL, and told if it is no list: there is none. */
const json_t *account_list(const struct account_page *page, enum account_kind kind, struct faults *faults);

/* The version of a managed policy that counts, of PolicyVersionList; its place there. NULL: none says so. */
const json_t *account_default_version(const json_t *policy, size_t *index);

/* The name of an inline policy, "NAME of group GROUP", into `out`. */
#define ACCOUNT_NAME_SIZE 400
struct text account_policy_name(enum account_kind kind, const json_t *owner, const json_t *policy, char out[ACCOUNT_NAME_SIZE]);

/*
 * Hand over the policies of one entry, of a managed policy the version that counts, if one does. `path` is the entry's;
 * `reader`'s source is its page's.
 */
void account_entry_hand_over(const struct policy_reader *reader, enum account_kind kind, const struct json_path *path,
	const json_t *entry);

/* The same of all entries of a page. */
void account_details_hand_over(const struct policy_reader *reader, const struct account_page *page);

/* How long the first JSON value of a text is, blanks in front of it included. All of a text that is none. */
size_t account_value_length(struct text text);

#endif
