/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk: random sites, and what comes over the wire of one message, as lines of an input: the form of the MTA behind a tab.
 *
 *   M<sender>[TAB form]   R<recipient>[TAB form]   HName:value
 *   LLogin   QQueue id   KThe name of a limit that was met
 */
#ifndef FUZZ_TALK_H
#define FUZZ_TALK_H

#include "base/text.h"
#include "ses/generation.h"

enum { TALK_SITES = 52, TALK_LINES = 40 };

struct talk {
	struct text sender, sender_form;
	struct {
		struct text raw, form;
	} recipients[TALK_LINES];
	size_t recipient_count;
	struct {
		struct text name, value;
	} headers[TALK_LINES];
	size_t header_count;
	struct text login, queue, limit;
};

/* Cut a letter off: its place in the alphabet, small ones first; 0 for any other byte, and for none. */
size_t talk_letter(struct text *line);

/* The site of that number, made when it is first asked for: all of them would take longer than an input may. It stays as long as the process. */
struct generation *talk_site(size_t number);

/* As far as the first NUL: libmilter hands over texts that end there. */
struct text talk_until_nul(struct text t);

/* What stands before the first `byte`, and what behind it. */
void talk_cut(struct text line, char byte, struct text *first, struct text *second);

void talk_read(struct text lines, struct talk *talk);

#endif
