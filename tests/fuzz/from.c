/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: the value of a From header.
 *
 * Promises: every mailbox that is read is an address by mailbox_parse's rules,
 * every name well-formed UTF-8; nothing is taken from a header that is invalid; a
 * list of the addresses alone, written out, reads as the same addresses; a header
 * without an `@` holds none; one address more in front is one mailbox more or
 * makes the header invalid, never one less.
 */
#include "fuzz/fuzz.h"
#include "ses/from_header.h"

#include <string.h>

static enum header_kind read_header(struct arena *arena, struct text value, struct header_mailbox *mailboxes, size_t *count)
{
	*count = 0;
	enum header_kind kind = from_header_read(arena, value, MAILBOX_CASE_DOMAIN, mailboxes, count);

	FUZZ_CHECK(kind != HEADER_MEMORY);
	FUZZ_CHECK((kind == HEADER_MAILBOXES) == (*count > 0));
	return kind;
}

static void addresses_again(struct arena *arena, const struct header_mailbox *mailboxes, size_t count)
{
	static struct header_mailbox again[HEADER_MAILBOXES_MAX];
	const char *list = "";
	size_t found;

	for (size_t i = 0; i < count; i++)
		list = arena_printf(arena, "%s%s<%.*s>", list, i ? ",\n\t" : "", TEXT_ARGS(mailboxes[i].mailbox.address));
	if (strlen(list) > FROM_HEADER_MAX)
		return;
	FUZZ_CHECK(read_header(arena, text_of(list), again, &found) == HEADER_MAILBOXES && found == count);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(text_equals(again[i].mailbox.address, mailboxes[i].mailbox.address) && !again[i].name.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct header_mailbox mailboxes[HEADER_MAILBOXES_MAX], more[HEADER_MAILBOXES_MAX];
	struct text value = fuzz_text(data, size);
	struct arena arena = { 0 };
	size_t count, found;

	from_header_prepare();
	enum header_kind kind = read_header(&arena, value, mailboxes, &count);
	for (size_t i = 0; i < count; i++) {
		struct mailbox alone = mailbox_parse(&arena, mailboxes[i].mailbox.address, TEXT(""), MAILBOX_CASE_DOMAIN);
		FUZZ_CHECK(alone.kind == MAILBOX_ADDRESS && text_equals(alone.address, mailboxes[i].mailbox.address));
		FUZZ_CHECK(text_is_utf8(mailboxes[i].name));
	}
	if (kind == HEADER_MAILBOXES) {
		FUZZ_CHECK(text_find(value, '@', 0) < value.length);
		addresses_again(&arena, mailboxes, count);
		/* A NUL ends what printf takes, but then the header is invalid. */
		const char *longer = arena_printf(&arena, "first@example.com, %.*s", TEXT_ARGS(value));
		if (read_header(&arena, text_of(longer), more, &found) == HEADER_MAILBOXES)
			FUZZ_CHECK(found == count + 1 && text_equals(more[0].mailbox.address, TEXT("first@example.com")));
	}
	arena_free(&arena);
	return 0;
}
