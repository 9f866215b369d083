/* SPDX-License-Identifier: BSD-2-Clause */
#include "record_pair.h"

/* Values of others may look like a number: a login. */
static const struct text numbers[] = { TEXT("nrcpt"), TEXT("used"), TEXT("limit"), TEXT("asked"), TEXT("retry_after"), TEXT("more"),
	TEXT("statement"), TEXT("level"), TEXT("generation") };

static bool is_number(struct text key)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (text_equals(key, numbers[i]))
			return true;
	return false;
}

bool record_pair_next(struct text *rest, struct record_pair *out)
{
	size_t equals = text_find(*rest, '=', 0);

	if (equals == rest->length)
		return false;
	out->key = text_first(*rest, equals);
	out->number = is_number(out->key);
	struct text behind = text_from(*rest, equals + 1);
	/* Within quotes stand no others: they are escaped. */
	bool quoted = behind.length && behind.at[0] == '"';
	if (quoted)
		behind = text_from(behind, 1);
	size_t end = text_find(behind, quoted ? '"' : ' ', 0);
	out->value = text_first(behind, end);
	*rest = text_from(behind, end < behind.length ? end + 1 : end);
	if (quoted && rest->length && rest->at[0] == ' ')
		*rest = text_from(*rest, 1);
	return true;
}
