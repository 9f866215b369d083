/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * workload: policy sets to measure decisions on, and questions to ask them.
 * Everything is made from numbers, so it is the same in every run.
 */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "iam/evaluate.h"
#include "iam/policy_set.h"

#include <stddef.h>

/* Policy files on their way into a set. */
struct workload_file {
	char *name, *text;
	size_t length;
};

#define WORKLOAD_FILES 20

struct workload {
	struct workload_file files[WORKLOAD_FILES];
	size_t count;
	char *fault; /* why there are none; or NULL */
};

void workload_free(struct workload *workload);

/* As resource policies; faults go where policy_set_add_text puts them. */
void workload_load(const struct workload *workload, struct policy_set *set, struct faults *faults);

/* Size of all files. */
size_t workload_length(const struct workload *workload);

/* Each fills an empty workload, `count` as it says. */

/* sender.json, recipients.json and network.json of a folder. */
void workload_examples(struct workload *workload, const char *folder, size_t count);

/* `count` (at most WORKLOAD_FILES) policies of ten Deny statements each, all on one identity; none applies. */
void workload_statements(struct workload *workload, const char *folder, size_t count);

/* The same, each policy on another identity: only one policy's statements can apply. */
void workload_identities(struct workload *workload, const char *folder, size_t count);

/* One policy of `count` such statements, ten on each of so many identities. */
void workload_many(struct workload *workload, const char *folder, size_t count);

/* One Deny unless every recipient is one of `count` addresses or in one of a thousand domains. */
void workload_addresses(struct workload *workload, const char *folder, size_t count);

/* One Deny unless the client is in one of `count` networks, /24 to /32, that touch nowhere. */
void workload_networks(struct workload *workload, const char *folder, size_t count);

enum asked {
	ASKED_LISTED,   /* sender, client and last recipient as the policies want them; all recipients if there is a list */
	ASKED_DOMAIN,   /* recipients that a domain pattern of the list takes */
	ASKED_UNLISTED, /* recipients or clients that no list has */
};

struct question {
	char *client;
	char **recipients;
	size_t recipient_count;
};

/* The `number`th question of a kind to a set of `count` entries (0: not made with lists). The caller frees it. */
void question_make(struct question *question, enum asked asked, size_t count, size_t number, size_t recipients);
void question_free(struct question *question);

/* The same for all questions. */
#define QUESTION_SENDER "no-reply@example.net"
#define QUESTION_CALLER "arn:aws:iam::123456789012:user/smtp-relay"
#define QUESTION_ACTION "ses:SendRawEmail"
#define QUESTION_RESOURCE "arn:aws:ses:us-west-2:123456789012:identity/example.net"

#endif
