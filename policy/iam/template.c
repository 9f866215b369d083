/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/template.h"

#include "iam/request.h"
#include "value/fold.h"

#include <string.h>

bool template_needed(const struct compile *c, struct text t)
{
	return c->variables && t.length > 1 && memmem(t.at, t.length, "${", 2);
}

static bool piece_add(struct template *out, struct template_piece piece)
{
	if (out->count == TEMPLATE_PIECES)
		return false;
	out->pieces[out->count++] = piece;
	return true;
}

/* What stands between the braces. NULL on success, else what is wrong. */
static const char *variable_compile(struct compile *c, struct text inside, struct template_piece *piece)
{
	*piece = (struct template_piece){ .slot = -1, .literal = true };
	if (inside.length == 1 && strchr("*?$", *inside.at)) {
		piece->text = inside;
		return NULL;
	}
	size_t comma = text_find(inside, ',', 0);
	struct text key = text_first(inside, comma), rest = text_from(inside, comma);
	if (!key.length)
		return "variable without a key; name one, as in ${aws:username}";
	if (rest.length) {
		if (!text_starts_with(rest, TEXT(", '")) || rest.length < 4 || rest.at[rest.length - 1] != '\'')
			return "bad default; a default is written ${key, 'text'}: comma, one space, single quotes";
		piece->text = text_first(text_from(rest, 3), rest.length - 4);
		if (memchr(piece->text.at, '\'', piece->text.length))
			return "single quote inside a default; it cannot be written there";
	}
	for (size_t i = 0; i < key.length; i++)
		if ((unsigned char)key.at[i] <= ' ' || strchr("{}$'\"", key.at[i]))
			return "space, brace or quote in the name of a variable; write ${key} or ${key, 'default'}";
	piece->literal = false;
	piece->slot = key_table_add(c->keys, key);
	if (piece->slot < 0)
		fault_memory(c->faults);
	else
		c->keys->keys[piece->slot].types |= TYPE_STRING;
	return NULL;
}

bool template_compile(struct compile *c, const struct json_path *path, struct text t, struct template *out)
{
	struct template_piece pieces[TEMPLATE_PIECES];
	*out = (struct template){ .source = t, .pieces = pieces, .fixed = true };

	for (size_t at = 0; at < t.length;) {
		const char *dollar = memmem(t.at + at, t.length - at, "${", 2);
		size_t plain = dollar ? (size_t)(dollar - t.at) : t.length;
		struct template_piece piece = { .text = text_first(text_from(t, at), plain - at), .slot = -1 };
		bool fits = !piece.text.length || piece_add(out, piece);
		at = plain;
		if (dollar) {
			size_t close = text_find(t, '}', at);
			if (close == t.length) {
				compile_fault(c, path, "variable without its closing brace; write ${key}");
				return false;
			}
			const char *wrong = variable_compile(c, text_first(text_from(t, at + 2), close - at - 2), &piece);
			if (wrong) {
				compile_fault(c, path, "%s", wrong);
				return false;
			}
			out->fixed &= piece.slot < 0;
			fits = fits && piece_add(out, piece);
			at = close + 1;
		}
		if (!fits) {
			compile_fault(c, path, "more than %d pieces in one text with variables; split it into several values",
				TEMPLATE_PIECES);
			return false;
		}
	}
	out->pieces = arena_array(c->arena, out->count, sizeof *out->pieces);
	if (!out->pieces) {
		fault_memory(c->faults);
		return false;
	}
	memcpy(out->pieces, pieces, out->count * sizeof *pieces);
	return true;
}

bool template_may_fold(const struct template *template)
{
	for (size_t i = template->count; i-- > 0;) {
		const struct template_piece *piece = &template->pieces[i];
		if (piece->slot >= 0 || domain_has_capitals(piece->text))
			return true;
		if (text_find(piece->text, '@', 0) < piece->text.length)
			return false;
	}
	return false;
}

enum template_state template_resolve(const struct template *template, const struct request *request, struct glob_piece *pieces)
{
	enum template_state state = TEMPLATE_RESOLVED;

	for (size_t i = 0; i < template->count; i++) {
		const struct template_piece *from = &template->pieces[i];
		pieces[i] = (struct glob_piece){ .text = from->text, .literal = from->literal };
		if (from->slot < 0)
			continue;
		const struct slot *slot = &request->slots[from->slot];
		const struct key *key = &policy_set_keys(request->set)[from->slot];
		pieces[i].literal = true;
		if (slot->state == SLOT_PENDING) {
			state = TEMPLATE_PENDING;
		} else if (slot->state == SLOT_OPEN ||
			(slot->state == SLOT_PRESENT && (slot->count > 1 || (key->info && key->info->plural)))) {
			/* Lists cannot be substituted, default or not. */
			return TEMPLATE_UNRESOLVED;
		} else if (slot->state == SLOT_PRESENT && slot->count == 1) {
			pieces[i].text = slot->values[0].text;
		} else if (!from->text.at) {
			return TEMPLATE_UNRESOLVED;
		}
	}
	return state;
}

/* The first `count` characters of t. */
static struct text text_characters(struct text t, size_t count)
{
	size_t at = 0;
	while (count-- && at < t.length)
		at += text_character(t, at);
	return text_first(t, at);
}

static bool piece_equals(const struct glob_piece *piece, struct text have)
{
	if (piece->letters == GLOB_LETTERS_EXACT || piece->text.length != have.length)
		return text_equals(piece->text, have);
	for (size_t i = 0; i < have.length; i++)
		if (!glob_byte_matches(piece->text.at[i], have.at[i], piece->letters))
			return false;
	return true;
}

bool template_equals(const struct glob_piece *pieces, size_t count, struct text value, bool ignore_case)
{
	for (size_t i = 0; i < count; i++) {
		struct text want = pieces[i].text, have;
		if (ignore_case) {
			/* Folding may change the length in bytes, never the number of characters. */
			size_t characters = 0;
			for (size_t at = 0; at < want.length; at += text_character(want, at))
				characters++;
			have = text_characters(value, characters);
			if (!fold_equals(want, have))
				return false;
		} else {
			have = text_first(value, want.length);
			if (!piece_equals(&pieces[i], have))
				return false;
		}
		value = text_from(value, have.length);
	}
	return !value.length;
}
