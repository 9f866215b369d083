/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_mistake: why a text is no JSON, and where the mistake is, for somebody who has to mend it.
 *
 * jansson tells where it gave up. That is often another place, and never says what to do. This looks at the
 * text once more after jansson refused it. Where a text can be read as one of several mistakes, each is mended in a copy, and the
 * one whose mending lets most of the text be read is the one.
 */
#ifndef BASE_JSON_MISTAKE_H
#define BASE_JSON_MISTAKE_H

#include "base/json_mistake_words.h"

/* False: the text is JSON as far as this can tell, or memory is short: say what jansson said. */
bool json_mistake_find(struct text text, struct json_mistake *out);

#endif
