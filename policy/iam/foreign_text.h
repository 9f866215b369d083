/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreign_text: text that people have in hand, that is no JSON, and in which there may be a policy.
 */
#ifndef IAM_FOREIGN_TEXT_H
#define IAM_FOREIGN_TEXT_H

#include "base/json_mistake_words.h"

/* What to say of such a file that ought to hold a policy (json_source.h, `words`); NULL: nothing else than of any file. */
const char *foreign_text_words(struct text text, const struct json_mistake *mistake);

#endif
