/* SPDX-License-Identifier: BSD-2-Clause */
#include "value/domain.h"

static size_t begins(struct text address)
{
	size_t at = address.length;

	while (at && address.at[at - 1] != '@')
		at--;
	return at;
}

struct text domain_of(struct text address)
{
	return text_from(address, begins(address));
}

bool domain_has_capitals(struct text address)
{
	for (size_t i = begins(address); i < address.length; i++)
		if (text_lower(address.at[i]) != address.at[i])
			return true;
	return false;
}

struct text domain_lowered(struct arena *arena, struct text address)
{
	struct text copy = arena_text(arena, address);
	char *at = (char *)copy.at;

	for (size_t i = begins(address); at && i < address.length; i++)
		at[i] = text_lower(at[i]);
	return copy;
}
