/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message_judge: the questions of a message, put to the policies, and the telling of what stands against it.
 */
#ifndef SES_MESSAGE_JUDGE_H
#define SES_MESSAGE_JUDGE_H

#include "ses/message_parts.h"

/*
 * Put the questions that are not answered yet. `recipient` has just come, or is NULL. `singly`: everything up to the
 * last recipient has been found not to be forbidden, and the last one alone tells
 * whether that is still so (needs.h): a list of thousands is not gone through again for each of them.
 * False: `against` is what there is to say.
 */
bool message_judge_stage(struct message *message, enum stage stage, const struct spelled *recipient, bool singly,
	struct outcome *against);

/* The same of the whole message, at a stage that can refuse it. False as above. */
bool message_judge_whole(struct message *message, enum stage stage, struct outcome *against);

/*
 * What came up at a stage: a refusal is told if it can be, else it is kept, and the message is doomed. Only a recipient
 * can be refused and the message live.
 */
struct outcome message_tell(struct message *message, struct outcome outcome, bool may_refuse);

/* The refusal of a doomed message, if this stage can tell it. */
struct outcome message_tell_doom(struct message *message, enum stage stage, bool may_refuse);

#endif
