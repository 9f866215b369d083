/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/key.h"

#include "base/arena_grow.h"

#include <string.h>

#define ONE false
#define LIST true

const struct key_info key_rows[KEY_ROWS] = {
#define MESSAGE_KEY(number, name, operators, values, presence, form, caller, source, sample, holds) \
	[KEY_##number] = { name, operators, values, PRESENCE_##presence, FORM_##form, CALLER_##caller, SOURCE_##source, sample, \
		holds },
#define KEY(...)
#include "iam/key_list.h"
#undef MESSAGE_KEY
#undef KEY
/* Wherever they stand in the list: behind those. */
#define MESSAGE_KEY(...)
#define KEY(name, operators, values, presence, form, caller) \
	{ name, operators, values, PRESENCE_##presence, FORM_##form, CALLER_##caller, SOURCE_SETTINGS, NULL, NULL },
#include "iam/key_list.h"
#undef MESSAGE_KEY
#undef KEY
};

const struct key_info *key_find(struct text name)
{
	for (size_t i = 0; i < KEY_ROWS; i++) {
		struct text known = text_of(key_rows[i].name);
		bool family = known.at[known.length - 1] == '/';
		if (family ? name.length > known.length && text_starts_with_fold(name, known) : text_equals_fold(name, known))
			return &key_rows[i];
	}
	return NULL;
}

enum key_source key_source(const struct key_info *info)
{
	return info ? info->source : SOURCE_SETTINGS;
}

bool key_holds_addresses(struct text name)
{
	const struct key_info *info = key_find(name);

	return info && info->form == FORM_ADDRESS;
}

int key_table_find(const struct key_table *table, struct text name)
{
	for (size_t i = 0; i < table->count; i++)
		if (text_equals_fold(table->keys[i].name, name))
			return (int)i;
	return -1;
}

int key_table_add(struct key_table *table, struct text name)
{
	int known = key_table_find(table, name);
	if (known >= 0)
		return known;
	if (!arena_grow(table->arena, &table->keys, table->count, &table->room, sizeof *table->keys))
		return -1;
	table->keys[table->count] = (struct key){ .name = name, .info = key_find(name), .addresses = key_holds_addresses(name) };
	return (int)table->count++;
}
