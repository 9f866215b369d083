/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_file: tests of policies, as they stand in a JSON file beside them:
 *
 *     {"settings": FILE, "policies": [PATH, ...],
 *      "user_policies": [PATH, ...], "boundary": PATH, "organization": [[PATH, ...], ...], "account_state": PATH,
 *      "tests": [{"name", "sender", "recipients": [...], "client", "login", "tls", "headers": ["NAME: VALUE", ...],
 *                 "time", "context": {KEY: VALUE or [VALUE, ...]},
 *                 "expect": {"decision", "stage", "statement", "refused_recipients": [...]}}, ...]}
 *
 * Paths count from the folder of the file. What is not understood is a fault with
 * its place.
 */
#ifndef TOOL_TEST_FILE_H
#define TOOL_TEST_FILE_H

#include "base/fault.h"
#include "ses/site_options.h"
#include "tool/mail.h"

/* Largest file of tests, in bytes. */
#define TEST_FILE_MAX (16u * 1024 * 1024)

enum expected { EXPECT_ALLOWED, EXPECT_DENIED, EXPECT_EXPLICIT_DENY, EXPECT_IMPLICIT_DENY };

struct expect {
	unsigned decision; /* enum expected */
	const char *stage,
		*statement; /* NULL: any; statement: SID, POLICY/SID or POLICY/NUMBER from 1; of refused recipients if the message passes */
	struct string_list refused_recipients; /* not given: none */
};

struct policy_test {
	unsigned line; /* of the file, from 1 */
	const char *name, *sender, *client, *login, *time;
	struct string_list recipients, headers;
	struct map context;
	unsigned tls;
	struct expect expect;
	struct mail mail; /* made of the above */
};

struct policy_tests {
	struct policy_test *at;
	size_t count;
};

struct test_file {
	/* Paths from here; NULL: not given. */
	const char *settings, *boundary, *account_state;
	struct string_list policies, user_policies;
	struct level_list organization;
	struct policy_tests tests;
};

/* Read it into the arena. False: faults were told. */
bool test_file_read(struct arena *arena, const char *path, const struct instant *now, struct test_file *out, struct faults *faults);

extern const char *const expected_words[];

#endif
