/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/generation_file.h"

#include <glib.h>
#include <string.h>

static bool digest_make(struct text content, char out[GENERATION_DIGEST_SIZE])
{
	/* GLib ends the process when it gets no memory (SECURITY.md): what it needs here is a few hundred bytes. */
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

	if (!sum)
		return false;
	g_checksum_update(sum, (const guchar *)(content.at ? content.at : ""), (gssize)content.length);
	memcpy(out, g_checksum_get_string(sum), GENERATION_DIGEST_SIZE);
	g_checksum_free(sum);
	return true;
}

bool generation_files_add(struct generation *generation, const struct loaded_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		struct generation_file *file = arena_array(&generation->arena, 1, sizeof *file);
		if (!file)
			return false;
		file->path = arena_text(&generation->arena, text_of(files->files[i].shown)).at;
		if (!file->path || !digest_make(files->files[i].content, file->digest))
			return false;
		file->next = NULL;
		if (generation->last_file)
			generation->last_file->next = file;
		else
			generation->first_file = file;
		generation->last_file = file;
	}
	return true;
}
