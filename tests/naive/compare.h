/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The comparisons that the naive evaluator is made of. Texts are held one
 * character a cell, so that a wildcard cannot be confused with a star that
 * is data. Every function aborts on text longer than NAIVE_LONGEST bytes.
 */
#ifndef TESTS_NAIVE_COMPARE_H
#define TESTS_NAIVE_COMPARE_H

#include <stdbool.h>
#include "naive.h"

/* Cells that are no character: any run of characters, and exactly one. A colon of a variable's value. */
enum { ANY_RUN = -1, ANY_ONE = -2, DATA_COLON = -3 };

/* Added to a letter of a pattern, in lower case, that matches in any case. */
enum { ANY_CASE = 0x1000000 };

struct naive_text {
	int length;
	int cell[NAIVE_LONGEST];
};

/* Appends UTF-8; with wildcards, '*' and '?' become ANY_RUN and ANY_ONE. */
void naive_append(struct naive_text *text, const char *utf8, int bytes, bool wildcards);
void naive_fold(struct naive_text *text);

/* The letters, or only capitals, behind the last at sign that is not before `from`, or without one from there on, match in any case. */
void naive_fold_domain(struct naive_text *pattern, int from, bool capitals);

/* The whole text against the whole pattern. */
bool naive_matches(const struct naive_text *pattern, const struct naive_text *text);

/*
 * Six fields, each against its own; false if either is not an ARN. A pattern
 * that has five colons of its own is not cut at those of its variables' values.
 */
bool naive_arn_matches(const struct naive_text *pattern, const struct naive_text *arn);
bool naive_is_arn(const struct naive_text *text);

/* Where the last field begins. */
int naive_arn_resource(const struct naive_text *arn);

/* An integer or decimal of at most 18 digits on either side, in units of 10^-18. */
bool naive_number(const char *text, __int128 *number);

/* A date of the W3C profile (no zone: UTC), or whole epoch seconds, in nanoseconds since 1970. */
bool naive_date(const char *text, __int128 *moment);

bool naive_is_address(const char *text);
/* network: an address or address/bits. */
bool naive_in_network(const char *address, const char *network);

/* Both are base64; false if either is not. */
bool naive_same_bytes(const char *a, const char *b);

#endif
