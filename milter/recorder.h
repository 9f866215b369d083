/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recorder: where a decision goes: into the counters, into the log unless it
 * let the message through, and into the file of records if there is one.
 */
#ifndef MILTER_RECORDER_H
#define MILTER_RECORDER_H

#include "record.h"

/* Is it told anywhere, so that it needs the session's id and the queue's? Else it is only counted. */
bool recorder_tells(const struct session *session, const struct outcome *outcome);

/*
 * If it is told, the session has its id. False: the record had to be written before the answer is
 * given (records_required), and could not be. Shadow and the daemon's monitor mode never say so.
 */
bool recorder_take(const struct record *record);

/* MAIL has been asked about: count and, once a login, log that the client's login missed every entry that bears one. */
void recorder_stray_login(struct session *session);

#endif
