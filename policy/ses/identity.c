/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/identity.h"

#include <stdlib.h>
#include <string.h>

enum mailbox_kind identity_read(struct arena *arena, struct text name, enum mailbox_case fold, struct text *identity)
{
	bool address = text_find(name, '@', 0) < name.length;
	struct text completed = TEXT("");

	if (!address) {
		/* The rules for a domain are those of an address's domain. */
		char *copy = arena_take(arena, name.length + 2);
		if (!copy)
			return MAILBOX_MEMORY;
		copy[0] = 'a';
		copy[1] = '@';
		if (name.length)
			memcpy(copy + 2, name.at, name.length);
		completed = (struct text){ copy, name.length + 2 };
		fold = MAILBOX_CASE_DOMAIN;
	}
	struct mailbox mailbox = mailbox_parse(arena, address ? name : TEXT("a"), completed, fold);
	if (mailbox.kind == MAILBOX_ADDRESS)
		*identity = address ? mailbox.address : mailbox.domain;
	return mailbox.kind == MAILBOX_NULL ? MAILBOX_INVALID : mailbox.kind;
}

static int order(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

size_t identity_sort(struct text *identities, size_t count)
{
	size_t left = 0;

	if (count)
		qsort(identities, count, sizeof *identities, order);
	for (size_t i = 0; i < count; i++)
		if (!left || !text_equals(identities[i], identities[left - 1]))
			identities[left++] = identities[i];
	return left;
}

/* So many are compared one by one: most differ in length already. */
#define FEW 4

static const struct text *find(const struct text *identities, size_t count, struct text name)
{
	if (count <= FEW) {
		for (size_t i = 0; i < count; i++)
			if (text_equals(identities[i], name))
				return &identities[i];
		return NULL;
	}
	return bsearch(&name, identities, count, sizeof name, order);
}

bool identity_is_known(const struct text *identities, size_t count, struct text identity)
{
	return find(identities, count, identity);
}

/* In lower case. Not copied if it is in lower case already. */
static struct text small(struct arena *arena, struct text t)
{
	if (!text_has_capitals(t))
		return t;
	char *copy = arena_bytes(arena, t.length);
	for (size_t i = 0; copy && i < t.length; i++)
		copy[i] = text_lower(t.at[i]);
	return (struct text){ copy, t.length };
}

/* a+b@c -> a@c; the address itself if it has no label. */
static struct text without_label(struct arena *arena, const struct mailbox *mailbox)
{
	size_t plus = text_find(mailbox->local, '+', 0);

	if (!plus || plus == mailbox->local.length || mailbox->local.at[0] == '"')
		return mailbox->address;
	char *copy = arena_take(arena, plus + 1 + mailbox->domain.length);
	if (!copy)
		return (struct text){ NULL, 0 };
	memcpy(copy, mailbox->local.at, plus);
	copy[plus] = '@';
	memcpy(copy + plus + 1, mailbox->domain.at, mailbox->domain.length);
	return (struct text){ copy, plus + 1 + mailbox->domain.length };
}

enum identity_found identity_of(struct arena *arena, const struct text *identities, size_t count, const struct mailbox *mailbox,
	struct text *identity, size_t *index)
{
	const struct text *found = find(identities, count, mailbox->address);

	if (found) {
		*identity = *found;
		*index = (size_t)(found - identities);
		return IDENTITY_KNOWN;
	}
	struct text bare = without_label(arena, mailbox), domain = small(arena, mailbox->domain);

	if (!bare.at || !domain.at)
		return IDENTITY_MEMORY;
	if (bare.at != mailbox->address.at)
		found = find(identities, count, bare);
	struct text name = domain;
	while (!found && name.length) {
		found = find(identities, count, name);
		name = text_from(name, text_find(name, '.', 0) + 1);
	}
	*identity = found ? *found : domain;
	*index = found ? (size_t)(found - identities) : count;
	return found ? IDENTITY_KNOWN : IDENTITY_UNKNOWN;
}

struct text identity_arn(struct arena *arena, struct text partition, struct text region, struct text account, struct text identity)
{
	const char *arn = arena_printf(arena, "arn:%.*s:ses:%.*s:%.*s:identity/%.*s", TEXT_ARGS(partition), TEXT_ARGS(region),
		TEXT_ARGS(account), TEXT_ARGS(identity));

	return (struct text){ arn, arn ? strlen(arn) : 0 };
}
