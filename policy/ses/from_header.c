/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/from_header.h"

#include "ses/address_grammar.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <string.h>

static GMimeParserOptions *options;

static void prepare(void)
{
	g_mime_init();
	options = g_mime_parser_options_new();
	g_mime_parser_options_set_address_compliance_mode(options, GMIME_RFC_COMPLIANCE_STRICT);
	g_mime_parser_options_set_rfc2047_compliance_mode(options, GMIME_RFC_COMPLIANCE_LOOSE);
	g_mime_parser_options_set_allow_addresses_without_domain(options, FALSE);
}

void from_header_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare);
}

static bool has_control_bytes(struct text t)
{
	bool has = false;

	for (size_t i = 0; i < t.length; i++)
		has |= (unsigned char)t.at[i] < 0x20 || t.at[i] == 0x7f;
	return has;
}

/*
 * Folding white space becomes one blank; any other control byte spoils the header. Ends with a NUL. .at is NULL:
 * invalid or no memory.
 */
static struct text unfold(struct arena *arena, struct text value, bool *memory)
{
	static const struct text none = { NULL, 0 };

	if (!has_control_bytes(value)) {
		struct text copy = arena_text(arena, value);
		*memory = copy.at;
		return copy;
	}
	char *out = arena_bytes(arena, value.length + 1);
	size_t length = 0;

	*memory = out;
	for (size_t i = 0; out && i < value.length; i++) {
		char byte = value.at[i];
		bool folded = (byte == '\r' || byte == '\n') && i + 1 < value.length;
		if (byte == '\r' && folded && value.at[i + 1] == '\n')
			continue;
		if (byte == '\n' && folded && (value.at[i + 1] == ' ' || value.at[i + 1] == '\t'))
			continue;
		if (((unsigned char)byte < 0x20 && byte != '\t') || byte == 0x7f)
			return none;
		out[length++] = byte == '\t' ? ' ' : byte;
	}
	if (!out)
		return none;
	out[length] = '\0';
	return (struct text){ out, length };
}

/* local@domain; without a copy where it stands so in the header. */
static struct text spec_address(struct arena *arena, const struct address_spec *spec)
{
	const struct text parts[] = { spec->local, TEXT("@"), spec->domain };

	if (spec->local.at + spec->local.length + 1 == spec->domain.at)
		return (struct text){ spec->local.at, spec->local.length + 1 + spec->domain.length };
	return arena_join(arena, parts, 3);
}

static enum header_kind take_address(struct arena *arena, const struct address_spec *spec, enum mailbox_case fold,
	struct header_mailbox *out)
{
	struct text address = spec_address(arena, spec);

	out->name = TEXT("");
	out->mailbox = address.at ? mailbox_parse(arena, address, TEXT(""), fold) : (struct mailbox){ .kind = MAILBOX_MEMORY };
	if (out->mailbox.kind == MAILBOX_MEMORY)
		return HEADER_MEMORY;
	/* An encoded-word does not belong into an address: a program that decodes it there sees another address. */
	if (out->mailbox.kind != MAILBOX_ADDRESS || text_starts_with(out->mailbox.local, TEXT("=?")) ||
		text_ends_with(out->mailbox.domain, TEXT("?=")))
		return HEADER_INVALID;
	out->written.kind = MAILBOX_NULL;
	if (!text_equals(spec->local, out->mailbox.local))
		out->written = mailbox_as_written(arena, spec->local, out->mailbox.domain, fold);
	switch (out->written.kind) {
	case MAILBOX_MEMORY:
		return HEADER_MEMORY;
	case MAILBOX_INVALID:
		return HEADER_INVALID;
	default:
		return HEADER_MAILBOXES;
	}
}

/* The mailboxes of the grammar behind those that are there. */
static enum header_kind take_addresses(struct arena *arena, struct text text, enum mailbox_case fold, struct header_mailboxes *out)
{
	struct address_spec specs[HEADER_MAILBOXES_MAX];
	size_t count;

	switch (address_grammar_check(text, specs, HEADER_MAILBOXES_MAX - out->count, &count)) {
	case ADDRESSES_NULL:
		return HEADER_NULL;
	case ADDRESSES_NONE:
		return HEADER_INVALID;
	case ADDRESSES_SOME:
		break;
	}
	struct header_mailbox *at = arena_array(arena, out->count + count, sizeof *at);
	if (!at)
		return HEADER_MEMORY;
	if (out->count)
		memcpy(at, out->at, out->count * sizeof *at);
	for (size_t i = 0; i < count; i++) {
		enum header_kind kind = take_address(arena, &specs[i], fold, &at[out->count + i]);
		if (kind != HEADER_MAILBOXES)
			return kind;
	}
	*out = (struct header_mailboxes){ at, out->count + count };
	return HEADER_MAILBOXES;
}

/* Whose names are looked for. */
struct naming {
	struct arena *arena;
	struct header_mailbox *next;
	size_t left;
	bool memory; /* ran short */
};

/* Only the name is GMime's: in addresses it turns xn-- domains into Unicode. */
static bool take_name(struct naming *naming, const char *name)
{
	if (!naming->left)
		return false;
	struct header_mailbox *out = naming->next++;
	naming->left--;
	if (!name || !*name)
		return true;
	if (!text_is_utf8(text_of(name)))
		return false;
	out->name = arena_text(naming->arena, text_of(name));
	naming->memory = naming->memory || !out->name.at;
	return out->name.at;
}

/* Groups may stand in the list, but not in another group. */
static bool take_names(struct naming *naming, InternetAddressList *list, bool in_group)
{
	int length = internet_address_list_length(list);

	for (int i = 0; i < length; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
			if (!take_name(naming, internet_address_get_name(address)))
				return false;
		} else if (in_group || !INTERNET_ADDRESS_IS_GROUP(address) ||
			!take_names(naming, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), true)) {
			return false;
		}
	}
	return true;
}

static enum header_kind read_names(struct arena *arena, const char *text, struct header_mailbox *mailboxes, size_t count)
{
	struct naming naming = { arena, mailboxes, count, false };
	InternetAddressList *list = internet_address_list_parse(options, text);
	bool good = list && take_names(&naming, list, false) && naming.left == 0;

	if (list)
		g_object_unref(list);
	if (naming.memory)
		return HEADER_MEMORY;
	return good ? HEADER_MAILBOXES : HEADER_INVALID;
}

enum header_kind from_header_read(struct arena *arena, struct text value, enum mailbox_case fold, bool names,
	struct header_mailboxes *out)
{
	struct header_mailboxes found = *out;
	bool memory;

	if (!options || value.length > FROM_HEADER_MAX || !text_is_utf8(value))
		return HEADER_INVALID;
	const struct text text = unfold(arena, value, &memory);
	if (!memory)
		return HEADER_MEMORY;
	if (!text.at)
		return HEADER_INVALID;
	enum header_kind kind = take_addresses(arena, text, fold, &found);
	if (kind == HEADER_MAILBOXES && names)
		kind = read_names(arena, text.at, found.at + out->count, found.count - out->count);
	if (kind == HEADER_MAILBOXES)
		*out = found;
	return kind;
}
