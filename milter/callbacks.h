/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callbacks: what libmilter calls. They turn the MTA's events into the calls of
 * ses/message.h and its outcomes into answers: CONTINUE, a refusal, or 451 for
 * our own trouble (answer.h).
 */
#ifndef MILTER_CALLBACKS_H
#define MILTER_CALLBACKS_H

#include <stdbool.h>

/* Tell libmilter of them. False: it refused. */
bool callbacks_register(void);

#endif
