/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line_break: the line breaks in a header field. A field may go on in another line, which begins with a blank: a fold (RFC 5322, 2.2.3).
 */
#ifndef BASE_LINE_BREAK_H
#define BASE_LINE_BREAK_H

#include "base/text.h"

/* Is each line break in it a fold: LF, or CR LF, with a blank or a tab behind it? Every header comes by: sixteen bytes at a time. */
bool line_break_folds_all(struct text t);

#endif
