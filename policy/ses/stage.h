/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stage: the stages of SMTP at which a message is judged, and at which of them the values of the keys are known.
 */
#ifndef SES_STAGE_H
#define SES_STAGE_H

#include "iam/key.h"

struct generation;

/* What a message can meet: which keys, and so which events and replies, the policies can need. */
enum stage { STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_EOH, STAGE_EOM, STAGES };

/* "MAIL", "RCPT", "DATA", "EOH", "EOM" */
const char *stage_name(enum stage stage);

/* Where the value of a slot comes from; of slot -1 SOURCE_SETTINGS. */
enum key_source generation_source(const struct generation *generation, int slot);

/* The stage at which the values from a source are all known. */
enum stage generation_stage(const struct generation *generation, enum key_source source);

#endif
