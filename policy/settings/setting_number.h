/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setting_number: numbers in the settings: whole ones, or with as many decimals as are kept.
 */
#ifndef SETTINGS_SETTING_NUMBER_H
#define SETTINGS_SETTING_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* What a number may be. `least` and `most` are in units of 1 / scale, as what is kept. */
struct setting_number {
	int64_t scale; /* 1: whole numbers; 1000: three decimals */
	int64_t least, most;
	const char *least_words; /* why a smaller one is refused, and what to write; NULL: the bounds say it */
};

/* NULL, and the number in `out`; else `what; what would be right`, made in `room`. */
const char *setting_number_read(const struct setting_number *number, const json_t *value, int64_t *out, char *room, size_t size);

/* As it would be written. */
void setting_number_print(const struct setting_number *number, int64_t value, FILE *out);

#endif
