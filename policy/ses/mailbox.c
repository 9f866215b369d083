/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One pass over the argument collects what the local part means, quotes and
 * backslashes taken away; it is then written out again, so that an address has one
 * spelling here however the client wrote it.
 *
 * What an MTA would still understand but no mail program writes (comments, two
 * `@`, specials without quotes) is refused: a guess would be a way around the
 * policies.
 */
#include "ses/mailbox_parts.h"

#include <string.h>

/* While reading: what is left of the argument. */
struct mailbox_scan {
	struct text rest;
};

static bool is_atext(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80 ||
		(c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static struct text trim(struct text t)
{
	while (t.length && t.at[0] == ' ')
		t = text_from(t, 1);
	while (t.length && t.at[t.length - 1] == ' ')
		t.length--;
	return t;
}

static char peek(const struct mailbox_scan *cursor)
{
	return cursor->rest.length ? cursor->rest.at[0] : '\0';
}

static char next(struct mailbox_scan *cursor)
{
	char c = peek(cursor);

	cursor->rest = text_from(cursor->rest, 1);
	return c;
}

static bool content_add(struct content *content, char c)
{
	if (content->length == sizeof content->bytes)
		return false;
	content->bytes[content->length++] = c;
	return true;
}

/* After the opening quote, up to and with the closing one. */
static bool read_quoted(struct mailbox_scan *cursor, struct content *content)
{
	while (cursor->rest.length) {
		char c = next(cursor);

		if (c == '"')
			return true;
		if (c == '\\') {
			if (!cursor->rest.length)
				return false;
			c = next(cursor);
		}
		if (!content_add(content, c))
			return false;
	}
	return false;
}

/*
 * Words with dots between them, each an atom or quoted (RFC 5322, 4.4: what
 * MTAs understand), up to an `@` or the end. A backslash makes the next byte
 * ordinary outside of quotes too, as it does for Postfix and Sendmail.
 */
static bool read_local(struct mailbox_scan *cursor, struct content *content)
{
	bool after_quote = false, at_word = true;

	while (cursor->rest.length && peek(cursor) != '@') {
		char c = next(cursor);

		if (c == '"') {
			if (!at_word || !read_quoted(cursor, content))
				return false;
			after_quote = true;
			at_word = false;
			continue;
		}
		if (c != '.' && after_quote)
			return false;
		at_word = c == '.';
		after_quote = false;
		if (c == '\\') {
			if (!cursor->rest.length)
				return false;
			c = next(cursor);
		} else if (c != '.' && !is_atext((unsigned char)c)) {
			return false;
		}
		if (!content_add(content, c))
			return false;
	}
	return true;
}

static bool is_domain_literal(struct text t)
{
	if (t.length < 3 || t.at[0] != '[' || t.at[t.length - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < t.length; i++)
		if (!is_atext((unsigned char)t.at[i]) && t.at[i] != '.' && t.at[i] != ':')
			return false;
	return true;
}

/* Labels with dots between them, none empty. */
static bool is_domain_name(struct text t)
{
	bool label = false;

	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] == '.' ? !label : !is_atext((unsigned char)t.at[i]))
			return false;
		label = t.at[i] != '.';
	}
	return label;
}

static bool is_domain(struct text t)
{
	return is_domain_literal(t) || is_domain_name(t);
}

static struct text without_last_dot(struct text t)
{
	return text_ends_with(t, TEXT(".")) ? text_first(t, t.length - 1) : t;
}

/* Step over @a,@b: in front of the address. Colons in domain literals do not end it. */
static bool skip_route(struct mailbox_scan *cursor)
{
	while (peek(cursor) == '@') {
		struct text hop = text_from(cursor->rest, 1);
		size_t end = 0;

		if (hop.length && hop.at[0] == '[')
			end = text_find(hop, ']', 0);
		while (end < hop.length && hop.at[end] != ',' && hop.at[end] != ':')
			end++;
		if (end == hop.length || !is_domain(without_last_dot(text_first(hop, end))))
			return false;
		cursor->rest = text_from(hop, end + 1);
		if (hop.at[end] == ':')
			return peek(cursor) != '@';
		if (peek(cursor) != '@')
			return false;
	}
	return true;
}

/* The brackets around all of it, and the spaces around and in them. False: one without the other. */
static bool strip_brackets(struct text *t)
{
	*t = trim(*t);
	if (!text_starts_with(*t, TEXT("<")))
		return true;
	if (!text_ends_with(*t, TEXT(">")))
		return false;
	*t = trim(text_from(text_first(*t, t->length - 1), 1));
	return true;
}

/* Is there something in a local part of which an MTA may make a domain? */
static bool has_route(struct text local)
{
	for (size_t i = 0; i < local.length; i++)
		if (local.at[i] == '!' || local.at[i] == '%' || local.at[i] == '@')
			return true;
	return false;
}

bool mailbox_is_routed(const struct mailbox *mailbox, struct text completed)
{
	size_t at;

	if (!has_route(mailbox->local) || !strip_brackets(&completed))
		return false;
	for (at = completed.length; at && completed.at[at - 1] != '@'; at--)
		;
	return at && !text_equals_fold(without_last_dot(text_from(completed, at)), mailbox->domain);
}

static bool is_dot_atom(const struct content *content)
{
	return is_domain_name((struct text){ content->bytes, content->length });
}

struct text mailbox_piece(struct text local, struct text completed)
{
	if (!has_route(local))
		return local;
	struct text head = text_first(local, completed.length);
	struct text tail = text_from(local, local.length - head.length);
	if (text_equals_fold(head, completed))
		return head;
	return text_equals_fold(tail, completed) ? tail : completed;
}

/* The address from its bytes: `at` of them are the local part. */
static struct mailbox address_of(struct arena *arena, struct text bytes, size_t at)
{
	struct text address = arena_text(arena, bytes);

	if (!address.at)
		return (struct mailbox){ .kind = MAILBOX_MEMORY };
	return (struct mailbox){
		.kind = MAILBOX_ADDRESS,
		.address = address,
		.local = text_first(address, at),
		.domain = text_from(address, at + 1),
	};
}

/* Behind `used` bytes an `@` and the domain. */
static struct mailbox with_domain(struct arena *arena, char *out, size_t used, struct text domain, enum mailbox_case fold)
{
	size_t at = used;

	if (domain.length > MAILBOX_MAX || used + 1 + domain.length > MAILBOX_MAX)
		return (struct mailbox){ .kind = MAILBOX_INVALID };
	out[used++] = '@';
	for (size_t i = 0; i < domain.length; i++)
		out[used++] = fold == MAILBOX_CASE_DOMAIN ? text_lower(domain.at[i]) : domain.at[i];
	return address_of(arena, (struct text){ out, used }, at);
}

struct mailbox mailbox_as_written(struct arena *arena, struct text local, struct text domain, enum mailbox_case fold)
{
	char out[MAILBOX_MAX];

	if (local.length >= MAILBOX_MAX)
		return (struct mailbox){ .kind = MAILBOX_INVALID };
	memcpy(out, local.at, local.length);
	return with_domain(arena, out, local.length, domain, fold);
}

/* The one spelling: a dot-atom as it is, everything else between quotes. */
struct mailbox mailbox_spell(struct arena *arena, const struct content *local, struct text domain, enum mailbox_case fold)
{
	char out[2 * MAILBOX_MAX + 3];
	size_t used = 0;
	bool quote = !is_dot_atom(local);

	if (quote)
		out[used++] = '"';
	for (size_t i = 0; i < local->length; i++) {
		if (local->bytes[i] == '"' || local->bytes[i] == '\\')
			out[used++] = '\\';
		out[used++] = local->bytes[i];
	}
	if (quote)
		out[used++] = '"';
	return with_domain(arena, out, used, domain, fold);
}

static bool read_address(struct text t, struct address_parts *parts)
{
	struct mailbox_scan cursor = { t };
	bool quoted_empty;

	if (!skip_route(&cursor))
		return false;
	quoted_empty = text_starts_with(cursor.rest, TEXT("\"\""));
	parts->local.length = 0;
	parts->written = cursor.rest;
	if (!read_local(&cursor, &parts->local) || (!parts->local.length && !quoted_empty))
		return false;
	parts->written = text_first(parts->written, parts->written.length - cursor.rest.length);
	parts->domain = TEXT("");
	if (next(&cursor) != '@')
		return true;
	parts->domain = without_last_dot(cursor.rest);
	return is_domain(parts->domain);
}

bool mailbox_read(struct text raw, struct address_parts *parts)
{
	return !text_has_controls(raw) && text_is_utf8(raw) && strip_brackets(&raw) && read_address(raw, parts);
}

/* Letters that need no second look, by byte: what may stand in a word. */
static const unsigned char plain[256] = {
	['0' ... '9'] = 1,
	['A' ... 'Z'] = 1,
	['a' ... 'z'] = 1,
	['!'] = 1,
	['#' ... '\''] = 1,
	['*'] = 1,
	['+'] = 1,
	['-'] = 1,
	['/'] = 1,
	['='] = 1,
	['?'] = 1,
	['^' ... '`'] = 1,
	['{' ... '~'] = 1,
};

/* How long the dot-atom is that begins here; 0: there is none, or a dot too many. */
static size_t plain_length(struct text t)
{
	for (size_t i = 0;; i++) {
		size_t word = i;
		while (i < t.length && plain[(unsigned char)t.at[i]])
			i++;
		if (i == word)
			return 0;
		if (i == t.length || t.at[i] != '.')
			return i;
	}
}

/*
 * Nearly all addresses are a dot-atom, `@` and a dot-atom of ASCII, with brackets or without: what is read below in
 * many steps stands there already. False: it is none of these.
 */
static bool read_plain(struct arena *arena, struct text t, enum mailbox_case fold, struct mailbox *mailbox)
{
	if (t.length > 2 && t.at[0] == '<' && t.at[t.length - 1] == '>')
		t = (struct text){ t.at + 1, t.length - 2 };
	size_t local = plain_length(t);
	if (!local || local == t.length || t.at[local] != '@' || t.length > MAILBOX_MAX)
		return false;
	struct text domain = text_from(t, local + 1);
	if (!domain.length || plain_length(domain) != domain.length)
		return false;
	char *out = arena_take(arena, t.length);
	if (!out) {
		*mailbox = (struct mailbox){ .kind = MAILBOX_MEMORY };
		return true;
	}
	memcpy(out, t.at, t.length);
	bool capitals = fold == MAILBOX_CASE_DOMAIN && text_has_capitals(domain);
	for (size_t i = local + 1; capitals && i < t.length; i++)
		out[i] = text_lower(out[i]);
	*mailbox = (struct mailbox){
		.kind = MAILBOX_ADDRESS,
		.address = { out, t.length },
		.local = { out, local },
		.domain = { out + local + 1, domain.length },
	};
	return true;
}

/*
 * An address without a domain is the MTA's to complete, and it may find one in
 * the local part: host!user, user%host. Not in quotes: what Postfix takes apart
 * there, Sendmail relays as it is, with its own name behind it.
 */
static bool complete(struct address_parts *parts, struct text completed)
{
	struct text local = { parts->local.bytes, parts->local.length };
	struct address_parts theirs;

	if (!mailbox_read(completed, &theirs) || !theirs.domain.length || (has_route(local) && !text_equals(local, parts->written)))
		return false;
	struct text piece = mailbox_piece(local, (struct text){ theirs.local.bytes, theirs.local.length });
	memmove(parts->local.bytes, piece.at, piece.length);
	parts->local.length = piece.length;
	parts->domain = theirs.domain;
	return true;
}

struct mailbox mailbox_parse(struct arena *arena, struct text raw, struct text completed, enum mailbox_case fold)
{
	static const struct mailbox invalid = { .kind = MAILBOX_INVALID };
	struct address_parts parts;
	struct mailbox mailbox;

	if (read_plain(arena, raw, fold, &mailbox))
		return mailbox;
	if (text_has_controls(raw) || !text_is_utf8(raw) || !strip_brackets(&raw))
		return invalid;
	if (!raw.length)
		return (struct mailbox){ .kind = MAILBOX_NULL };
	if (!read_address(raw, &parts) || (!parts.domain.length && !complete(&parts, completed)))
		return invalid;
	return mailbox_spell(arena, &parts.local, parts.domain, fold);
}
