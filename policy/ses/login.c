/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/login.h"

bool login_realms_compile(struct arena *arena, const struct string_list *options, struct login_realms *out)
{
	*out = (struct login_realms){ arena_array(arena, options->count, sizeof *out->at), 0 };
	if (!out->at)
		return false;
	for (size_t i = 0; i < options->count; i++)
		if (!(out->at[out->count++] = arena_text(arena, text_of(options->at[i]))).at)
			return false;
	return true;
}

/* The offset of the last at sign, or the text's length. */
static size_t last_at(struct text login)
{
	for (size_t i = login.length; i-- > 0;)
		if (login.at[i] == '@')
			return i;
	return login.length;
}

struct text login_realm(const struct login_realms *realms, struct text login)
{
	struct text realm = text_from(login, last_at(login) + 1);
	struct text bare = text_ends_with(realm, TEXT(".")) ? text_first(realm, realm.length - 1) : realm;

	for (size_t i = 0; i < realms->count; i++)
		if (text_equals_fold(realms->at[i], bare))
			return realm;
	return TEXT("");
}

bool login_name(const struct login_realms *realms, struct text login, struct text *name)
{
	size_t realm = login_realm(realms, login).length;

	*name = login;
	if (!realm)
		return true;
	struct text rest = text_first(login, login.length - realm - 1);
	if (!rest.length || login_realm(realms, rest).length)
		return false;
	*name = rest;
	return true;
}
