/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connection: whose connection the policies speak of: the settings `connection` and `egress`.
 *
 * Policies that are written for the relay speak of its client. Policies that are in force at SES speak of the relay: of
 * the public address from which it reaches SES, and always of TLS, for SES takes no mail without. A relay that may leave by
 * several addresses does not choose among them, so a message must be allowed from each: each is a request of its own,
 * but only where a policy looks at aws:SourceIp. Through a VPC endpoint a request has no aws:SourceIp. (IAM User Guide, "AWS
 * global condition context keys"; SES developer guide, "Connecting to an Amazon SES SMTP endpoint".)
 */
#ifndef SES_CONNECTION_H
#define SES_CONNECTION_H

#include "base/fault.h"
#include "iam/evaluate.h"
#include "iam/statement.h"
#include "ses/site_options.h"
#include "value/ip.h"

struct generation;

/* More are a network rather than a relay, and each costs a request. */
#define EGRESS_MAX 64

struct egress {
	struct text text; /* by ip_print() */
	struct ip ip;
};

struct connection {
	bool relay;            /* the relay's own; false: that of its client */
	struct egress *egress; /* the addresses that SES may see; with `relay` none: a VPC endpoint */
	size_t egress_count;
};

/* Compile what the settings say. False: faults were told. */
bool connection_compile(struct arena *arena, const struct site_options *options, struct connection *out, struct faults *faults);

/* Where a key of the client's connection has its value from, or, of any other key, the same source again. */
enum key_source connection_source(const struct connection *connection, enum key_source source);

/* The keys of the relay's connection, aws:SourceIp with its first address. Nothing of a client's. False when memory is short. */
bool connection_facts(const struct generation *generation, struct request *request);

/* Which of several addresses it is, is not known. */
void connection_pending(const struct generation *generation, struct request *request);

/* As how many requests each question is put. */
size_t connection_count(const struct generation *generation);

/* Have the request come from address `index` below connection_count(). */
void connection_enter(const struct generation *generation, struct request *request, size_t index);

/* What the policies say from all addresses: a refusal from one is a refusal, and `against` becomes that one. */
struct verdict connection_evaluate(const struct generation *generation, struct request *request, size_t *against);

/* The address, if it matters to a refusal by this statement (NULL: by the lack of an Allow); else empty. */
struct text connection_named(const struct generation *generation, const struct statement *statement, size_t index);

/* The address of one of connection_count() requests, if policies look at it and it is the relay's; else empty. */
struct text connection_address(const struct generation *generation, size_t index);

#endif
