/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/ses_name.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Longest name of a charset. */
#define CHARSET_MAX 40

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool has_mark(struct text t)
{
	for (size_t i = 0; i + 1 < t.length; i++)
		if (t.at[i] == '=' && t.at[i + 1] == '?')
			return true;
	return false;
}

/* Without the quotes around it, if they are around all of it; those inside stay. */
static struct text unquote(struct arena *arena, struct text t)
{
	if (t.length < 2 || t.at[0] != '"' || t.at[t.length - 1] != '"')
		return t;
	t = text_from(text_first(t, t.length - 1), 1);
	char *out = arena_bytes(arena, t.length + 1);
	size_t length = 0;

	if (!out)
		return (struct text){ NULL, 0 };
	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] == '\\' && i + 1 < t.length)
			i++;
		out[length++] = t.at[i];
	}
	return (struct text){ out, length };
}

/* =?charset?encoding?text?= and what stands behind it in the same word. */
struct encoded {
	struct text charset, encoding, text, behind;
};

/* Up to the byte, which is stepped over. False: it is not there. */
static bool cut(struct text *rest, char byte, struct text *out)
{
	size_t end = text_find(*rest, byte, 0);

	if (end == rest->length)
		return false;
	*out = text_first(*rest, end);
	*rest = text_from(*rest, end + 1);
	return true;
}

static bool split(struct text word, struct encoded *out)
{
	struct text rest = text_from(word, 2);

	if (!text_starts_with(word, TEXT("=?")) || !cut(&rest, '?', &out->charset) || !cut(&rest, '?', &out->encoding))
		return false;
	out->charset = text_first(out->charset, text_find(out->charset, '*', 0));
	for (size_t i = 0; i + 1 < rest.length; i++)
		if (rest.at[i] == '?' && rest.at[i + 1] == '=') {
			out->text = text_first(rest, i);
			out->behind = text_from(rest, i + 2);
			return true;
		}
	return false;
}

static int hex(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte = text_lower(byte);
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The number of bytes, or -1: not as it should be. */
static long decode_q(struct text t, char *out)
{
	long length = 0;

	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] != '=') {
			out[length++] = t.at[i] == '_' ? ' ' : t.at[i];
			continue;
		}
		if (i + 2 >= t.length || hex(t.at[i + 1]) < 0 || hex(t.at[i + 2]) < 0)
			return -1;
		out[length++] = (char)(hex(t.at[i + 1]) << 4 | hex(t.at[i + 2]));
		i += 2;
	}
	return length;
}

static int base64_digit(char byte)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = byte ? strchr(digits, byte) : NULL;

	return found ? (int)(found - digits) : -1;
}

static long decode_b(struct text t, char *out)
{
	size_t pad = text_ends_with(t, TEXT("==")) ? 2 : text_ends_with(t, TEXT("="));
	unsigned bits = 0, held = 0;
	long length = 0;

	if (t.length % 4)
		return -1;
	for (size_t i = 0; i + pad < t.length; i++) {
		int digit = base64_digit(t.at[i]);
		if (digit < 0)
			return -1;
		bits = bits << 6 | (unsigned)digit;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[length++] = (char)(bits >> held);
		}
	}
	return length;
}

static enum name_found to_utf8(struct arena *arena, struct text bytes, struct text charset, struct text *out)
{
	char name[CHARSET_MAX + 1];

	if (!charset.length || charset.length > CHARSET_MAX)
		return NAME_UNKNOWN;
	memcpy(name, charset.at, charset.length);
	name[charset.length] = '\0';
	/* What iconv would make of a charset's suffix (//TRANSLIT) is not the charset's. */
	if (strchr(name, '/'))
		return NAME_UNKNOWN;
	/* No charset has bytes that become more than that. */
	size_t room = 8 * bytes.length + 8, left = room, in = bytes.length;
	char *converted = arena_bytes(arena, room), *from = (char *)bytes.at, *to = converted;
	if (!converted)
		return NAME_MEMORY;
	iconv_t converter = iconv_open("UTF-8", name);
	if (converter == (iconv_t)-1)
		return errno == ENOMEM ? NAME_MEMORY : NAME_UNKNOWN;
	bool good = iconv(converter, &from, &in, &to, &left) == 0 && iconv(converter, NULL, NULL, &to, &left) == 0;
	iconv_close(converter);
	*out = (struct text){ converted, (size_t)(to - converted) };
	return good && text_is_utf8(*out) ? NAME_READ : NAME_UNKNOWN;
}

/* An encoded-word with what stands behind it. */
static enum name_found decode(struct arena *arena, const struct encoded *word, struct text *out)
{
	bool q = text_equals_fold(word->encoding, TEXT("Q"));
	char *bytes = arena_bytes(arena, word->text.length + 1);
	struct text parts[2] = { TEXT(""), word->behind };

	if (!bytes)
		return NAME_MEMORY;
	if (!q && !text_equals_fold(word->encoding, TEXT("B")))
		return NAME_UNKNOWN;
	long length = q ? decode_q(word->text, bytes) : decode_b(word->text, bytes);
	if (length < 0)
		return NAME_UNKNOWN;
	if (length) {
		enum name_found found = to_utf8(arena, (struct text){ bytes, (size_t)length }, word->charset, &parts[0]);
		if (found != NAME_READ)
			return found;
	}
	*out = arena_join(arena, parts, 2);
	return out->at ? NAME_READ : NAME_MEMORY;
}

/* The parts of a name as they are added. */
struct growing {
	struct text *parts;
	size_t count;
};

/* Word by word, with the blanks between them but for those between two encoded-words. */
static enum name_found decode_words(struct arena *arena, struct text t, struct growing *growing)
{
	bool after_encoded = false;

	while (t.length) {
		size_t blanks = 0, end;
		struct encoded encoded;
		while (blanks < t.length && is_blank(t.at[blanks]))
			blanks++;
		for (end = blanks; end < t.length && !is_blank(t.at[end]); end++)
			;
		struct text before = text_first(t, blanks), word = text_from(text_first(t, end), blanks);
		bool is_encoded = split(word, &encoded);
		if (is_encoded) {
			enum name_found found = decode(arena, &encoded, &word);
			if (found != NAME_READ)
				return found;
		}
		if (!is_encoded || !after_encoded)
			growing->parts[growing->count++] = before;
		growing->parts[growing->count++] = word;
		after_encoded = is_encoded;
		t = text_from(t, end);
	}
	return NAME_READ;
}

static bool is_empty(struct text t)
{
	for (size_t i = 0; i < t.length; i++)
		if (!is_blank(t.at[i]))
			return false;
	return true;
}

static struct text trim(struct text t)
{
	while (t.length && is_blank(t.at[0]))
		t = text_from(t, 1);
	while (t.length && is_blank(t.at[t.length - 1]))
		t.length--;
	return t;
}

enum name_found ses_name_read(struct arena *arena, const struct address_spec *spec, struct text *name)
{
	struct text whole = unquote(arena, trim(spec->phrase.length ? spec->phrase : spec->comment));
	struct growing growing = { NULL, 0 };

	*name = TEXT("");
	if (!whole.at)
		return NAME_MEMORY;
	if (is_empty(whole))
		return NAME_READ;
	*name = whole;
	if (!has_mark(whole))
		return NAME_READ;
	growing.parts = arena_array(arena, whole.length + 2, sizeof *growing.parts);
	if (!growing.parts)
		return NAME_MEMORY;
	enum name_found found = decode_words(arena, whole, &growing);
	if (found != NAME_READ)
		return found;
	*name = arena_join(arena, growing.parts, growing.count);
	return name->at ? NAME_READ : NAME_MEMORY;
}
