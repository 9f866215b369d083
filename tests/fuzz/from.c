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

static enum header_kind read_header(struct arena *arena, struct text value, bool names, struct header_mailboxes *out)
{
	*out = (struct header_mailboxes){ 0 };
	enum header_kind kind = from_header_read(arena, value, MAILBOX_CASE_DOMAIN, names, out);

	FUZZ_CHECK(kind != HEADER_MEMORY);
	FUZZ_CHECK((kind == HEADER_MAILBOXES) == (out->count > 0));
	return kind;
}

static void addresses_again(struct arena *arena, const struct header_mailboxes *mailboxes)
{
	struct header_mailboxes again;
	const char *list = "";

	for (size_t i = 0; i < mailboxes->count; i++)
		list = arena_printf(arena, "%s%s<%.*s>", list, i ? ", " : "", TEXT_ARGS(mailboxes->at[i].mailbox.address));
	if (strlen(list) > FROM_HEADER_MAX)
		return;
	FUZZ_CHECK(read_header(arena, text_of(list), true, &again) == HEADER_MAILBOXES && again.count == mailboxes->count);
	for (size_t i = 0; i < again.count; i++)
		FUZZ_CHECK(text_equals(again.at[i].mailbox.address, mailboxes->at[i].mailbox.address) && !again.at[i].name.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text value = fuzz_text(data, size);
	struct header_mailboxes bare, named, more;
	struct arena arena = { 0 };

	from_header_prepare();
	enum header_kind kind = read_header(&arena, value, false, &bare);
	/* GMime may find fault with a name; it never finds another address. */
	if (read_header(&arena, value, true, &named) == HEADER_MAILBOXES) {
		FUZZ_CHECK(kind == HEADER_MAILBOXES && named.count == bare.count);
		for (size_t i = 0; i < named.count; i++)
			FUZZ_CHECK(text_equals(named.at[i].mailbox.address, bare.at[i].mailbox.address) &&
				text_is_utf8(named.at[i].name));
	}
	for (size_t i = 0; i < bare.count; i++) {
		struct mailbox alone = mailbox_parse(&arena, bare.at[i].mailbox.address, TEXT(""), MAILBOX_CASE_DOMAIN);
		FUZZ_CHECK(alone.kind == MAILBOX_ADDRESS && text_equals(alone.address, bare.at[i].mailbox.address));
		FUZZ_CHECK(!bare.at[i].name.length);
	}
	if (kind == HEADER_MAILBOXES) {
		FUZZ_CHECK(text_find(value, '@', 0) < value.length);
		addresses_again(&arena, &bare);
		/* A NUL ends what printf takes, but then the header is invalid. */
		const char *longer = arena_printf(&arena, "first@example.com, %.*s", TEXT_ARGS(value));
		if (read_header(&arena, text_of(longer), false, &more) == HEADER_MAILBOXES)
			FUZZ_CHECK(
				more.count == bare.count + 1 && text_equals(more.at[0].mailbox.address, TEXT("first@example.com")));
	}
	arena_free(&arena);
	return 0;
}
