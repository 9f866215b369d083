/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_mistake_file: what a whole file is that is no JSON, as its beginning shows.
 */
#ifndef BASE_JSON_MISTAKE_FILE_H
#define BASE_JSON_MISTAKE_FILE_H

#include "base/json_mistake_words.h"

/* False: it is none of those that are known. Only for texts that jansson has refused. */
bool json_mistake_file(struct text text, struct json_mistake *out);

#endif
