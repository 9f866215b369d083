/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/from_header.h"

#include "ses/rfc_name.h"
#include "ses/ses_name.h"

#include <string.h>

void from_header_prepare(void)
{
	rfc_name_prepare();
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* A header while it is read. */
struct from_scan {
	struct arena *arena;
	struct text text; /* the value, unfolded */
	bool folded;      /* it was */
	struct address_spec specs[HEADER_MAILBOXES_MAX];
	size_t count;
	struct address_flaw flaw;
};

static enum header_kind spoil(struct from_scan *scan, enum address_flaw_kind kind, size_t at)
{
	scan->flaw = (struct address_flaw){ kind, at };
	return HEADER_INVALID;
}

/* How many bytes the fold is long that begins here: a line break and the blanks behind it. 0: there is none. */
static size_t fold_length(struct text t, size_t at)
{
	size_t end = at + (t.at[at] == '\r');

	if (end >= t.length || t.at[end] != '\n' || end + 1 == t.length || !is_blank(t.at[end + 1]))
		return 0;
	while (end + 1 < t.length && is_blank(t.at[end + 1]))
		end++;
	return end + 1 - at;
}

/*
 * A fold becomes one blank, as SES has it; a backslash before it, and any other control byte but a tab, spoils the header.
 * The text ends with a NUL.
 */
static enum header_kind unfold(struct from_scan *scan, struct text value)
{
	size_t length = 0;
	char *out = arena_bytes(scan->arena, value.length + 1);

	if (!out)
		return HEADER_MEMORY;
	scan->text = (struct text){ out, value.length };
	memcpy(out, value.at, value.length);
	out[value.length] = '\0';
	if (!text_has_controls(value))
		return HEADER_MAILBOXES;
	for (size_t i = 0; i < value.length; i++) {
		char byte = value.at[i];
		size_t fold = byte == '\r' || byte == '\n' ? fold_length(value, i) : 0;
		out[length] = byte;
		if ((!fold && ((unsigned char)byte < 0x20 || byte == 0x7f) && byte != '\t') ||
			(fold && i && value.at[i - 1] == '\\')) {
			scan->text.length = length + 1;
			return spoil(scan, FLAW_CONTROL, length);
		}
		if (fold) {
			out[length] = ' ';
			i += fold - 1;
			scan->folded = true;
		}
		length++;
	}
	out[length] = '\0';
	scan->text.length = length;
	return HEADER_MAILBOXES;
}

/* local@domain as it stands in the header: the grammar lets nothing stand around the @. */
static struct text spec_address(const struct address_spec *spec)
{
	return (struct text){ spec->local.at, spec->local.length + 1 + spec->domain.length };
}

static bool has_blank(struct text t)
{
	return text_find(t, ' ', 0) < t.length || text_find(t, '\t', 0) < t.length;
}

/* How long it is to SES at least: what stands there, but for a name that may be decoded. */
static size_t spec_bytes(const struct address_spec *spec)
{
	const struct text name = spec->phrase.length ? spec->phrase : spec->comment;
	bool encoded = memmem(name.at, name.length, "=?", 2);

	return spec->local.length + 1 + spec->domain.length + (encoded ? 0 : name.length);
}

static enum header_kind take_address(struct from_scan *scan, const struct address_spec *spec, enum mailbox_case fold,
	struct header_mailbox *out)
{
	size_t at = (size_t)(spec->local.at - scan->text.at);

	/* Of a fold in a quoted local part readers keep more or less. */
	if (scan->folded && has_blank(spec->local))
		return spoil(scan, FLAW_FOLDED, at);
	*out = (struct header_mailbox){ .mailbox = mailbox_parse(scan->arena, spec_address(spec), TEXT(""), fold) };
	if (out->mailbox.kind == MAILBOX_MEMORY)
		return HEADER_MEMORY;
	if (out->mailbox.kind != MAILBOX_ADDRESS)
		return spoil(scan, FLAW_ADDRESS, at);
	/* An encoded-word does not belong into an address: a program that decodes it there sees another address. */
	if (text_starts_with(out->mailbox.local, TEXT("=?")) || text_starts_with(out->mailbox.local, TEXT("\"=?")))
		return spoil(scan, FLAW_ENCODED, at);
	out->bytes = spec_bytes(spec);
	out->written.kind = MAILBOX_NULL;
	if (!text_equals(spec->local, out->mailbox.local))
		out->written = mailbox_as_written(scan->arena, spec->local, out->mailbox.domain, fold);
	switch (out->written.kind) {
	case MAILBOX_MEMORY:
		return HEADER_MEMORY;
	case MAILBOX_INVALID:
		return spoil(scan, FLAW_ADDRESS, at);
	default:
		return HEADER_MAILBOXES;
	}
}

/* The mailboxes of the grammar behind those that are there. */
static enum header_kind take_addresses(struct from_scan *scan, enum mailbox_case fold, struct header_mailboxes *out)
{
	struct address_spec *specs = scan->specs;
	size_t room = HEADER_MAILBOXES_MAX - out->count;

	switch (address_grammar_check(scan->text, specs, room, &scan->count, &scan->flaw)) {
	case ADDRESSES_NULL:
		return HEADER_NULL;
	case ADDRESSES_NONE:
		return HEADER_INVALID;
	case ADDRESSES_SOME:
		break;
	}
	struct header_mailbox *at = arena_array(scan->arena, out->count + scan->count, sizeof *at);
	if (!at)
		return HEADER_MEMORY;
	if (out->count)
		memcpy(at, out->at, out->count * sizeof *at);
	for (size_t i = 0; i < scan->count; i++) {
		enum header_kind kind = take_address(scan, &specs[i], fold, &at[out->count + i]);
		if (kind != HEADER_MAILBOXES)
			return kind;
	}
	out->at = at;
	out->count += scan->count;
	return HEADER_MAILBOXES;
}

/* Both readings of one name. Of an address that stands twice only SES has a name. */
static enum header_kind read_name(struct from_scan *scan, const struct address_spec *spec, struct header_mailbox *mailbox)
{
	const struct text whole = spec->phrase.length ? spec->phrase : spec->comment;
	enum name_found found = ses_name_read(scan->arena, spec, &mailbox->ses_name);

	if (found == NAME_READ && spec->twice)
		mailbox->name = mailbox->ses_name;
	else if (found == NAME_READ)
		found = rfc_name_read(scan->arena, spec, &mailbox->name);
	switch (found) {
	case NAME_MEMORY:
		return HEADER_MEMORY;
	case NAME_UNKNOWN:
		return spoil(scan, FLAW_NAME, (size_t)(whole.at - scan->text.at));
	case NAME_READ:
		break;
	}
	return HEADER_MAILBOXES;
}

static enum header_kind find_names(struct from_scan *scan, struct header_mailbox *mailboxes)
{
	/* The addresses have none of these bytes. */
	for (size_t i = 0; i < scan->text.length; i++)
		if ((unsigned char)scan->text.at[i] >= 0x80)
			return spoil(scan, FLAW_NAME_BYTE, i);
	for (size_t i = 0; i < scan->count; i++) {
		enum header_kind kind = read_name(scan, &scan->specs[i], &mailboxes[i]);
		if (kind != HEADER_MAILBOXES)
			return kind;
	}
	return HEADER_MAILBOXES;
}

enum header_kind from_header_read(struct arena *arena, struct text value, enum mailbox_case fold, bool names,
	struct header_mailboxes *out)
{
	struct header_mailboxes found = { out->at, out->count, "" };
	struct from_scan scan;

	scan.arena = arena;
	scan.folded = false;
	scan.text = TEXT("");
	scan.flaw = (struct address_flaw){ FLAW_MANY, 0 };
	enum header_kind kind = value.length <= FROM_HEADER_MAX ? unfold(&scan, value) : HEADER_INVALID;
	if (kind == HEADER_MAILBOXES)
		kind = take_addresses(&scan, fold, &found);
	if (kind == HEADER_MAILBOXES && names)
		kind = find_names(&scan, found.at + out->count);
	if (kind == HEADER_MAILBOXES)
		*out = found;
	if (kind == HEADER_INVALID)
		header_flaw_tell(out->flaw, &scan.flaw, scan.text);
	return kind;
}
