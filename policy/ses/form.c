/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/form.h"

/* Of an illegal name so much is kept: it is there to be shown. */
#define NAME_SHOWN 78

static const struct text singles[] = {
#define SINGLE(name) { name, sizeof name - 1 },
#include "ses/single_headers.h"
#undef SINGLE
};

#define SINGLES (sizeof singles / sizeof *singles)

_Static_assert(SINGLES <= 64, "each has a bit");

/* Where the names of this length begin. */
static size_t first_of(size_t length)
{
	size_t low = 0, high = SINGLES;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (singles[middle].length < length)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Printable ASCII without a colon (RFC 5322, 2.2); blanks behind it SES takes off. */
static bool is_name(struct text name)
{
	for (size_t i = 0; i < name.length; i++) {
		unsigned char byte = (unsigned char)name.at[i];
		if (byte <= ' ' || byte >= 0x7f || byte == ':')
			return false;
	}
	return name.length;
}

bool form_header(struct form *form, struct arena *arena, struct text name)
{
	while (name.length && (name.at[name.length - 1] == ' ' || name.at[name.length - 1] == '\t'))
		name.length--;
	if (!form->illegal.at && !is_name(name)) {
		form->illegal = arena_text(arena, text_first(name, NAME_SHOWN));
		return form->illegal.at;
	}
	for (size_t i = first_of(name.length); i < SINGLES && singles[i].length == name.length; i++)
		/* Few begin with the same letter. */
		if (text_lower(singles[i].at[0]) == text_lower(name.at[0]) && text_equals_fold(singles[i], name)) {
			if (form->seen & 1ULL << i && !form->twice)
				form->twice = singles[i].at;
			form->seen |= 1ULL << i;
			break;
		}
	return true;
}
