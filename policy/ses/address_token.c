/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/address_token.h"

#include <string.h>

/* How long the quoted string, or comment, or literal at the beginning is; 0: it does not end. */
static size_t enclosed(struct text t, char open, char close)
{
	size_t depth = 0;

	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];
		if (byte == '\\' && open != '[') {
			if (++i == t.length)
				return 0;
		} else if (byte == close && depth) {
			if (--depth == 0)
				return i + 1;
		} else if (byte == open && (open == '(' || !depth)) {
			depth++;
		} else if (open == '[' && (byte == ' ' || byte == '\t' || byte == '[' || byte == '\\')) {
			return 0;
		}
	}
	return 0;
}

/* Bytes that words without quotes are made of: no control bytes, blanks and specials. */
static const bool is_atom_byte[256] = {
	['!'] = true,
	['#' ... '\''] = true,
	['*' ... '+'] = true,
	['-' ... '9'] = true,
	['='] = true,
	['?'] = true,
	['A' ... 'Z'] = true,
	['^' ... '~'] = true,
	[0x80 ... 0xff] = true,
};

/* Take the token of so many bytes; 0: there is none. */
static enum token take(struct address_lexer *lexer, enum token token, size_t length)
{
	lexer->token = text_first(lexer->rest, length);
	lexer->rest = text_from(lexer->rest, length);
	return length ? token : TOKEN_WRONG;
}

/* Step over blanks and comments. False: a comment that does not end. */
static bool skip(struct address_lexer *lexer)
{
	lexer->blank = false;
	lexer->comments = 0;
	lexer->comment = TEXT("");
	for (; lexer->rest.length && strchr(" \t(", lexer->rest.at[0]) && lexer->rest.at[0];) {
		bool blank = lexer->rest.at[0] != '(';
		size_t over = blank ? 1 : enclosed(lexer->rest, '(', ')');
		if (!over)
			return false;
		lexer->blank = lexer->blank || blank;
		if (!blank && !lexer->comments++)
			lexer->comment = text_first(lexer->rest, over);
		lexer->rest = text_from(lexer->rest, over);
	}
	return true;
}

enum token address_token_next(struct address_lexer *lexer)
{
	static const char specials[] = "<>@,:;";
	static const enum token tokens[] = { TOKEN_OPEN, TOKEN_CLOSE, TOKEN_AT, TOKEN_COMMA, TOKEN_COLON, TOKEN_SEMICOLON };
	size_t length = 0;

	if (!skip(lexer))
		return TOKEN_WRONG;
	if (!lexer->rest.length)
		return TOKEN_END;
	char first = lexer->rest.at[0];
	if (first == '"')
		return take(lexer, TOKEN_QUOTED, enclosed(lexer->rest, '"', '"'));
	if (first == '[')
		return take(lexer, TOKEN_LITERAL, enclosed(lexer->rest, '[', ']'));
	while (length < lexer->rest.length && is_atom_byte[(unsigned char)lexer->rest.at[length]])
		length++;
	const char *special = length || !first ? NULL : strchr(specials, first);
	if (special)
		return take(lexer, tokens[special - specials], 1);
	return take(lexer, TOKEN_ATOM, length);
}
