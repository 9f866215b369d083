/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings: what the site says about itself: a JSON file, and the options of
 * the command line that win over it. One table (setting_table.c) gives names,
 * types, bounds, defaults and help.
 */
#ifndef MILTER_SETTINGS_H
#define MILTER_SETTINGS_H

#include "iam/arena.h"
#include "iam/fault.h"
#include "options.h"
#include "socket_spec.h"

#include <stdio.h>

/* Read when neither --settings nor --policy is given. */
#define SETTINGS_FILE "/etc/ses-policy-milter/milter.json"

/* Largest settings file, in bytes. */
#define SETTINGS_FILE_MAX (1024u * 1024)

struct string_list {
	const char **at;
	size_t count;
};

enum from_address { FROM_BOTH, FROM_ENVELOPE, FROM_HEADER };
enum null_sender { NULL_SENDER_EVALUATE, NULL_SENDER_REJECT };

struct settings {
	struct arena arena;         /* holds all that follows */
	const char *file;           /* NULL: none was read */
	const char *socket;
	const char *socket_group;   /* NULL: that of the user */
	const char *user;           /* NULL: not set */
	const char *account;        /* NULL: from the policies */
	const char *region;         /* the same */
	struct string_list policies;
	struct string_list identities;
	unsigned socket_mode;
	unsigned from_address;      /* enum from_address */
	unsigned address_case;      /* enum mailbox_case */
	unsigned null_sender;       /* enum null_sender */
	struct socket_spec listen;  /* socket, parsed */
};

/*
 * Read the file and apply the options. False: `faults` says what is wrong, all
 * of it. settings_free is due in either case.
 */
bool settings_load(struct settings *settings, const struct options *options, struct faults *faults);
void settings_free(struct settings *settings);

/* As JSON, every supported setting, also those left at their defaults. */
void settings_print(const struct settings *settings, FILE *out);

/* The settings with defaults and bounds, for --help. */
void settings_help(FILE *out);

/*
 * Compare what cannot change while the daemon runs. Calls `say` with the name
 * of each such setting that differs.
 */
void settings_compare_fixed(const struct settings *before, const struct settings *after, void (*say)(const char *name));

#endif
