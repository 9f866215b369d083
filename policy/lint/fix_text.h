/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fix_text: corrected statements as changes of the text that they stand in.
 */
#ifndef LINT_FIX_TEXT_H
#define LINT_FIX_TEXT_H

#include "iam/policy_file.h"
#include "lint/finding.h"

/*
 * Fill in `text` of the findings from number `first` on that have a fix and are about statements of this document. `file` is
 * the file's name as it was given. A fix that could not be made in the text has none: its statement is all there is.
 */
void fix_text_make(struct findings *findings, size_t first, const char *file, const struct policy_document *document);

/* The text with this change; .at is NULL when memory is short. */
struct text fix_text_apply(struct arena *arena, struct text text, const struct fix_text *fix);

#endif
