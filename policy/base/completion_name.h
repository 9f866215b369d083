/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * completion_name: what shells call the function that completes a program.
 */
#ifndef BASE_COMPLETION_NAME_H
#define BASE_COMPLETION_NAME_H

#include "base/completion.h"

/* `_ses_policy` */
#define COMPLETION_NAME_SIZE 64
const char *completion_name(const struct completed_program *program, char room[COMPLETION_NAME_SIZE]);

#endif
