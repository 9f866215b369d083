/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_patch: a value of JSON text changed into another one, with as little of the text changed as can be: what stays
 * keeps its blanks, its order and its way of escaping; what is new is written in the way of what stands beside it.
 */
#ifndef LINT_JSON_PATCH_H
#define LINT_JSON_PATCH_H

#include "base/arena.h"

#include <jansson.h>

/*
 * `text` is the value `before`, in well-formed JSON without doubled members. The text of `after`, in the arena; .at is NULL
 * when memory is short. The result reads as `after`: a caller that writes it to a file should compare first.
 */
struct text json_patch(struct arena *arena, struct text text, const json_t *before, const json_t *after);

#endif
