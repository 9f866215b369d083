/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supply: what the settings make certain of every message of the site, for one document: which keys all messages lack,
 * since neither message nor settings give them, and which all have with the same value. All other keys may hold anything.
 * What a statement says under that (policy/iam/truth.h) it says to every message, or, pending, to some.
 */
#ifndef LINT_SUPPLY_H
#define LINT_SUPPLY_H

#include "iam/request.h"
#include "iam/truth.h"
#include "lint/subject.h"
#include "ses/connection.h"

struct supply {
	const struct subject *subject;
	struct arena arena;
	struct request open;
	struct connection connection;
	int source_ip; /* slot of aws:SourceIp, or -1 */
};

/* Why every message has what it has under a key. */
enum supply_reason {
	SUPPLY_MESSAGE,  /* it may be another thing in each message */
	SUPPLY_NOBODY,   /* it is missing: nothing gives it */
	SUPPLY_ENDPOINT, /* aws:SourceIp is missing: egress is "vpc" */
	SUPPLY_TENANT,   /* it may be missing: every message must pass without it */
	SUPPLY_CONTEXT,  /* the settings give it to all alike */
	SUPPLY_EGRESS,   /* the relay's address */
	SUPPLY_REGION,   /* the site's */
};

/* The site has settings (subject->site->options). False when memory is short. To be closed in any case. */
bool supply_open(struct supply *supply, const struct subject *subject);
void supply_close(struct supply *supply);

/* Messages come from each of so many addresses of the relay; have it be this one. */
size_t supply_count(const struct supply *supply);
void supply_enter(struct supply *supply, size_t index);

/*
 * The key on which the condition rests, by its slot: its own, or, where none of its values can be filled in, that of a
 * variable in them which all messages lack.
 */
int supply_key(const struct supply *supply, const struct condition *c);

/* Of that key. */
enum supply_reason supply_reason(const struct supply *supply, const struct condition *c);

/* Of every message: holds (of a Deny in one reading of domains, of an Allow in both), does not hold, or pending: may do. */
enum truth supply_holds(const struct supply *supply, const struct condition *c);

/* The same of all conditions of a statement. */
enum truth supply_matches(const struct supply *supply, const struct statement *statement);

#endif
