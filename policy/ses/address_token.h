/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address_token: the words and signs that a list of addresses is made of (RFC 5322, 3.2 and 3.4). Bytes from 0x80 on are
 * letters here.
 */
#ifndef SES_ADDRESS_TOKEN_H
#define SES_ADDRESS_TOKEN_H

#include "base/text.h"

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
	TOKENS
};

struct address_lexer {
	struct text rest;
	struct text token;   /* the last one's text */
	bool blank;          /* blanks stand before it */
	struct text comment; /* the first comment before it, with its brackets; or empty */
	size_t comments;     /* that stand before it */
};

/* The next one, behind blanks and comments. TOKEN_WRONG: `rest` begins with what is none. */
enum token address_token_next(struct address_lexer *lexer);

#endif
