/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings: what the site says about itself: a JSON file, and the options of
 * the command line that win over it. One table (setting_table.c) gives names,
 * types, bounds, defaults and help. The daemon and the tool read the same file.
 */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include "base/arena.h"
#include "base/fault.h"
#include "ses/site_options.h"
#include "settings/metrics_spec.h"
#include "settings/socket_spec.h"

/* Read when neither a settings file nor policies are given. */
#define SETTINGS_FILE "/etc/ses-policy-milter/milter.json"

/* Largest settings file, in bytes. */
#define SETTINGS_FILE_MAX (1024u * 1024)

/* Policies of callers, in place of what the file says of them (settings_callers.h). */
struct given_callers {
	struct string_list user_policies; /* --user-policy; at NULL: not given */
	const char *boundary;             /* --boundary */
	struct level_list organization;   /* --organization; at NULL: not given */
};

/* What the command line says. Strings are argv's; NULL: not given. */
struct settings_given {
	const char *settings;
	const char *socket;
	const char *user;
	const char **policies; /* --policy, in order */
	size_t policy_count;
	struct given_callers callers; /* the tool's alone */
	const char *account_state;    /* --account-state; the same */
};

/* Are refusals told to the client, or only recorded? */
enum mode { MODE_ENFORCE, MODE_MONITOR };

/* What is recorded of messages that are let through: nothing, what is known when they are, or all of it. */
enum records_allowed { RECORDS_ALLOWED_NOT, RECORDS_ALLOWED_KNOWN, RECORDS_ALLOWED_WHOLE };

struct settings {
	struct arena arena;   /* holds all that follows */
	const char *file;     /* NULL: none was read */
	const char **origins; /* where each row's value came from: FILE:LINE:COLUMN, an option, or NULL: the default */
	const char *socket;
	const char *socket_group; /* NULL: that of the user */
	const char *user;         /* NULL: not set */
	unsigned socket_mode;
	unsigned read_ahead; /* 1: also what libmilter has not asked for yet */
	struct site_options site;
	unsigned mode;                     /* enum mode */
	unsigned early_accept;             /* 1: a yes that is certain is told before the end of the message */
	struct string_list shadow;         /* policies asked beside those of `site` */
	const char *records;               /* the file of decision records; NULL: none */
	unsigned records_allowed;          /* enum records_allowed: also what was let through? */
	unsigned records_required;         /* 1: no decision without its record */
	const char *metrics;               /* NULL: not served */
	const char *control;               /* path of the control socket; NULL: none */
	const char *control_given;         /* as it is written; NULL: it is not */
	struct socket_spec listen;         /* socket, parsed */
	struct socket_spec metrics_listen; /* metrics, parsed */
};

/*
 * Read the file and apply the options. False: `faults` says what is wrong, all
 * of it. settings_free is due in either case.
 */
bool settings_load(struct settings *settings, const struct settings_given *given, struct faults *faults);
void settings_free(struct settings *settings);

#endif
