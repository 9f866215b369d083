/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments: values of the command line, for the programs that play the MTA.
 * What is wrong with one is told on stderr.
 */
#ifndef BENCH_ARGUMENTS_H
#define BENCH_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* "program: of: what"; `of` may be NULL. False, so that it can be returned. */
bool argument_complain(const char *what, const char *of);

bool argument_count(const char *text, size_t least, size_t most, size_t *count);
bool argument_seconds(const char *text, double *seconds);

#endif
