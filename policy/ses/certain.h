/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certain: from which stage on nothing that still comes can forbid a message, so that the yes may be told there.
 *
 * A yes too late costs a round trip; one too early lets through what the rest of the message would forbid. In doubt it waits for
 * the end.
 */
#ifndef SES_CERTAIN_H
#define SES_CERTAIN_H

#include "ses/message.h"

/* Can it matter who a recipient is? If not, not even what is no address is refused there. */
bool certain_recipients_matter(const struct generation *generation);

/* The earliest stage at which a yes of this generation can be certain: STAGE_MAIL, STAGE_DATA, or STAGE_EOM. */
enum stage certain_stage(const struct generation *generation);

/*
 * A stage has let the message go on. Is it allowed, whatever follows? Only at STAGE_MAIL, STAGE_RCPT and STAGE_DATA: at the
 * end of the headers a yes saves nothing.
 */
bool certain_yes(const struct message *message, enum stage stage);

#endif
