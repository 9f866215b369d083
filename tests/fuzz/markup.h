/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * markup: are the tags of a page, or of XML, well-formed? A strict reader of what this project writes, not of all there is:
 * attributes in double quotes, five entities and numbers, elements that are closed in their order.
 */
#ifndef FUZZ_MARKUP_H
#define FUZZ_MARKUP_H

#include "base/text.h"

#include <stdbool.h>

struct markup {
	bool html; /* elements that are never closed, and text inside <style> that is none */
	/* Words, each between blanks: the only elements and attributes there may be. */
	const char *elements, *attributes;
	/* Called with each element that is opened, and with its attributes; may be NULL. */
	void (*attribute)(struct text element, struct text name, struct text value);
};

/* NULL, or what is wrong; `*at` is then where. */
const char *markup_wrong(const struct markup *markup, struct text text, size_t *at);

/* markup_wrong(), which must find nothing. */
void markup_check(const struct markup *markup, struct text text);

#endif
