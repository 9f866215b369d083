/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * version: what somebody who reports a fault is asked for: the program, the libraries that it runs with, and how it was built.
 */
#ifndef MILTER_VERSION_H
#define MILTER_VERSION_H

#include <stdio.h>

/* One line each; the first is the program's name and version. */
void version_print(FILE *out);

#endif
