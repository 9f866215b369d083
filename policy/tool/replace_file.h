/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replace_file: a file's content replaced in one step: a reader finds the old one or the new one.
 */
#ifndef TOOL_REPLACE_FILE_H
#define TOOL_REPLACE_FILE_H

#include "base/fault.h"
#include "base/text.h"

/*
 * Write `after` in place of `before`, which the file must still hold. Owner, group and mode stay; of a symbolic link the
 * file that it names is written. A file with further hard links is refused: they would keep the old content. False: a fault
 * says why, and the file is as it was.
 */
bool replace_file(const char *path, struct text before, struct text after, struct faults *faults);

#endif
