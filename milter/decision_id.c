/* SPDX-License-Identifier: BSD-2-Clause */
#include "decision_id.h"

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static char *put(char *at, uint64_t value, unsigned places)
{
	for (unsigned i = places; i-- > 0;)
		*at++ = digits[value >> (5 * i) & 31];
	return at;
}

void decision_id_make(char id[DECISION_ID_SIZE])
{
	static atomic_uint counter;
	unsigned count = atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed);

	/* 35 bits of seconds, 20 of the pid, 20 of the counter. */
	char *at = put(id, (uint64_t)time(NULL), 7);
	at = put(at, (uint64_t)getpid(), 4);
	at = put(at, count, 4);
	*at = '\0';
}
