/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key: condition keys. A table of those that AWS documents for sending mail and
 * for every service (key_list.h), and the numbering of those that a policy set uses.
 *
 * Key names have no case. (Service Authorization Reference, "Amazon SES"; IAM
 * User Guide, "AWS global condition context keys".)
 */
#ifndef IAM_KEY_H
#define IAM_KEY_H

#include "base/arena.h"
#include "iam/operator.h"

/* The keys that are filled in from a message, its client and the site: rows of key_rows. */
enum message_key {
#define MESSAGE_KEY(number, ...) KEY_##number,
#define KEY(...)
#include "iam/key_list.h"
#undef MESSAGE_KEY
#undef KEY
	MESSAGE_KEYS
};

/* Has mail by SMTP the key at SES? */
enum key_presence {
	PRESENCE_ALWAYS,       /* every message */
	PRESENCE_BY_SMTP,      /* some do: SES promises it, or the filter fills it in */
	PRESENCE_UNPROMISED,   /* may be there */
	PRESENCE_SENDER_SAYS,  /* a header fills it in, but a message must pass without it too */
	PRESENCE_SERVICE_CALL, /* only when a service sends for somebody */
	PRESENCE_NEVER,
};

/* What a value looks like. */
enum key_form {
	FORM_TEXT,    /* anything */
	FORM_ADDRESS, /* an address of mail */
	FORM_ACCOUNT,
	FORM_REGION,
	FORM_ORGANIZATION,
	FORM_VPC,
	FORM_VPC_ENDPOINT,
	FORMS
};

/* What a value says about the caller. */
enum key_caller {
	CALLER_ANY,      /* nothing */
	CALLER_PERSON,   /* nothing, but a service has none: only a user or program of an account does */
	CALLER_SOME,     /* that it is one of some; a service has none */
	CALLER_ENDPOINT, /* the same; it comes through a VPC endpoint, and so has no aws:SourceIp */
	CALLER_SERVICE,  /* for whom a service asks */
};

/*
 * Where a message key's value comes from, and so when it is known, and what of two messages must be the same for it to
 * be the same. One bit each: keys in use make a set of them.
 */
enum key_source {
	SOURCE_SETTINGS = 0, /* nothing fills it in; the settings may */
	SOURCE_SITE = 1,     /* the site: the same for all messages */
	SOURCE_TIME = 2,
	SOURCE_CLIENT = 4,     /* its address; where policies speak of the relay's connection (ses/connection.h) the site */
	SOURCE_TLS = 8,        /* the same */
	SOURCE_PRINCIPAL = 16, /* whom the settings take the client for, by login and network */
	SOURCE_SENDER = 32,    /* each address of envelope and From header that the settings want asked */
	SOURCE_RESOURCE = 64,  /* what a sender is asked for */
	SOURCE_RECIPIENTS = 128,
	SOURCE_HEADER_NAME = 256, /* the From header's names */
	SOURCE_RETURN_PATH = 512, /* that header, or the envelope's sender */
	SOURCE_TENANT = 1024,     /* the header that names one; SES does not say that it fills the key in */
	SOURCES_END = 2048,
};

/* Those of them that are not known before all headers are, for any sender. */
#define SOURCES_OF_HEADERS (SOURCE_HEADER_NAME | SOURCE_RETURN_PATH | SOURCE_TENANT)

struct key_info {
	const char *name;   /* ends in `/` for a family such as aws:PrincipalTag/ */
	unsigned operators; /* enum value_type bits of the operators that make sense on it */
	bool plural;        /* holds a list: wants ForAllValues or ForAnyValue */
	enum key_presence presence;
	enum key_form form;
	enum key_caller caller;
	/* Of message keys: */
	enum key_source source;
	const char *sample; /* a usual value; NULL: it depends on other things, or is usually absent */
	const char *holds;  /* what it holds, for people */
};

enum {
	KEY_ROWS = 0
#define MESSAGE_KEY(...) +1
#define KEY(...) +1
#include "iam/key_list.h"
#undef MESSAGE_KEY
#undef KEY
};

/* All that are known; the first MESSAGE_KEYS are those of enum message_key. */
extern const struct key_info key_rows[KEY_ROWS];

/* NULL: not in the table (keys of other services). */
const struct key_info *key_find(struct text name);

/* SOURCE_SETTINGS also of keys that are not in the table. */
enum key_source key_source(const struct key_info *info);

/* Does the key of this name, in any case of letters, hold addresses of mail? They have a domain. */
bool key_holds_addresses(struct text name);

struct key {
	struct text name;            /* as first written */
	const struct key_info *info; /* or NULL */
	unsigned types;              /* enum value_type bits of the operators that policies use on it */
	bool addresses;              /* key_holds_addresses() */
};

struct key_table {
	struct arena *arena;
	struct key *keys;
	size_t count, room;
};

/* The number of a key; a new one if `name` has none yet. Borrows name. -1 when memory is short. */
int key_table_add(struct key_table *table, struct text name);

/* The number of a key; -1 if it has none. */
int key_table_find(const struct key_table *table, struct text name);

#endif
