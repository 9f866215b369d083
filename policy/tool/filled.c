/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/filled.h"

#include "base/fault.h"
#include "iam/key.h"

#define FILLED_SIZE 160

/* Of a key that is a list by nature one value is a list, too. */
static bool is_list(const struct request *request, int slot)
{
	const struct key_info *info = policy_set_keys(request->set)[slot].info;

	return info && info->plural;
}

/* Why nothing is filled in: what is the matter with the first variable that cannot be. NULL when memory is short. */
static const char *unfilled(struct arena *arena, const struct template *template, const struct request *request)
{
	char key[96];

	for (size_t i = 0; i < template->count; i++) {
		const struct template_piece *piece = &template->pieces[i];
		if (piece->slot < 0)
			continue;
		const struct slot *slot = &request->slots[piece->slot];
		bool absent = slot->state == SLOT_ABSENT || (slot->state == SLOT_PRESENT && !slot->count);
		if (absent && piece->text.at)
			continue;
		if (slot->state == SLOT_PRESENT && slot->count == 1 && !is_list(request, piece->slot))
			continue;
		text_escape(policy_set_key_name(request->set, (size_t)piece->slot), key, sizeof key);
		return arena_printf(arena, "%s %s", key,
			absent                                ? "is absent, so it matches nothing"
				: slot->state == SLOT_PENDING ? "is not known yet"
							      : "is a list, so it matches nothing");
	}
	return "";
}

const char *filled_text(struct arena *arena, struct text before, const struct template *template, const struct request *request)
{
	struct glob_piece pieces[TEMPLATE_PIECES];
	struct text parts[TEMPLATE_PIECES + 1] = { before };
	char shown[FILLED_SIZE], source[FILLED_SIZE];

	text_escape(template->source, source, sizeof source);
	if (template_resolve(template, request, pieces) == TEMPLATE_RESOLVED) {
		for (size_t i = 0; i < template->count; i++)
			parts[i + 1] = pieces[i].text;
		struct text whole = arena_join(arena, parts, template->count + 1);
		return whole.at ? arena_printf(arena, "\"%s\" (%s)", text_escape(whole, shown, sizeof shown), source) : NULL;
	}
	const char *why = unfilled(arena, template, request);
	struct text whole = arena_join(arena, (struct text[]){ before, template->source }, 2);
	return why && whole.at ? arena_printf(arena, "\"%s\" (%s)", text_escape(whole, shown, sizeof shown), why) : NULL;
}
