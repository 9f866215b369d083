/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: the argument of MAIL FROM or RCPT TO on the first line, the MTA's form
 * of the same address behind it.
 *
 * Promises: an address is its local part, `@` and its domain, well-formed UTF-8
 * without control bytes and not too long; read again it is itself; the domain is
 * in small letters, and keeping the case changes nothing but that; the MTA's form
 * decides nothing when the argument has a domain. All spellings are addresses, the
 * first is the argument's; where they are said to agree they do, and an MTA that
 * tells the argument itself adds nothing but quotes.
 */
#include "fuzz/fuzz.h"
#include "ses/spellings.h"

static void address_check(const struct mailbox *mailbox, enum mailbox_case fold)
{
	struct text address = mailbox->address;
	struct arena arena = { 0 };

	FUZZ_CHECK(address.length <= MAILBOX_MAX && text_is_utf8(address));
	for (size_t i = 0; i < address.length; i++)
		FUZZ_CHECK((unsigned char)address.at[i] >= 0x20 && address.at[i] != 0x7f);
	FUZZ_CHECK(mailbox->local.length && mailbox->domain.length);
	FUZZ_CHECK(mailbox->local.at == address.at && address.at[mailbox->local.length] == '@');
	FUZZ_CHECK(mailbox->domain.at == address.at + mailbox->local.length + 1);
	FUZZ_CHECK(mailbox->local.length + 1 + mailbox->domain.length == address.length);
	FUZZ_CHECK(text_find(mailbox->domain, '@', 0) == mailbox->domain.length);
	for (size_t i = 0; fold == MAILBOX_CASE_DOMAIN && i < mailbox->domain.length; i++)
		FUZZ_CHECK(mailbox->domain.at[i] == text_lower(mailbox->domain.at[i]));
	struct mailbox again = mailbox_parse(&arena, address, TEXT("x@elsewhere.example"), fold);
	FUZZ_CHECK(again.kind == MAILBOX_ADDRESS && text_equals(again.address, address));
	FUZZ_CHECK(text_equals(again.local, mailbox->local));
	arena_free(&arena);
}

static void spellings_check(struct arena *arena, const struct mailbox *mailbox, struct text raw, struct text completed)
{
	struct mailbox all[SPELLINGS];
	enum mailbox_kind kind = spellings_find(arena, mailbox, raw, completed, TEXT("own.example"), MAILBOX_CASE_DOMAIN, all);
	bool agree = spellings_agree(mailbox, raw, completed);

	FUZZ_CHECK(kind == MAILBOX_ADDRESS || (kind == MAILBOX_INVALID && !agree));
	if (kind != MAILBOX_ADDRESS)
		return;
	FUZZ_CHECK(text_equals(all[SPELLING_GIVEN].address, mailbox->address));
	for (unsigned i = 0; i < SPELLINGS; i++) {
		struct mailbox again = mailbox_parse(arena, all[i].address, TEXT("x@elsewhere.example"), MAILBOX_CASE_DOMAIN);
		FUZZ_CHECK(again.kind == MAILBOX_ADDRESS && text_equals(again.domain, all[i].domain));
		FUZZ_CHECK(!agree || text_equals(all[i].address, mailbox->address));
		if (i < SPELLING_WRITTEN)
			FUZZ_CHECK(text_equals(again.address, all[i].address));
	}
	if (!text_equals(raw, completed))
		return;
	for (unsigned i = 0; i < SPELLING_WRITTEN; i++)
		FUZZ_CHECK(text_equals(all[i].address, mailbox->address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text completed = fuzz_text(data, size), raw = fuzz_line(&completed);
	struct arena arena = { 0 };
	struct mailbox folded = mailbox_parse(&arena, raw, completed, MAILBOX_CASE_DOMAIN);
	struct mailbox kept = mailbox_parse(&arena, raw, completed, MAILBOX_CASE_PRESERVE);
	struct mailbox alone = mailbox_parse(&arena, raw, TEXT(""), MAILBOX_CASE_DOMAIN);

	FUZZ_CHECK(folded.kind == kept.kind && folded.kind != MAILBOX_MEMORY);
	if (folded.kind == MAILBOX_ADDRESS) {
		address_check(&folded, MAILBOX_CASE_DOMAIN);
		address_check(&kept, MAILBOX_CASE_PRESERVE);
		FUZZ_CHECK(text_equals(folded.local, kept.local) && text_equals_fold(folded.domain, kept.domain));
		spellings_check(&arena, &folded, raw, completed);
	}
	FUZZ_CHECK(alone.kind == folded.kind || alone.kind == MAILBOX_INVALID);
	if (alone.kind == MAILBOX_ADDRESS) {
		FUZZ_CHECK(text_equals(alone.address, folded.address));
		spellings_check(&arena, &alone, raw, raw);
	}
	arena_free(&arena);
	return 0;
}
