/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * duration: a time span as settings have it: a number and a unit, `5m`, `12h`, `30d`.
 */
#ifndef VALUE_DURATION_H
#define VALUE_DURATION_H

#include "base/text.h"

#include <stdint.h>

/* Seconds from a whole number of 1 to 6 digits and `s`, `m`, `h` or `d`. False: it is something else. */
bool duration_parse(struct text t, int64_t *seconds);

/* In the largest unit of which there are two, cut to whole ones: 59s, 90m, 26h, 12d. Less than nothing is 0s. */
#define DURATION_TEXT_SIZE 48
const char *duration_print(int64_t seconds, char out[DURATION_TEXT_SIZE]);

/* How long to wait, for people: 90 s, 37 min, 24 h 5 min; minutes are rounded up. Less than nothing is 0 s. */
const char *duration_wait(int64_t seconds, char out[DURATION_TEXT_SIZE]);

#endif
