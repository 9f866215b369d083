/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trouble_site: a site that uses all there is to load (settings, two kinds of policies, principals by login and network,
 * contexts, configuration sets, a shadow), and messages whose answers tell when any part of it is missing. There are two:
 * trouble_site.c, and trouble_headers.c, which is about what headers say, quotas, roles, the relay's connection and the sandbox.
 */
#ifndef UNIT_TROUBLE_SITE_H
#define UNIT_TROUBLE_SITE_H

#include "ses/message.h"

#include <stdbool.h>
#include <stddef.h>

struct trouble_message {
	const char *name;
	const char *client, *login;
	bool tls;
	const char *sender, *recipient; /* several with a blank between */
	const char *header, *value;     /* one header field besides From, or From itself, or Full-Name without From, or NULL */
	const char *want;               /* of the policies in force: "taken", or stage, code and reason */
	const char *shadow;             /* of those in the shadow */
};

extern const struct trouble_message trouble_messages[];
extern const size_t trouble_message_count;

/* Write the files of the site to a folder of its own; the path of the settings, in a buffer of this file. */
const char *trouble_site_make(void);
void trouble_site_remove(void);

/* What becomes of a message: "taken", "STAGE CODE REASON", or "trouble". In a buffer of this file. */
const char *trouble_answer(const struct generation *generation, const struct trouble_message *message);

#endif
