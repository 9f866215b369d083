/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_clock: the script of policy/quota with another clock in front of it: a key of Redis that a test sets. The
 * daemon's script cannot be told the time by anybody.
 */
#ifndef REDIS_FAKE_CLOCK_H
#define REDIS_FAKE_CLOCK_H

#include "quota/quota_redis_ask.h"

/* Have the client send that script, or another with that clock in front. What is sent is never given back. */
void fake_clock_use(struct quota_redis_client *client);
void fake_clock_use_body(struct quota_redis_client *client, const char *body);

/* Set it, in microseconds. Ends the process if that cannot be done. */
void fake_clock_set(struct quota_redis_client *client, int64_t now);

#endif
