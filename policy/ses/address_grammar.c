/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/address_grammar.h"

#include <string.h>

enum token {
	TOKEN_ATOM, /* a word without quotes; dots may be in it */
	TOKEN_QUOTED,
	TOKEN_LITERAL, /* [192.0.2.1] */
	TOKEN_OPEN,    /* < */
	TOKEN_CLOSE,   /* > */
	TOKEN_AT,
	TOKEN_COMMA,
	TOKEN_COLON,
	TOKEN_SEMICOLON,
	TOKEN_END,
	TOKEN_WRONG, /* no token, or one that does not end */
};

struct lexer {
	struct text rest;
	struct text token;   /* the last one's text */
	bool blank, comment; /* what stands before it */
};

/* How long the quoted string, or comment, or literal at the beginning is; 0: it does not end. */
static size_t enclosed(struct text t, char open, char close)
{
	size_t depth = 0;

	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];
		if (byte == '\\' && open != '[') {
			if (++i == t.length)
				return 0;
		} else if (byte == close && depth && (open != close || i)) {
			if (--depth == 0)
				return i + 1;
		} else if (byte == open && (open == '(' || !depth)) {
			depth++;
		} else if (open == '[' && (byte == ' ' || byte == '[' || byte == '\\')) {
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
static enum token take(struct lexer *lexer, enum token token, size_t length)
{
	lexer->token = text_first(lexer->rest, length);
	lexer->rest = text_from(lexer->rest, length);
	return length ? token : TOKEN_WRONG;
}

static enum token next(struct lexer *lexer)
{
	static const char specials[] = "<>@,:;";
	static const enum token tokens[] = { TOKEN_OPEN, TOKEN_CLOSE, TOKEN_AT, TOKEN_COMMA, TOKEN_COLON, TOKEN_SEMICOLON };
	size_t length = 0;

	lexer->blank = lexer->comment = false;
	while (lexer->rest.length && (lexer->rest.at[0] == ' ' || lexer->rest.at[0] == '(')) {
		bool blank = lexer->rest.at[0] == ' ';
		size_t over = blank ? 1 : enclosed(lexer->rest, '(', ')');
		if (!over)
			return TOKEN_WRONG;
		lexer->blank = lexer->blank || blank;
		lexer->comment = lexer->comment || !blank;
		lexer->rest = text_from(lexer->rest, over);
	}
	if (!lexer->rest.length)
		return TOKEN_END;
	char first = lexer->rest.at[0];
	if (first == '"')
		return take(lexer, TOKEN_QUOTED, enclosed(lexer->rest, '"', '"'));
	if (first == '[')
		return take(lexer, TOKEN_LITERAL, enclosed(lexer->rest, '[', ']'));
	while (length < lexer->rest.length && is_atom_byte[(unsigned char)lexer->rest.at[length]])
		length++;
	const char *special = length ? NULL : strchr(specials, first);
	if (first && special)
		return take(lexer, tokens[special - specials], 1);
	return take(lexer, TOKEN_ATOM, length);
}

/* Dots only between other bytes, as an address has them. */
static bool is_dot_atom(struct text atom)
{
	for (size_t i = 0; i < atom.length; i++)
		if (atom.at[i] == '.' && (i == 0 || i + 1 == atom.length || atom.at[i - 1] == '.'))
			return false;
	return true;
}

enum grammar_state {
	STATE_BEGIN, /* before an address */
	STATE_WORD,  /* after one word: a local part, or a name begins */
	STATE_WORDS, /* after several: a name */
	STATE_AT,    /* after local@ */
	STATE_OPEN,  /* after < */
	STATE_LOCAL, /* after <local */
	STATE_BRACKET_AT,
	STATE_DOMAIN, /* after <local@domain */
	STATE_AFTER,  /* after an address: a separator must follow */
	STATE_WRONG,
};

/* Where a token leads; what is not here is wrong. */
static const struct grammar_step {
	enum grammar_state from;
	enum token token;
	enum grammar_state to;
} steps[] = {
	{ STATE_BEGIN, TOKEN_ATOM, STATE_WORD },
	{ STATE_BEGIN, TOKEN_QUOTED, STATE_WORD },
	{ STATE_BEGIN, TOKEN_OPEN, STATE_OPEN },
	{ STATE_BEGIN, TOKEN_COMMA, STATE_BEGIN },
	{ STATE_BEGIN, TOKEN_SEMICOLON, STATE_AFTER },
	{ STATE_WORD, TOKEN_ATOM, STATE_WORDS },
	{ STATE_WORD, TOKEN_QUOTED, STATE_WORDS },
	{ STATE_WORD, TOKEN_OPEN, STATE_OPEN },
	{ STATE_WORD, TOKEN_AT, STATE_AT },
	{ STATE_WORD, TOKEN_COLON, STATE_BEGIN },
	{ STATE_WORDS, TOKEN_ATOM, STATE_WORDS },
	{ STATE_WORDS, TOKEN_QUOTED, STATE_WORDS },
	{ STATE_WORDS, TOKEN_OPEN, STATE_OPEN },
	{ STATE_WORDS, TOKEN_COLON, STATE_BEGIN },
	{ STATE_AT, TOKEN_ATOM, STATE_AFTER },
	{ STATE_AT, TOKEN_LITERAL, STATE_AFTER },
	{ STATE_OPEN, TOKEN_ATOM, STATE_LOCAL },
	{ STATE_OPEN, TOKEN_QUOTED, STATE_LOCAL },
	{ STATE_OPEN, TOKEN_CLOSE, STATE_AFTER },
	{ STATE_LOCAL, TOKEN_AT, STATE_BRACKET_AT },
	{ STATE_BRACKET_AT, TOKEN_ATOM, STATE_DOMAIN },
	{ STATE_BRACKET_AT, TOKEN_LITERAL, STATE_DOMAIN },
	{ STATE_DOMAIN, TOKEN_CLOSE, STATE_AFTER },
	{ STATE_AFTER, TOKEN_COMMA, STATE_BEGIN },
	{ STATE_AFTER, TOKEN_SEMICOLON, STATE_AFTER },
};

struct parser {
	enum grammar_state state;
	bool group;       /* in a group */
	bool dotted;      /* the word before could be a local part */
	struct text word; /* it */
	struct address_spec *specs;
	size_t room;
	bool null;  /* there was `<>` */
	bool words; /* there was anything else */
	size_t mailboxes;
};

static bool follow(struct parser *parser, enum token token)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i].from == parser->state && steps[i].token == token) {
			parser->state = steps[i].to;
			return true;
		}
	return false;
}

/* What the table does not say: blanks, dots, groups. */
static bool fits(struct parser *parser, enum token token, enum grammar_state before, const struct lexer *lexer)
{
	bool in_address = before == STATE_AT || before == STATE_BRACKET_AT;

	switch (token) {
	case TOKEN_ATOM:
	case TOKEN_QUOTED:
	case TOKEN_LITERAL:
		parser->words = true;
		if ((before == STATE_WORD || before == STATE_WORDS) && !lexer->blank && !lexer->comment)
			return false;
		parser->dotted = token != TOKEN_ATOM || is_dot_atom(lexer->token);
		if (in_address) {
			parser->specs[parser->mailboxes++] = (struct address_spec){ parser->word, lexer->token };
			return !lexer->blank && !lexer->comment && parser->dotted;
		}
		parser->word = lexer->token;
		/* A dot stands behind a letter, in names too. */
		if (lexer->token.at[0] == '.')
			return false;
		return before != STATE_OPEN || (!lexer->blank && parser->dotted);
	case TOKEN_AT:
		/* RFC 5322 itself shows a comment here. */
		return !lexer->blank && parser->dotted && parser->mailboxes < parser->room;
	case TOKEN_CLOSE:
		parser->null = parser->null || before == STATE_OPEN;
		return !lexer->blank;
	case TOKEN_COLON:
		return !parser->group && (parser->group = true);
	case TOKEN_SEMICOLON:
		return parser->group && !(parser->group = false);
	default:
		return true;
	}
}

enum address_list address_grammar_check(struct text text, struct address_spec *specs, size_t room, size_t *count)
{
	struct lexer lexer = { .rest = text };
	struct parser parser = { .state = STATE_BEGIN, .specs = specs, .room = room };
	enum token token;

	*count = 0;
	while ((token = next(&lexer)) != TOKEN_END) {
		enum grammar_state before = parser.state;
		if (token == TOKEN_WRONG || !follow(&parser, token) || !fits(&parser, token, before, &lexer))
			return ADDRESSES_NONE;
	}
	if (parser.group || (parser.state != STATE_AFTER && parser.state != STATE_BEGIN))
		return ADDRESSES_NONE;
	if (parser.null)
		return parser.words ? ADDRESSES_NONE : ADDRESSES_NULL;
	*count = parser.mailboxes;
	return parser.mailboxes ? ADDRESSES_SOME : ADDRESSES_NONE;
}
