/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read_ahead_trial: whether this libmilter works with read_ahead, tried once at the start on a connection of our own.
 *
 * Another version or build of libmilter may read, or wait, in a way that passes our functions by. It would then wait
 * for what is in our memory already, and mail with it. So nothing is read ahead for an MTA until a session in which two
 * packets came in one piece has been answered and has ended, and our functions were asked for all of it. If that does
 * not happen the log says why, and libmilter reads by itself.
 */
#ifndef MILTER_READ_AHEAD_TRIAL_H
#define MILTER_READ_AHEAD_TRIAL_H

#include "listener.h"

/*
 * Look after the connections of the filter's socket, and begin to try, on a thread of its own, unless `wanted` is false.
 * To be called before smfi_main.
 */
void read_ahead_trial_start(const struct listener *listener, bool wanted);

#endif
