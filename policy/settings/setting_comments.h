/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_comments: comments in files of settings, as in C and JavaScript: from two slashes to the end of the line, and
 * between slash-star and star-slash. JSON has none (RFC 8259), and policies may have none.
 */
#ifndef SETTINGS_SETTING_COMMENTS_H
#define SETTINGS_SETTING_COMMENTS_H

#include "base/json_mistake_words.h"

/*
 * Put a blank in the place of each character of each comment, so that all else stays in its line and column. The number of bytes
 * that are left. What begins a comment inside a string is text. A comment that does not end stays as it is: no JSON.
 */
size_t setting_comments_blank(char *bytes, size_t size);

/* What to say of a comment of another kind, or without an end (struct json_source); NULL: of something else. */
const char *setting_comments_words(struct text text, const struct json_mistake *mistake);

#endif
