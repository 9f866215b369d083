/* SPDX-License-Identifier: BSD-2-Clause */
#include "told_logins.h"

/* FNV-1a; never 0, which is a free place. */
static uint64_t hash_of(struct text login)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < login.length; i++)
		hash = (hash ^ (unsigned char)login.at[i]) * 0x100000001b3;
	return hash ? hash : 1;
}

enum told told_logins_add(struct told_logins *told, struct text login)
{
	uint64_t hash = hash_of(login);

	/* Places fill up from the first on, and none is given back. */
	for (size_t i = 0; i < TOLD_LOGINS_MAX; i++) {
		uint64_t there = 0;
		if (atomic_compare_exchange_strong(&told->hashes[i], &there, hash))
			return TOLD_NEW;
		if (there == hash)
			return TOLD_BEFORE;
	}
	return atomic_exchange(&told->full, true) ? TOLD_NO_MORE : TOLD_FULL;
}
