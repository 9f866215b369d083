/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/policy_reader.h"

#include "iam/foreign.h"
#include "iam/foreign_text.h"
#include "iam/foreign_value.h"

#include <stdio.h>
#include <stdlib.h>

void policy_reader_hand_over(const struct policy_reader *reader, const struct json_path *path, const char *member, struct text name,
	const json_t *json)
{
	struct policy_document document = { .source = reader->source,
		.path = path,
		.member = member,
		.name = name,
		.json = json,
		.scp = reader->scp };

	if (foreign_tell(reader->source, path, json, reader->faults))
		return;
	if (reader->suspect)
		foreign_value_tell(reader->source, path, json, reader->faults);
	reader->take(&document, reader->context);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %7B... to {... in `out`, which has room for all of t. False: it is not URL-encoding. */
static bool url_decode(struct text t, char *out, size_t *length)
{
	size_t used = 0;

	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];
		if (byte == '%') {
			int high = i + 2 < t.length ? hex_digit(t.at[i + 1]) : -1;
			int low = i + 2 < t.length ? hex_digit(t.at[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			byte = (char)(high * 16 + low);
			i += 2;
		} else if (byte == '+') {
			/* A plus (RFC 3986) or a space (HTML forms)? IAM writes neither so. */
			return false;
		}
		out[used++] = byte;
	}
	*length = used;
	return true;
}

bool policy_inner_open(const struct policy_reader *reader, const struct json_path *path, struct text name, const json_t *string,
	struct policy_inner *inner)
{
	struct text text = { json_string_value(string), json_string_length(string) };
	char escaped[80];

	*inner = (struct policy_inner){ 0 };
	if (text_starts_with_fold(text, TEXT("%7B"))) {
		inner->decoded = malloc(text.length);
		if (!inner->decoded) {
			fault_memory(reader->faults);
			return false;
		}
		if (!url_decode(text, inner->decoded, &text.length)) {
			json_fault(reader->source, path, reader->faults,
				"bad URL-encoding; write %%XX with two hexadecimal digits, %%2B for a plus and %%20 for a space");
			return false;
		}
		text.at = inner->decoded;
	}
	snprintf(inner->file, sizeof inner->file, "%s[%s]", reader->source->file, text_escape(name, escaped, sizeof escaped));
	inner->source = (struct json_source){ .file = inner->file, .text = text, .words = foreign_text_words };
	inner->json = json_source_read_into(&inner->source, &inner->memory, reader->faults);
	return inner->json;
}

void policy_inner_close(struct policy_inner *inner)
{
	json_memory_free(&inner->memory);
	free(inner->decoded);
}

void policy_reader_document(const struct policy_reader *reader, const struct json_path *path, const char *member, struct text name,
	const json_t *value)
{
	char shown[JSON_SHOW_SIZE];
	struct policy_inner inner;

	if (json_is_object(value)) {
		policy_reader_hand_over(reader, path, member, name, value);
		return;
	}
	if (!json_is_string(value)) {
		json_fault(reader->source, path, reader->faults,
			"%s is not a policy; write an object, or its JSON text in a string", json_show(value, shown));
		return;
	}
	if (policy_inner_open(reader, path, name, value, &inner)) {
		struct policy_reader of_text = *reader;
		of_text.source = &inner.source;
		policy_reader_hand_over(&of_text, NULL, member, name, inner.json);
	}
	policy_inner_close(&inner);
}
