/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_key.h"

static const struct text names[QUOTA_SCOPES] = {
	[QUOTA_ACCOUNT] = TEXT("account"),
	[QUOTA_IDENTITY] = TEXT("identity"),
	[QUOTA_PRINCIPAL] = TEXT("principal"),
	[QUOTA_SENDER] = TEXT("sender"),
};

struct text quota_scope_name(enum quota_scope scope)
{
	return names[scope];
}

bool quota_key_parse(struct text written, enum quota_scope *scope, struct text *name)
{
	size_t space = text_find(written, ' ', 0);
	struct text word = text_first(written, space);

	*name = text_from(written, space < written.length ? space + 1 : space);
	for (size_t i = 0; i < QUOTA_SCOPES; i++) {
		if (!text_equals(word, names[i]))
			continue;
		*scope = (enum quota_scope)i;
		if (i == QUOTA_ACCOUNT)
			return space == written.length;
		return name->length > 0 && name->length <= QUOTA_NAME_MAX && text_find(*name, '\0', 0) == name->length;
	}
	return false;
}

size_t quota_key_write(enum quota_scope scope, struct text name, char *out, size_t room)
{
	struct text word = names[scope];
	size_t length = word.length + (name.length ? 1 + name.length : 0);

	if (length > room)
		return 0;
	memcpy(out, word.at, word.length);
	if (name.length) {
		out[word.length] = ' ';
		memcpy(out + word.length + 1, name.at, name.length);
	}
	return length;
}
