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

/* Folding white space becomes one blank; any other control byte spoils the header. NULL: invalid or no memory. */
static char *unfold(struct arena *arena, struct text value, bool *memory)
{
	char *out = arena_take(arena, value.length + 1);
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
			return NULL;
		out[length++] = byte == '\t' ? ' ' : byte;
	}
	if (out)
		out[length] = '\0';
	return out;
}

/* Where mailboxes go, and what has become of it. */
struct reading {
	struct arena *arena;
	enum mailbox_case fold;
	struct header_mailbox *mailboxes;
	size_t count;
	const struct address_spec *specs; /* the next one's */
	size_t left;                      /* how many there are */
	enum header_kind kind;
};

static bool take_name(struct reading *reading, const char *name, struct text *out)
{
	*out = TEXT("");
	if (!name || !*name)
		return true;
	if (!text_is_utf8(text_of(name)))
		return false;
	*out = arena_text(reading->arena, text_of(name));
	if (!out->at)
		reading->kind = HEADER_MEMORY;
	return out->at;
}

/* The name is GMime's; the address is taken as it is written: GMime turns xn-- domains into Unicode. */
static bool take_mailbox(struct reading *reading, const char *name)
{
	struct header_mailbox *out = &reading->mailboxes[reading->count];

	if (!reading->left)
		return false;
	const struct address_spec *spec = reading->specs++;
	reading->left--;
	struct text address = text_of(arena_printf(reading->arena, "%.*s@%.*s", TEXT_ARGS(spec->local), TEXT_ARGS(spec->domain)));
	out->mailbox = address.length ? mailbox_parse(reading->arena, address, TEXT(""), reading->fold)
		: (struct mailbox){ .kind = MAILBOX_MEMORY };
	if (out->mailbox.kind == MAILBOX_MEMORY)
		reading->kind = HEADER_MEMORY;
	if (out->mailbox.kind != MAILBOX_ADDRESS || !take_name(reading, name, &out->name))
		return false;
	/* An encoded-word does not belong into an address; whoever decodes it there sees another one. */
	if (text_starts_with(out->mailbox.local, TEXT("=?")) || text_ends_with(out->mailbox.domain, TEXT("?=")))
		return false;
	reading->count++;
	return true;
}

/* Groups may stand in the list, but not in another group. */
static bool take_list(struct reading *reading, InternetAddressList *list, bool in_group)
{
	int length = internet_address_list_length(list);

	for (int i = 0; i < length; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
			if (!take_mailbox(reading, internet_address_get_name(address)))
				return false;
		} else if (in_group || !INTERNET_ADDRESS_IS_GROUP(address) ||
			   !take_list(reading, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), true)) {
			return false;
		}
	}
	return true;
}

static enum header_kind read_text(struct reading *reading, const char *text)
{
	struct address_spec specs[HEADER_MAILBOXES_MAX];

	switch (address_grammar_check(text_of(text), specs, HEADER_MAILBOXES_MAX - reading->count, &reading->left)) {
	case ADDRESSES_NULL:
		return HEADER_NULL;
	case ADDRESSES_NONE:
		return HEADER_INVALID;
	case ADDRESSES_SOME:
		break;
	}
	reading->specs = specs;
	InternetAddressList *list = internet_address_list_parse(options, text);
	if (list) {
		if (take_list(reading, list, false) && reading->left == 0)
			reading->kind = HEADER_MAILBOXES;
		g_object_unref(list);
	}
	return reading->kind;
}

enum header_kind from_header_read(struct arena *arena, struct text value, enum mailbox_case fold,
	struct header_mailbox *mailboxes, size_t *count)
{
	struct reading reading = { arena, fold, mailboxes, *count, NULL, 0, HEADER_INVALID };
	bool memory;

	if (!options || value.length > FROM_HEADER_MAX || !text_is_utf8(value))
		return HEADER_INVALID;
	const char *text = unfold(arena, value, &memory);
	if (!memory)
		return HEADER_MEMORY;
	if (!text)
		return HEADER_INVALID;
	enum header_kind kind = read_text(&reading, text);
	if (kind == HEADER_MAILBOXES)
		*count = reading.count;
	return kind;
}
