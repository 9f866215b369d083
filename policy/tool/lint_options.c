/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/lint_options.h"

#include "iam/arn.h"

#include <getopt.h>
#include <string.h>

struct lint_option {
	const char *name;
	const char *value; /* what follows it; NULL: nothing */
	const char *help;
	bool (*take)(struct arguments *arguments, const char *value);
};

static bool take_json(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->format = FORMAT_JSON;
	return true;
}

static bool take_sarif(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->format = FORMAT_SARIF;
	return true;
}

static bool take_mdoc(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->format = FORMAT_MDOC;
	return true;
}

static bool take_list(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->list = true;
	return true;
}

static bool take_help(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->help = true;
	return true;
}

static const char *const type_words[] = {
	[LINT_TYPE_AUTO] = "auto",
	[LINT_TYPE_RESOURCE] = "resource",
	[LINT_TYPE_IDENTITY] = "identity",
};

#define TYPES (sizeof type_words / sizeof *type_words)

static bool take_type(struct arguments *arguments, const char *value)
{
	for (size_t i = 0; i < TYPES; i++)
		if (!strcmp(value, type_words[i])) {
			arguments->options.type = (enum lint_type)i;
			return true;
		}
	fprintf(stderr, "ses-policy: lint: no such type of policy: %s; write auto, resource or identity\n", value);
	return false;
}

static bool take_account(struct arguments *arguments, const char *value)
{
	arguments->options.site.account = value;
	if (arn_is_account(text_of(value)))
		return true;
	fprintf(stderr, "ses-policy: lint: --account wants 12 digits\n");
	return false;
}

static bool take_region(struct arguments *arguments, const char *value)
{
	arguments->options.site.region = value;
	return true;
}

static bool take_identity(struct arguments *arguments, const char *value)
{
	struct lint_site *site = &arguments->options.site;

	if (site->identities.count == IDENTITIES_MAX) {
		fprintf(stderr, "ses-policy: lint: more than %d times --identity\n", IDENTITIES_MAX);
		return false;
	}
	arguments->identities[site->identities.count++] = value;
	site->identities.at = arguments->identities;
	return true;
}

static bool take_configuration_set(struct arguments *arguments, const char *value)
{
	arguments->configuration_set = value;
	arguments->options.site.configuration_sets = (struct string_list){ &arguments->configuration_set, 1 };
	return true;
}

static bool take_settings(struct arguments *arguments, const char *value)
{
	arguments->settings = value;
	return true;
}

/* What is looked at first: identities are known when a user's policies come (lint.h). */
static bool path_add(struct arguments *arguments, enum lint_type type, const char *path)
{
	size_t at = arguments->path_count;

	if (at == TYPED_PATHS_MAX) {
		fprintf(stderr, "ses-policy: lint: more than %d policies; name a folder\n", TYPED_PATHS_MAX);
		return false;
	}
	for (; at && arguments->paths[at - 1].type > type; at--)
		arguments->paths[at] = arguments->paths[at - 1];
	arguments->paths[at] = (struct typed_path){ type, path };
	arguments->path_count++;
	return true;
}

static bool take_policy(struct arguments *arguments, const char *value)
{
	return path_add(arguments, LINT_TYPE_RESOURCE, value);
}

static bool take_user_policy(struct arguments *arguments, const char *value)
{
	return path_add(arguments, LINT_TYPE_IDENTITY, value);
}

static bool take_limit(struct arguments *arguments, const char *value)
{
	return path_add(arguments, LINT_TYPE_LIMIT, value);
}

static bool take_fix(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->fix = true;
	return true;
}

static bool take_sandbox(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->options.site.sandbox = true;
	return true;
}

static const struct lint_option rows[] = {
	{ "json", NULL, "one JSON object a finding", take_json },
	{ "sarif", NULL, "one SARIF 2.1.0 log", take_sarif },
	{ "type", "TYPE", "auto (the default), resource: policies of sending identities, identity: policies of users", take_type },
	{ "settings", "FILE", "the settings of the site; without a PATH, check the policies that they name", take_settings },
	{ "policy", "PATH", "policies of sending identities, as --type resource; may be repeated", take_policy },
	{ "user-policy", "PATH", "policies of users, as --type identity; may be repeated", take_user_policy },
	{ "boundary", "PATH", "permissions boundaries; may be repeated", take_limit },
	{ "organization", "PATH", "service control policies; may be repeated", take_limit },
	{ "fix", NULL, "write the corrections into the files, and print what is left", take_fix },
	{ "account", "ID", "the account of this site", take_account },
	{ "region", "REGION", "the Region of this site", take_region },
	{ "identity", "NAME", "a verified domain or address of this site; may be repeated", take_identity },
	{ "configuration-set", "NAME", "the configuration set that mail is sent with", take_configuration_set },
	{ "sandbox", NULL, "the account is in the sandbox of SES", take_sandbox },
	{ "list", NULL, "print the kinds of findings instead (also with --json)", take_list },
	{ "mdoc", NULL, "with --list: in the format of manual pages (mdoc)", take_mdoc },
	{ "help", NULL, "this text", take_help },
};

#define ROWS (sizeof rows / sizeof *rows)

static const char *join_type_words(void)
{
	static char room[64];
	size_t used = 0;

	for (size_t i = 0; i < TYPES; i++)
		used += (size_t)snprintf(room + used, sizeof room - used, "%s%s", i ? " " : "", type_words[i]);
	return room;
}

bool lint_option_at(size_t index, struct completed_option *out)
{
	if (index >= ROWS)
		return false;
	const struct lint_option *row = &rows[index];
	*out = (struct completed_option){
		.name = row->name,
		.argument = row->value,
		.help = row->help,
		.path = row->value && (!strcmp(row->value, "FILE") || !strcmp(row->value, "PATH")),
		.words = row->take == take_type ? join_type_words() : NULL,
		.many = true,
	};
	return true;
}

void lint_help(FILE *out)
{
	fprintf(out,
		"usage: ses-policy lint [OPTION]... PATH...\n\n"
		"Find what is wrong, dangerous or useless in policies. A PATH is a file, a folder, or - for standard input.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char name[40];
		snprintf(name, sizeof name, "%s%s%s", rows[i].name, rows[i].value ? " " : "", rows[i].value ? rows[i].value : "");
		fprintf(out, "  --%-24s %s\n", name, rows[i].help);
	}
	fprintf(out,
		"\nExit status: 0 nothing found, or suggestions alone; 1 warnings, security findings or errors;\n"
		"2 it could not be done.\n");
}

bool lint_arguments_read(struct arguments *arguments, int argc, char **argv)
{
	struct option options[ROWS + 1] = { 0 };
	int row;

	for (size_t i = 0; i < ROWS; i++)
		options[i] = (struct option){ rows[i].name, rows[i].value ? required_argument : no_argument, NULL, (int)i };
	optind = 0;
	opterr = 0;
	while ((row = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (row == ':' || row == '?') {
			fprintf(stderr, "ses-policy: lint: %s: %s\n", argv[optind - 1],
				row == ':' ? "the value is missing" : "no such option; see ses-policy lint --help");
			return false;
		}
		if (!rows[row].take(arguments, optarg))
			return false;
	}
	bool paths = optind < argc || arguments->path_count;
	if (arguments->fix && !paths) {
		fprintf(stderr, "ses-policy: lint: --fix writes files that are named alone; name them beside it\n");
		return false;
	}
	for (int i = optind; arguments->fix && i < argc; i++)
		if (!strcmp(argv[i], "-")) {
			fprintf(stderr, "ses-policy: lint: --fix has no file to write for -; name one\n");
			return false;
		}
	if (paths || arguments->settings || arguments->list || arguments->help)
		return true;
	fprintf(stderr, "usage: ses-policy lint [OPTION]... PATH...; see ses-policy lint --help\n");
	return false;
}
