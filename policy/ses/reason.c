/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/reason.h"

#define REFUSAL false
#define TROUBLE true

const struct reason_info reason_rows[REASONS] = {
	[REASON_NONE] = { "", true, "451", "4.3.0", "Internal error, try again later" },
#define REASON(name, word, kind, code, xcode, text, when) [REASON_##name] = { word, kind, code, xcode, text },
#include "ses/reason_list.h"
#undef REASON
};

enum reason reason_find(struct text word)
{
	for (enum reason reason = REASON_NONE + 1; word.length && reason < REASONS; reason++)
		if (text_equals(word, text_of(reason_rows[reason].word)))
			return reason;
	return REASON_NONE;
}
