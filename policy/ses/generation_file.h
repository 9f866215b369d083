/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * generation_file: which files a generation was read from, so that somebody can see that it is what was put there.
 */
#ifndef SES_GENERATION_FILE_H
#define SES_GENERATION_FILE_H

#include "ses/generation.h"
#include "ses/load_path.h"

#define GENERATION_DIGEST_SIZE (2 * 32 + 1)

struct generation_file {
	struct generation_file *next;
	const char *path;                    /* printable */
	char digest[GENERATION_DIGEST_SIZE]; /* SHA-256 of its bytes, hexadecimal, as sha256sum(1) prints it */
};

/* Keep names and digests of what was loaded, behind those that are there. False: memory is short. */
bool generation_files_add(struct generation *generation, const struct loaded_files *files);

#endif
