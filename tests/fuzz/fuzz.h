/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz: what the fuzz targets share. A target is one file with one
 * LLVMFuzzerTestOneInput; it is linked with libFuzzer (make fuzz) and with
 * replay.c (make check). A promise that is broken ends the process.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/fault.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tell which promise was broken, and abort. */
_Noreturn void fuzz_broken(const char *file, int line, const char *promise);

#define FUZZ_CHECK(promise) \
	do { \
		if (!(promise)) \
			fuzz_broken(__FILE__, __LINE__, #promise); \
	} while (0)

/* The input as a text. */
static inline struct text fuzz_text(const uint8_t *data, size_t size)
{
	return (struct text){ (const char *)data, size };
}

/* Cut the first line off *rest, without its newline; the empty text when nothing is left. */
struct text fuzz_line(struct text *rest);

/* At most `room` lines of the input; returns how many. */
size_t fuzz_lines(struct text input, struct text *lines, size_t room);

/* The next of a row of numbers that only the input decides: start with fuzz_hash of it. */
uint64_t fuzz_hash(struct text input);
uint64_t fuzz_random(uint64_t *state);

/* Is t one line of well-formed UTF-8 without control characters? */
bool fuzz_printable(struct text t);

/* Every fault is a printable line that begins with `file`, says what is wrong and, behind `; `, what would be right. */
void fuzz_faults(const struct faults *faults, const char *file);

#endif
