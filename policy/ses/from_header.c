/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/from_header.h"

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

/* What stands outside of quoted strings and comments. */
struct outside {
	size_t ats;      /* `@` */
	size_t opens;    /* `<` */
	bool content;    /* anything but blanks, commas and angle brackets */
	bool balanced;   /* all quotes, comments, angle brackets and domain literals end */
	bool blank_in_literal;
};

static struct outside look_outside(const char *text)
{
	struct outside seen = { 0 };
	bool quoted = false, angle = false, literal = false;
	size_t comments = 0;

	for (; *text; text++) {
		char byte = *text;
		if (byte == '\\' && (quoted || comments || literal)) {
			if (!text[1])
				return seen;
			text++;
		} else if (quoted) {
			quoted = byte != '"';
		} else if (comments || (byte == '(' && !literal)) {
			comments += byte == '(';
			comments -= byte == ')';
		} else if (literal) {
			literal = byte != ']';
			seen.blank_in_literal |= byte == ' ' || byte == '[';
		} else if (byte == '"') {
			quoted = true;
			seen.content = true;
		} else if (byte == '[') {
			literal = true;
			seen.content = true;
		} else if (byte == ')' || byte == ']' || byte == '\\') {
			return seen;
		} else if (byte == '<' || byte == '>') {
			if (angle == (byte == '<'))
				return seen;
			angle = byte == '<';
			seen.opens += angle;
		} else {
			seen.ats += byte == '@';
			seen.content |= byte != ' ' && byte != ',';
		}
	}
	seen.balanced = !quoted && !comments && !angle && !literal;
	return seen;
}

/* Where mailboxes go, and what has become of it. */
struct reading {
	struct arena *arena;
	enum mailbox_case fold;
	struct header_mailbox *mailboxes;
	size_t count;
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

/* An address of the header as mailbox_parse wants it, which would take a bare or a routed one for something else. */
static bool is_plain(const char *address)
{
	return address[0] != '<' && address[0] != '@' && !strstr(address, "=?") && !strpbrk(address, " \t()<>,;");
}

static bool take_mailbox(struct reading *reading, InternetAddressMailbox *mailbox, const char *name)
{
	const char *address = internet_address_mailbox_get_addr(mailbox);
	struct header_mailbox *out = &reading->mailboxes[reading->count];

	if (!address || reading->count == HEADER_MAILBOXES_MAX)
		return false;
	/* In quotes all of these may stand. */
	if (address[0] != '"' && !is_plain(address))
		return false;
	struct text copy = arena_text(reading->arena, text_of(address));
	out->mailbox = copy.at ? mailbox_parse(reading->arena, copy, TEXT(""), reading->fold)
		: (struct mailbox){ .kind = MAILBOX_MEMORY };
	if (out->mailbox.kind == MAILBOX_MEMORY)
		reading->kind = HEADER_MEMORY;
	if (out->mailbox.kind != MAILBOX_ADDRESS || !take_name(reading, name, &out->name))
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
			if (!take_mailbox(reading, INTERNET_ADDRESS_MAILBOX(address), internet_address_get_name(address)))
				return false;
		} else if (in_group || !INTERNET_ADDRESS_IS_GROUP(address) ||
			   !take_list(reading, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), true)) {
			return false;
		}
	}
	return true;
}

enum header_kind from_header_read(struct arena *arena, struct text value, enum mailbox_case fold,
	struct header_mailbox *mailboxes, size_t *count)
{
	struct reading reading = { arena, fold, mailboxes, *count, HEADER_INVALID };
	bool memory;

	if (!options || value.length > FROM_HEADER_MAX || !text_is_utf8(value))
		return HEADER_INVALID;
	const char *text = unfold(arena, value, &memory);
	if (!memory)
		return HEADER_MEMORY;
	if (!text)
		return HEADER_INVALID;
	struct outside outside = look_outside(text);
	if (!outside.balanced || outside.blank_in_literal)
		return HEADER_INVALID;
	if (!outside.content && outside.opens == 1)
		return HEADER_NULL;
	InternetAddressList *list = internet_address_list_parse(options, text);
	if (list) {
		if (take_list(&reading, list, false) && reading.count > *count && reading.count - *count == outside.ats)
			reading.kind = HEADER_MAILBOXES;
		g_object_unref(list);
	}
	if (reading.kind == HEADER_MAILBOXES)
		*count = reading.count;
	return reading.kind;
}
