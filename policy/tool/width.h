/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * width: how wide text for people may be.
 */
#ifndef TOOL_WIDTH_H
#define TOOL_WIDTH_H

#include <stddef.h>

/* Columns of the terminal that standard output is: COLUMNS, or what it says itself, or 80. 0: it is none, and lines stay whole. */
size_t width_of_output(void);

#endif
