/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_message: stands in for the policy library in unit tests of the daemon.
 * Addresses say what is to happen: one that holds `refuse` is refused (when no
 * refusal may be told here, at the end), `late` at the end, `data` at DATA,
 * `trouble` makes trouble; a From header is such an address too. The generation given to message_begin must be alive
 * as long as the message is used. A login is shown without what follows its at sign; one that begins with `stray` is a stray.
 */
#ifndef UNIT_FAKE_MESSAGE_H
#define UNIT_FAKE_MESSAGE_H

#include "holder.h"
#include "ses/message.h"

/* The last message begun. */
extern struct client fake_client;
extern char fake_login[64];
extern size_t fake_messages;       /* begun and not cleared */
extern size_t fake_message_memory; /* made and not freed */
extern size_t fake_generations;
extern bool fake_no_memory; /* message_new fails */

/*
 * With the stages at which it may refuse: letters of "MRDH". With fake_put() also where it lets through early: "A" from MAIL on, "a" at
 * DATA; but for a sender that holds `wait`.
 */
struct generation *fake_generation(const char *stages);

/* Put one in force, alone, with the conduct of fake_conduct. */
unsigned long fake_put(const char *stages);
extern struct conduct fake_conduct;

#endif
