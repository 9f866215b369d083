/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a message in a file.
 *
 * Promises: a field's name is printable ASCII without a colon; its value goes on behind a line break only with a blank, and
 * holds no NUL; the fields written out again read as the same fields.
 */
#include "fuzz/fuzz.h"
#include "fuzz/file.h"
#include "tool/eml.h"

#include <string.h>

static void field_check(const struct mail_header *header)
{
	FUZZ_CHECK(header->name.length);
	for (size_t i = 0; i < header->name.length; i++)
		FUZZ_CHECK(header->name.at[i] > ' ' && header->name.at[i] < 0x7f && header->name.at[i] != ':');
	for (size_t i = 0; i < header->value.length; i++) {
		char after = i + 1 < header->value.length ? header->value.at[i + 1] : ' ';
		FUZZ_CHECK(header->value.at[i]);
		FUZZ_CHECK(header->value.at[i] != '\n' || after == ' ' || after == '\t');
	}
}

static void read_fields(struct arena *arena, struct text text, struct mail *mail)
{
	FUZZ_CHECK(!eml_read(arena, fuzz_file("message.eml", text), mail));
}

static struct text without_cr(struct arena *arena, struct text t)
{
	struct text copy = arena_text(arena, t);
	char *at = (char *)copy.at;
	size_t used = 0;

	FUZZ_CHECK(at);
	for (size_t i = 0; i < t.length; i++)
		if (t.at[i] != '\r')
			at[used++] = t.at[i];
	copy.length = used;
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct mail mail = { 0 }, again = { 0 };
	const char *written = "";

	read_fields(&arena, fuzz_text(data, size), &mail);
	for (size_t i = 0; i < mail.header_count; i++) {
		field_check(&mail.headers[i]);
		written = arena_printf(&arena, "%s%.*s: %.*s\r\n", written, TEXT_ARGS(mail.headers[i].name),
			TEXT_ARGS(mail.headers[i].value));
	}
	read_fields(&arena, text_of(arena_printf(&arena, "%s\r\nbody: none\r\n", written)), &again);
	FUZZ_CHECK(again.header_count == mail.header_count);
	for (size_t i = 0; i < mail.header_count; i++) {
		struct text value = mail.headers[i].value, other = again.headers[i].value;
		FUZZ_CHECK(text_equals(mail.headers[i].name, again.headers[i].name));
		/* A CR in front of a line's end cannot be written as anything but a part of it. */
		FUZZ_CHECK(text_equals(without_cr(&arena, value), without_cr(&arena, other)));
	}
	arena_free(&arena);
	return 0;
}
