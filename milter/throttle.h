/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * throttle: what the quotas say of a message that the policies let through. Counted at its end and nowhere else: what is
 * refused, taken back or broken off before has nothing to be given back. Before its end only what is known to be full is told.
 */
#ifndef MILTER_THROTTLE_H
#define MILTER_THROTTLE_H

#include "session.h"
#include "throttled.h"
#include "ses/message_quota.h"

enum throttle_verdict {
	THROTTLE_PASSES,  /* counted, or there is nothing to count */
	THROTTLE_WOULD,   /* the same, but a limit that is only watched is used up */
	THROTTLE_AGAINST, /* `against` is what there is to say: a refusal, or trouble */
};

struct throttle {
	enum throttle_verdict verdict;
	struct outcome against;     /* of WOULD and AGAINST */
	struct throttled throttled; /* the same, if a limit is what there is to say; key NULL: none is */
	bool counted, unmetered;
	int64_t recipients;
	struct quota_answer answer;
	struct message_keys keys;
};

/* At the end of the message. */
void throttle_take(struct session *session, struct throttle *throttle);

/* The message was not let through after all. */
void throttle_give_back(const struct throttle *throttle);

/* At MAIL or DATA, where a reply is due: is a key of the message known to be full? Never waits. */
bool throttle_is_full(struct session *session, enum stage stage, struct throttle *throttle);
#endif
