/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unended: messages that came as far as DATA, had nothing against them until then, and never came to their end here.
 *
 * Each is counted (counters.unended). One alone says little: a client that hangs up, a message that the MTA or another
 * filter refuses. Many of them may be mail that the MTA relays all the same, with headers that nobody judged (Postfix:
 * smtpd_proxy_filter): the log says so, once an hour at most.
 *
 * Not counted: what was taken back before DATA (RSET, QUIT), what was refused here or met trouble, and what the MTA was told
 * to ask no more about.
 */
#ifndef MILTER_UNENDED_H
#define MILTER_UNENDED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* So many in an hour are told of, if no more than so many times as many came to their end. */
#define UNENDED_MANY 10
#define UNENDED_RATIO 10

/* What happened in the hour that runs. A zeroed struct has seen nothing. */
struct unended {
	atomic_ullong began; /* nanoseconds; 0: it has not begun */
	atomic_ulong unended, ended;
	atomic_bool told;
};

/* One that did not come to its end; `now` as counters_clock(). True: it keeps happening, and this hour it has not been told of. For any thread. */
bool unended_add(struct unended *unended, uint64_t now);

/* The same of the daemon's messages: counted, and logged when it keeps happening. */
void unended_note(void);

/* A message of the daemon's came to its end. */
void unended_note_end(void);

#endif
