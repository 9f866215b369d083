/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * told_logins: which stray logins (ses/stray_login.h) the log has named. Each is named once in the life of a generation,
 * a bounded number of them; what is beyond is only counted. Without locks, for any thread.
 */
#ifndef MILTER_TOLD_LOGINS_H
#define MILTER_TOLD_LOGINS_H

#include "base/text.h"

#include <stdatomic.h>
#include <stdint.h>

#define TOLD_LOGINS_MAX 128

/* Zeroed: none yet. Hashes are kept, not names: two that agree cost one line. */
struct told_logins {
	_Atomic uint64_t hashes[TOLD_LOGINS_MAX];
	atomic_bool full;
};

enum told {
	TOLD_NEW, /* it has not been named: now it is the caller's to do so */
	TOLD_BEFORE,
	TOLD_FULL, /* there is no room for it; said once */
	TOLD_NO_MORE,
};

enum told told_logins_add(struct told_logins *told, struct text login);

#endif
