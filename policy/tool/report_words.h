/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_words: what a condition asks for, in the words of explain (match.h), and what a Deny leaves.
 */
#ifndef TOOL_REPORT_WORDS_H
#define TOOL_REPORT_WORDS_H

#include "iam/request.h"
#include "iam/statement.h"

/* What a condition is about, in the order in which a person asks. */
enum report_about { ABOUT_SENDER, ABOUT_RECIPIENTS, ABOUT_CLIENT, ABOUT_OTHER, ABOUTS };

enum report_about report_about(const struct request *request, const struct condition *condition);

/* What its key holds, in a word or two: "sender", "client address"; of a key without such words its name, escaped. `relay`: policies speak of the relay's connection. */
const char *report_words_key(struct arena *arena, const struct request *request, const struct condition *condition, bool relay);

/* What it asks for: `not like "no-reply@example.net"`. NULL when memory is short, here and below. */
const char *report_words_wanted(struct arena *arena, const struct statement *statement, const struct condition *condition,
	const struct request *request);

/* What a Deny with this condition alone leaves: `like "no-reply@example.net"`. */
const char *report_words_left(struct arena *arena, const struct statement *statement, const struct condition *condition,
	const struct request *request);

/* Conditions that are not certain yet, with an "and": `sender not like "a@example.net", and client address not in "10.0.0.0/8"`; "" without any. */
const char *report_words_together(struct arena *arena, const struct statement *statement, const struct request *request,
	bool relay);

#endif
