/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: the value of a From header.
 *
 * Promises: every mailbox that is read is an address by mailbox_parse's rules,
 * every name well-formed UTF-8; nothing is taken from a header that is invalid; a
 * list of the addresses alone, written out, reads as the same addresses; a header
 * without an `@` holds none; one address more in front is one mailbox more or
 * makes the header invalid, never one less, and the names of the others stay. What
 * Amazon SES reads otherwise is never taken: bytes beyond ASCII in an address, other bytes in a domain than its
 * own, a line break that is no fold, a colon or semicolon outside of quotes and comments. What
 * is said of a header that is not taken is printable ASCII.
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

static bool is_ascii(struct text t, bool printable)
{
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.at[i] >= 0x7f || (printable && t.at[i] < ' '))
			return false;
	return true;
}

static bool is_domain(struct text t)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	bool good = is_ascii(t, true);

	for (size_t i = 0; t.at[0] != '[' && i < t.length; i++)
		good = good && strchr(bytes, t.at[i]);
	return good;
}

/* Outside of quoted strings, comments and literals. */
static bool has_group_sign(struct text t)
{
	size_t comments = 0;
	bool quoted = false, literal = false;

	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];
		if (byte == '\\')
			i++;
		else if (byte == '"' && !comments)
			quoted = !quoted;
		else if (!quoted && byte == '(')
			comments++;
		else if (!quoted && byte == ')')
			comments--;
		else if (!quoted && !comments && (byte == '[' || byte == ']'))
			literal = byte == '[';
		else if (!quoted && !comments && !literal && (byte == ':' || byte == ';'))
			return true;
	}
	return false;
}

static bool is_folded(struct text t)
{
	for (size_t i = 0; i < t.length; i++) {
		char after = i + 1 < t.length ? t.at[i + 1] : '\0';
		if ((t.at[i] == '\r' && after != '\n') || (t.at[i] == '\n' && after != ' ' && after != '\t'))
			return false;
	}
	return true;
}

static void ses_reads_no_other(struct text value, enum header_kind kind, const struct header_mailboxes *mailboxes)
{
	if (kind == HEADER_INVALID)
		FUZZ_CHECK(mailboxes->flaw[0] && is_ascii(text_of(mailboxes->flaw), true));
	if (kind != HEADER_MAILBOXES)
		return;
	FUZZ_CHECK(is_folded(value) && !has_group_sign(value));
	for (size_t i = 0; i < mailboxes->count; i++) {
		const struct header_mailbox *one = &mailboxes->at[i];
		FUZZ_CHECK(is_ascii(one->mailbox.address, true) && is_domain(one->mailbox.domain));
		FUZZ_CHECK(one->written.kind != MAILBOX_ADDRESS ||
			(is_ascii(one->written.address, true) && text_equals(one->written.domain, one->mailbox.domain)));
		FUZZ_CHECK(text_is_utf8(one->ses_name));
	}
}

/* A name is of its mailbox alone: whatever stands in front of that. */
static void names_stay(struct arena *arena, const char *longer, const struct header_mailboxes *named)
{
	struct header_mailboxes more;

	if (read_header(arena, text_of(longer), true, &more) != HEADER_MAILBOXES)
		return;
	FUZZ_CHECK(more.count == named->count + 1 && !more.at[0].name.length && !more.at[0].ses_name.length);
	for (size_t i = 0; i < named->count; i++)
		FUZZ_CHECK(text_equals(more.at[i + 1].name, named->at[i].name) &&
			text_equals(more.at[i + 1].ses_name, named->at[i].ses_name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text value = fuzz_text(data, size);
	struct header_mailboxes bare, named, more;
	struct arena arena = { 0 };

	from_header_prepare();
	enum header_kind kind = read_header(&arena, value, false, &bare);
	ses_reads_no_other(value, kind, &bare);
	/* A name may not be known; it never makes another address. */
	bool has_names = read_header(&arena, value, true, &named) == HEADER_MAILBOXES;
	if (has_names) {
		FUZZ_CHECK(kind == HEADER_MAILBOXES && named.count == bare.count);
		for (size_t i = 0; i < named.count; i++)
			FUZZ_CHECK(text_equals(named.at[i].mailbox.address, bare.at[i].mailbox.address) &&
				text_is_utf8(named.at[i].name));
		ses_reads_no_other(value, HEADER_MAILBOXES, &named);
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
		if (has_names)
			names_stay(&arena, longer, &named);
	}
	arena_free(&arena);
	return 0;
}
