/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file: inputs of which the code under test wants the path: files in a folder of the process's own, which goes with it.
 */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include "base/text.h"

/* Write the text into the file of that name, which may have one folder in it, in place of what it held. The path; it stays as long as the process. */
const char *fuzz_file(const char *name, struct text text);

#endif
