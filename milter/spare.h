/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare: the memory of messages that are over, kept for the next ones. There is
 * as much of it as messages were on their way at once, however many connections
 * there are, and at most that of SPARE_MAX.
 */
#ifndef MILTER_SPARE_H
#define MILTER_SPARE_H

#include "ses/message.h"

#define SPARE_MAX 64

/* A message to begin with; NULL when memory is short. */
struct message *spare_take(void);

/* It is over. NULL is fine. */
void spare_give(struct message *message);

#endif
