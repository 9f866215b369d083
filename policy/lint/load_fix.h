/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_fix: corrected statements for faults of loading that are slips of spelling.
 */
#ifndef LINT_LOAD_FIX_H
#define LINT_LOAD_FIX_H

#include "lint/kind.h"

#include <jansson.h>

/* A corrected copy of the statement; NULL: the intention is not clear, or memory ran short. */
json_t *load_fix(const json_t *statement, enum kind_number kind);

/* The effect in the right letters; NULL: it is right, or nothing like one. */
const char *load_fix_effect(const char *effect);

#endif
