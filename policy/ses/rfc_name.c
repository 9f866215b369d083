/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/rfc_name.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

static GMimeParserOptions *options;

static void prepare(void)
{
	g_mime_init();
	options = g_mime_parser_options_new();
	g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
}

void rfc_name_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare);
}

/* Without its quotes and backslashes, and with blanks for tabs. NULL: memory ran short. */
static char *unquoted(struct arena *arena, struct text t)
{
	char *copy = arena_bytes(arena, t.length + 1);

	if (!copy)
		return NULL;
	for (size_t i = 0; i < t.length; i++)
		copy[i] = t.at[i] == '\t' ? ' ' : t.at[i];
	copy[t.length] = '\0';
	g_mime_utils_unquote_string(copy);
	return copy;
}

enum name_found rfc_name_read(struct arena *arena, const struct address_spec *spec, struct text *name)
{
	*name = TEXT("");
	if (!spec->words.length)
		return NAME_READ;
	if (spec->phrase.length && spec->words.at[0] == '.')
		return NAME_UNKNOWN;
	char *plain = unquoted(arena, spec->words);
	if (!plain)
		return NAME_MEMORY;
	rfc_name_prepare();
	char *decoded = g_strstrip(g_mime_utils_header_decode_phrase(options, plain));
	bool good = text_is_utf8(text_of(decoded));
	if (good && *decoded)
		*name = arena_text(arena, text_of(decoded));
	g_free(decoded);
	if (!name->at)
		return NAME_MEMORY;
	return good ? NAME_READ : NAME_UNKNOWN;
}
