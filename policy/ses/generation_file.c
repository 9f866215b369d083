/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/generation_file.h"

#include <nettle/sha2.h>
#include <stdio.h>

static void digest_make(struct text content, char out[GENERATION_DIGEST_SIZE])
{
	struct sha256_ctx sum;
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_init(&sum);
	sha256_update(&sum, content.length, (const uint8_t *)(content.at ? content.at : ""));
	sha256_digest(&sum, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

bool generation_files_add(struct generation *generation, const struct loaded_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		struct generation_file *file = arena_array(&generation->arena, 1, sizeof *file);
		if (!file)
			return false;
		file->path = arena_text(&generation->arena, text_of(files->files[i].shown)).at;
		if (!file->path)
			return false;
		digest_make(files->files[i].content, file->digest);
		file->next = NULL;
		if (generation->last_file)
			generation->last_file->next = file;
		else
			generation->first_file = file;
		generation->last_file = file;
	}
	return true;
}
