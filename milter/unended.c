/* SPDX-License-Identifier: BSD-2-Clause */
#include "unended.h"

#include "counters.h"
#include "log.h"

#define HOUR 3600000000000u

static struct unended seen;

bool unended_add(struct unended *unended, uint64_t now)
{
	unsigned long long began = atomic_load(&unended->began);

	/* Of those who see that the hour is over one begins the next. */
	if ((!began || now - began >= HOUR) && atomic_compare_exchange_strong(&unended->began, &began, now)) {
		atomic_store(&unended->unended, 0);
		atomic_store(&unended->ended, 0);
		atomic_store(&unended->told, false);
	}
	unsigned long count = atomic_fetch_add(&unended->unended, 1) + 1;
	return count >= UNENDED_MANY && count * UNENDED_RATIO >= atomic_load(&unended->ended) &&
		!atomic_exchange(&unended->told, true);
}

void unended_note(void)
{
	counters_add(&counters.unended, 1);
	if (unended_add(&seen, counters_clock()))
		log_line(LOG_WARNING,
			"%d messages in an hour came to DATA and never to their end here: their headers were not checked, "
			"and nothing is recorded of them. The cause may be clients that hang up, or filters that refuse before this one, "
			"or an MTA that relays them without asking this filter (Postfix: smtpd_proxy_filter). See CAVEATS in ses-policy-milter(8).",
			UNENDED_MANY);
}

void unended_note_end(void)
{
	atomic_fetch_add_explicit(&seen.ended, 1, memory_order_relaxed);
}
