/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint: what is wrong, dangerous or useless in policies.
 *
 * A document that does not load gives its faults as findings. One that loads is
 * looked at by all checks; where a check claims that some message passes or is
 * refused, it builds that message from the values in the policy and evaluates it,
 * and says nothing if the evaluation does not bear it out.
 *
 * Nothing here reads files, clocks or settings: all comes in by arguments. Resource policies are to come before those
 * of users: the identities that they hang on are identities of the site.
 */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include "value/instant.h"
#include "base/json_source.h"
#include "lint/finding.h"
#include "ses/principal_map.h"
#include "ses/site_options.h"

/* What only the site knows. Empty or NULL: not known, and then policies are not checked against it. */
struct lint_site {
	const char *account; /* 12 digits */
	const char *region;
	struct string_list identities;         /* verified domains and addresses */
	struct string_list configuration_sets; /* that mail is sent with */
	struct string_list context;            /* condition keys that the site fills in */
	const struct site_options *options;    /* all that the settings say; NULL: there are none */
	const struct principal_map *clients;   /* their list of principals; NULL: there is none, or it does not load */
	bool sandbox;                          /* the account is in the sandbox of SES */
	enum mailbox_case address_case;        /* how the site compares addresses */
	bool sole;                             /* what is looked at is all that one principal of the site has */
	bool complete;                         /* all resource policies of the site are looked at, before those of users */
};

enum lint_type {
	LINT_TYPE_AUTO,     /* a document with a Principal anywhere, or from a map of policies is a resource policy */
	LINT_TYPE_RESOURCE, /* policies of sending identities, as the daemon loads them */
	LINT_TYPE_IDENTITY, /* policies of users */
	LINT_TYPE_LIMIT,    /* boundaries and service control policies: only whether the settings leave them anything */
};

struct lint_options {
	struct lint_site site;
	enum lint_type type;
	struct instant now; /* for windows that are over */
	bool texts;         /* corrections are wanted in the text of the files, too */
	bool (*stop)(void); /* asked before each statement; true: look at no more. NULL: look at all */
};

struct resource_tally;

struct lint {
	struct lint_options options; /* borrowed strings */
	struct findings findings;
	struct resource_tally *tallies; /* policies counted by identity, over all files; in the findings' arena */
	size_t tally_count, tally_room;
	struct string_list hung; /* identities that resource policies hang on, over all files; in the findings' arena */
	size_t hung_room;
	size_t files;            /* texts looked at */
	size_t guessed;          /* documents that were taken for a user's policy only because they have no Principal */
	char guessed_file[1024]; /* the first of them */
	bool granted;            /* a resource policy may allow mail of the site */
	bool alone;              /* the file that is looked at is all that its principal has */
	bool stopped;            /* not all was looked at, for `stop` */
};

void lint_init(struct lint *lint, const struct lint_options *options);
void lint_free(struct lint *lint);

/*
 * Look at one file's text. `file` is for messages (printable), `name` names a policy that has no
 * name of its own (empty: none). The findings of each file are in the order of their places. What memory did
 * not suffice for is missing, and findings.out_of_memory says so.
 */
void lint_text(struct lint *lint, const char *file, struct text name, struct text text);

#endif
