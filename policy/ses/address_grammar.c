/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/address_grammar.h"

#include "ses/address_token.h"

#include <string.h>

/* Dots only between other bytes, as an address has them. */
static bool is_dot_atom(struct text atom)
{
	for (size_t i = 0; i < atom.length; i++)
		if (atom.at[i] == '.' && (i == 0 || i + 1 == atom.length || atom.at[i - 1] == '.'))
			return false;
	return true;
}

/* Where the first byte is that is not ASCII, or the length. */
static size_t non_ascii(struct text t)
{
	size_t i = 0;

	while (i < t.length && (unsigned char)t.at[i] < 0x80)
		i++;
	return i;
}

/* Bytes that SES takes in a domain. */
static const bool is_domain_byte[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['-' ... '.'] = true,
};

/* Where the first byte is that SES takes in no domain, or the length. */
static size_t non_domain(struct text t)
{
	size_t i = 0;

	while (i < t.length && is_domain_byte[(unsigned char)t.at[i]])
		i++;
	return i;
}

enum grammar_state {
	STATE_NONE,
	STATE_BEGIN, /* before an address */
	STATE_WORD,  /* after one word: a local part, or a name begins */
	STATE_WORDS, /* after several: a name */
	STATE_AT,    /* after local@ */
	STATE_BARE,  /* after local@domain: a separator must follow, or the same address in brackets */
	STATE_OPEN,  /* after < */
	STATE_LOCAL, /* after <local */
	STATE_BRACKET_AT,
	STATE_DOMAIN, /* after <local@domain */
	STATE_AFTER,  /* after an address in brackets: a separator must follow */
	STATES
};

/* Where a token leads; what is not here leads nowhere. */
static const enum grammar_state steps[STATES][TOKENS] = {
	[STATE_BEGIN] = {
		[TOKEN_ATOM] = STATE_WORD,
		[TOKEN_QUOTED] = STATE_WORD,
		[TOKEN_OPEN] = STATE_OPEN,
		[TOKEN_COMMA] = STATE_BEGIN,
	},
	[STATE_WORD] = {
		[TOKEN_ATOM] = STATE_WORDS,
		[TOKEN_QUOTED] = STATE_WORDS,
		[TOKEN_OPEN] = STATE_OPEN,
		[TOKEN_AT] = STATE_AT,
	},
	[STATE_WORDS] = {
		[TOKEN_ATOM] = STATE_WORDS,
		[TOKEN_QUOTED] = STATE_WORDS,
		[TOKEN_OPEN] = STATE_OPEN,
	},
	[STATE_AT] = {
		[TOKEN_ATOM] = STATE_BARE,
		[TOKEN_LITERAL] = STATE_BARE,
	},
	[STATE_BARE] = {
		[TOKEN_COMMA] = STATE_BEGIN,
		[TOKEN_OPEN] = STATE_OPEN,
	},
	[STATE_OPEN] = {
		[TOKEN_ATOM] = STATE_LOCAL,
		[TOKEN_QUOTED] = STATE_LOCAL,
		[TOKEN_CLOSE] = STATE_AFTER,
	},
	[STATE_LOCAL] = {
		[TOKEN_AT] = STATE_BRACKET_AT,
	},
	[STATE_BRACKET_AT] = {
		[TOKEN_ATOM] = STATE_DOMAIN,
		[TOKEN_LITERAL] = STATE_DOMAIN,
	},
	[STATE_DOMAIN] = {
		[TOKEN_CLOSE] = STATE_AFTER,
	},
	[STATE_AFTER] = {
		[TOKEN_COMMA] = STATE_BEGIN,
	},
};

struct parser {
	struct address_lexer lexer;
	struct text text;
	enum grammar_state state;
	bool dotted;      /* the word before could be a local part */
	struct text word; /* it */
	struct address_spec *specs;
	size_t room;
	bool null;  /* there was `<>` */
	bool words; /* there was anything else */
	size_t mailboxes;
	/* Of the address that is being read. */
	const char *phrase;  /* where its first word begins; NULL: there is none */
	const char *end;     /* where the last of its words ends */
	const char *bracket; /* where it opens; NULL: there is none */
	struct text behind;  /* the comment right behind it, with its brackets; or empty */
	struct text comment; /* the first one that stands beside it, with its brackets */
	size_t comments;     /* that stand beside it */
	size_t before;       /* of these before its bracket */
	bool again;          /* in the brackets behind an address */
	struct address_flaw flaw;
};

static bool spoil(struct parser *parser, enum address_flaw_kind kind, const char *at)
{
	parser->flaw = (struct address_flaw){ kind, (size_t)(at - parser->text.at) };
	return false;
}

/* A token that leads nowhere: what it is that is wrong. */
static enum address_flaw_kind misplaced(enum grammar_state state, enum token token)
{
	if (token == TOKEN_COLON || token == TOKEN_SEMICOLON)
		return FLAW_GROUP;
	if (token == TOKEN_AT && (state == STATE_BEGIN || state == STATE_OPEN))
		return FLAW_ROUTE;
	if ((token == TOKEN_COMMA || token == TOKEN_CLOSE) &&
		(state == STATE_WORD || state == STATE_LOCAL || state == STATE_AT || state == STATE_BRACKET_AT))
		return FLAW_NO_DOMAIN;
	return state == STATE_BARE || state == STATE_AFTER ? FLAW_BEHIND : FLAW_SYNTAX;
}

static bool follow(struct parser *parser, enum token token)
{
	enum grammar_state next = steps[parser->state][token];

	if (next == STATE_NONE)
		return spoil(parser, misplaced(parser->state, token), parser->lexer.token.at);
	parser->state = next;
	return true;
}

/* Blanks may, comments may not: SES takes their text for the address. */
static bool stands_in_brackets(struct parser *parser)
{
	return !parser->lexer.comments || spoil(parser, FLAW_COMMENT, parser->lexer.comment.at);
}

/* No blanks and no comments stand before this token. */
static bool stands_close(struct parser *parser)
{
	return stands_in_brackets(parser) && (!parser->lexer.blank || spoil(parser, FLAW_SYNTAX, parser->lexer.token.at));
}

/* The domain ends an address: its second time in brackets, or one more. */
static bool take_domain(struct parser *parser, enum token token)
{
	struct text domain = parser->lexer.token, local = parser->word;
	size_t foreign = non_ascii(local), at = token == TOKEN_LITERAL ? non_ascii(domain) : non_domain(domain);

	if (!stands_close(parser))
		return false;
	if (foreign < local.length)
		return spoil(parser, FLAW_NON_ASCII, local.at + foreign);
	if (at < domain.length)
		return spoil(parser, (unsigned char)domain.at[at] < 0x80 ? FLAW_DOMAIN_BYTE : FLAW_NON_ASCII, domain.at + at);
	/* Some reader may take it for the address. */
	if (text_find(local, '@', 0) < local.length)
		return spoil(parser, FLAW_QUOTED_AT, local.at);
	if (!is_dot_atom(domain) && token == TOKEN_ATOM)
		return spoil(parser, FLAW_DOTS, domain.at);
	if (parser->again) {
		const struct address_spec *spec = &parser->specs[parser->mailboxes - 1];
		return (text_equals(spec->local, local) && text_equals_fold(spec->domain, domain)) ||
			spoil(parser, FLAW_OTHER_NAME, parser->phrase);
	}
	if (parser->mailboxes == parser->room)
		return spoil(parser, FLAW_MANY, local.at);
	parser->specs[parser->mailboxes++] = (struct address_spec){ .local = local, .domain = domain };
	return true;
}

static bool take_word(struct parser *parser, enum token token, enum grammar_state before)
{
	parser->words = true;
	if (before == STATE_AT || before == STATE_BRACKET_AT)
		return take_domain(parser, token);
	if (before == STATE_OPEN && !stands_in_brackets(parser))
		return false;
	/* A quote in the middle of a word: some readers begin a string there, others do not. */
	bool runs_on = (before == STATE_WORD || before == STATE_WORDS) && !parser->lexer.blank && !parser->lexer.comments;
	if (runs_on)
		return spoil(parser, FLAW_SYNTAX, parser->lexer.token.at);
	if (before == STATE_BEGIN)
		parser->phrase = parser->lexer.token.at;
	parser->word = parser->lexer.token;
	if (before != STATE_OPEN)
		parser->end = parser->word.at + parser->word.length;
	parser->dotted = token != TOKEN_ATOM || is_dot_atom(parser->word);
	return true;
}

static bool take_open(struct parser *parser, enum grammar_state before)
{
	if (before == STATE_BARE && parser->comments)
		return spoil(parser, FLAW_COMMENT, parser->comment.at);
	parser->again = before == STATE_BARE;
	parser->bracket = parser->lexer.token.at;
	parser->before = parser->comments;
	return true;
}

static bool take_close(struct parser *parser, enum grammar_state before)
{
	if (before == STATE_OPEN) {
		parser->null = true;
		return stands_close(parser);
	}
	return stands_in_brackets(parser);
}

/* What is in its brackets. */
static struct text content(struct text comment)
{
	return text_from(text_first(comment, comment.length - 1), 1);
}

/* The name of an address, as far as the grammar goes. */
static void take_name(struct parser *parser, struct address_spec *spec)
{
	spec->twice = parser->again;
	spec->phrase = spec->comment = spec->words = TEXT("");
	if (parser->bracket && parser->phrase) {
		size_t length = (size_t)(parser->bracket - parser->phrase);
		while (parser->phrase[length - 1] == ' ' || parser->phrase[length - 1] == '\t')
			length--;
		spec->phrase = (struct text){ parser->phrase, length };
		if (!spec->twice)
			spec->words = (struct text){ parser->phrase, (size_t)(parser->end - parser->phrase) };
	} else if (parser->comments && !parser->before) {
		spec->comment = content(parser->comment);
	}
	if (!parser->bracket && parser->behind.length)
		spec->words = content(parser->behind);
}

/* A comma, or the end of the list: behind an address, or where there is none. */
static bool finish(struct parser *parser, enum grammar_state before)
{
	/* JavaMail takes a comment alone for the next address's, and loses its way where comments stand on both sides of brackets. */
	bool stray = before == STATE_BEGIN ? parser->comments && !parser->null
					   : !parser->phrase && parser->before && parser->comments > parser->before;

	if (stray)
		return spoil(parser, FLAW_COMMENT, parser->comment.at);
	if (before != STATE_BEGIN && parser->mailboxes)
		take_name(parser, &parser->specs[parser->mailboxes - 1]);
	parser->phrase = parser->bracket = NULL;
	parser->behind = TEXT("");
	parser->comments = parser->before = 0;
	parser->again = false;
	return true;
}

/* What the table does not say: blanks, dots, comments. */
static bool fits(struct parser *parser, enum token token, enum grammar_state before)
{
	switch (token) {
	case TOKEN_ATOM:
	case TOKEN_QUOTED:
	case TOKEN_LITERAL:
		return take_word(parser, token, before);
	case TOKEN_AT:
		return stands_close(parser) && (parser->dotted || spoil(parser, FLAW_DOTS, parser->word.at));
	case TOKEN_OPEN:
		return take_open(parser, before);
	case TOKEN_CLOSE:
		return take_close(parser, before);
	default:
		return finish(parser, before);
	}
}

static bool read_list(struct parser *parser)
{
	enum token token;

	do {
		enum grammar_state before = parser->state;
		token = address_token_next(&parser->lexer);
		if (parser->lexer.comments && !parser->comments)
			parser->comment = parser->lexer.comment;
		if (before == STATE_BARE && parser->lexer.comments)
			parser->behind = parser->lexer.comment;
		parser->comments += parser->lexer.comments;
		if (token == TOKEN_WRONG)
			return spoil(parser, strchr("\"[(", parser->lexer.rest.at[0]) ? FLAW_UNENDED : FLAW_SYNTAX,
				parser->lexer.rest.at);
		if (token == TOKEN_END)
			break;
		if (!follow(parser, token) || !fits(parser, token, before))
			return false;
	} while (true);
	switch (parser->state) {
	case STATE_BEGIN:
	case STATE_BARE:
	case STATE_AFTER:
		return finish(parser, parser->state);
	case STATE_OPEN:
	case STATE_DOMAIN:
		return spoil(parser, FLAW_UNENDED, parser->bracket);
	default:
		return spoil(parser, FLAW_NO_DOMAIN, parser->lexer.rest.at);
	}
}

enum address_list address_grammar_check(struct text text, struct address_spec *specs, size_t room, size_t *count,
	struct address_flaw *flaw)
{
	struct parser parser = { .lexer.rest = text, .text = text, .state = STATE_BEGIN, .specs = specs, .room = room };
	bool good = read_list(&parser);

	*count = 0;
	if (good && parser.null && !parser.words)
		return ADDRESSES_NULL;
	if (good && (parser.null || !parser.mailboxes))
		good = spoil(&parser, FLAW_EMPTY, text.at);
	*flaw = parser.flaw;
	if (!good)
		return ADDRESSES_NONE;
	*count = parser.mailboxes;
	return ADDRESSES_SOME;
}
