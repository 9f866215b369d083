/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/spellings.h"

#include "ses/mailbox_parts.h"

#include <string.h>

bool spellings_is_unqualified(struct text domain)
{
	/* Sendmail's rules put $j in place of localhost, localhost.$m, and of its own address as a literal. */
	return text_find(domain, '.', 0) == domain.length || text_starts_with(domain, TEXT("[")) ||
		text_starts_with_fold(domain, TEXT("localhost."));
}

static struct text content_text(const struct content *content)
{
	return (struct text){ content->bytes, content->length };
}

/* Both forms taken apart. */
struct forms {
	struct address_parts given, told;
	bool has_told;      /* the MTA's form has a domain */
	struct text domain; /* if not: where the address goes */
};

/* False: the MTA's form cannot be read. One without any domain is no form at all. */
static bool read_forms(struct text raw, struct text completed, struct text own, struct forms *forms)
{
	if (!mailbox_read(raw, &forms->given))
		return false;
	bool good = mailbox_read(completed, &forms->told);
	forms->has_told = good && forms->told.domain.length;
	if (!good && text_find(completed, '@', 0) < completed.length)
		return false;
	forms->domain = completed.length && own.length && spellings_is_unqualified(forms->given.domain) ? own : forms->given.domain;
	return true;
}

/* The same local part, and quotes only where they are needed: this MTA takes off what is not. */
static bool takes_quotes_off(const struct forms *forms, const struct mailbox *completed)
{
	return forms->has_told && text_equals(forms->told.written, completed->local) &&
		text_equals_fold(content_text(&forms->told.local), content_text(&forms->given.local));
}

/*
 * Has the MTA found the domain in the local part: user%other@here? It says where mail to that address goes, and relays
 * it as it stands; of `here` it tells nothing.
 */
static bool is_routed(const struct forms *forms)
{
	struct text local = content_text(&forms->given.local);

	if (!forms->has_told || !forms->given.domain.length || text_equals_fold(forms->told.domain, forms->given.domain))
		return false;
	struct text piece = mailbox_piece(local, content_text(&forms->told.local));
	return piece.at != local.at || piece.length != local.length;
}

static struct mailbox mixed(struct arena *arena, struct forms *forms, enum mailbox_case fold)
{
	struct content piece;
	struct text local = mailbox_piece(content_text(&forms->given.local), content_text(&forms->told.local));

	memcpy(piece.bytes, local.at, local.length);
	piece.length = local.length;
	return mailbox_spell(arena, &piece, forms->told.domain, fold);
}

/* What differs from the first in capitals alone is the first. */
static enum mailbox_kind settle(struct mailbox out[SPELLINGS])
{
	for (unsigned i = 1; i < SPELLINGS; i++) {
		if (out[i].kind != MAILBOX_ADDRESS)
			return out[i].kind;
		if (text_equals_fold(out[i].address, out[SPELLING_GIVEN].address))
			out[i] = out[SPELLING_GIVEN];
	}
	return MAILBOX_ADDRESS;
}

enum mailbox_kind spellings_find(struct arena *arena, const struct mailbox *mailbox, struct text raw, struct text completed,
	struct text own, enum mailbox_case fold, struct mailbox out[SPELLINGS])
{
	struct forms forms;

	if (!read_forms(raw, completed, own, &forms))
		return MAILBOX_INVALID;
	const struct address_parts *given = &forms.given, *told = &forms.told;
	bool routed = is_routed(&forms);
	/* It may have put another domain in the place of `here`, too. */
	if (routed && (own.length || spellings_is_unqualified(given->domain)))
		return MAILBOX_INVALID;
	out[SPELLING_GIVEN] = *mailbox;
	if (forms.has_told) {
		out[SPELLING_COMPLETED] = mailbox_spell(arena, &told->local, told->domain, fold);
		out[SPELLING_MIXED] = mixed(arena, &forms, fold);
		out[SPELLING_TOLD] = mailbox_as_written(arena, told->written, told->domain, fold);
	} else {
		out[SPELLING_COMPLETED] = mailbox_spell(arena, &given->local, forms.domain, fold);
		out[SPELLING_MIXED] = out[SPELLING_COMPLETED];
		out[SPELLING_TOLD] = mailbox_as_written(arena, given->written, forms.domain, fold);
	}
	/* Without a domain it was completed, and has no quotes if the MTA found one in it: mailbox_parse(). */
	bool alike = takes_quotes_off(&forms, &out[SPELLING_COMPLETED]) || !given->domain.length;
	out[SPELLING_WRITTEN] = alike ? *mailbox : mailbox_as_written(arena, given->written, given->domain, fold);
	if (routed) {
		out[SPELLING_MIXED] = *mailbox;
		out[SPELLING_TOLD] = out[SPELLING_WRITTEN];
	}
	return settle(out);
}
