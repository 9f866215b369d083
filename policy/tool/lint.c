/* SPDX-License-Identifier: BSD-2-Clause */
/* ses-policy lint: read files and folders as the daemon does, look at each, print what is found. */
#include "tool/command.h"

#include "config.h"
#include "iam/policy_set.h"
#include "lint/lint.h"
#include "lint/output.h"
#include "ses/load_path.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* More on one command line are not taken. */
#define IDENTITIES_MAX 256

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_MDOC };

struct arguments {
	struct lint_options options;
	const char *identities[IDENTITIES_MAX];
	enum format format;
	bool list, help;
};

struct option_row {
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

static bool take_type(struct arguments *arguments, const char *value)
{
	static const char *const names[] = {
		[LINT_TYPE_AUTO] = "auto", [LINT_TYPE_RESOURCE] = "resource", [LINT_TYPE_IDENTITY] = "identity",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(value, names[i])) {
			arguments->options.type = (enum lint_type)i;
			return true;
		}
	fprintf(stderr, "ses-policy: lint: no such type of policy: %s; auto, resource or identity would be right\n", value);
	return false;
}

static bool take_account(struct arguments *arguments, const char *value)
{
	arguments->options.site.account = value;
	if (strlen(value) == 12 && strspn(value, "0123456789") == 12)
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

	if (site->identity_count == IDENTITIES_MAX) {
		fprintf(stderr, "ses-policy: lint: more than %d times --identity\n", IDENTITIES_MAX);
		return false;
	}
	arguments->identities[site->identity_count++] = value;
	return true;
}

static bool take_configuration_set(struct arguments *arguments, const char *value)
{
	arguments->options.site.configuration_set = value;
	return true;
}

static bool take_sandbox(struct arguments *arguments, const char *value)
{
	(void)value;
	arguments->options.site.sandbox = true;
	return true;
}

static const struct option_row rows[] = {
	{ "json", NULL, "one JSON object a finding", take_json },
	{ "sarif", NULL, "one SARIF 2.1.0 log", take_sarif },
	{ "type", "TYPE", "auto (the default), resource: policies of sending identities, identity: policies of users", take_type },
	{ "account", "ID", "the account of this site", take_account },
	{ "region", "REGION", "the Region of this site", take_region },
	{ "identity", "NAME", "a verified domain or address of this site; may be repeated", take_identity },
	{ "configuration-set", "NAME", "the configuration set that mail is sent with", take_configuration_set },
	{ "sandbox", NULL, "the account is in the sandbox of SES", take_sandbox },
	{ "list", NULL, "print the kinds of findings instead (also with --json)", take_list },
	{ "mdoc", NULL, "with --list: as a list of a manual page", take_mdoc },
	{ "help", NULL, "this text", take_help },
};

#define ROWS (sizeof rows / sizeof *rows)

static void help(FILE *out)
{
	fprintf(out, "usage: ses-policy lint [OPTION]... PATH...\n\n"
		"Say what is wrong, dangerous or useless in policies. A PATH is a file, a folder, or - for standard input.\n\n");
	for (size_t i = 0; i < ROWS; i++) {
		char name[40];
		snprintf(name, sizeof name, "%s%s%s", rows[i].name, rows[i].value ? " " : "", rows[i].value ? rows[i].value : "");
		fprintf(out, "  --%-24s %s\n", name, rows[i].help);
	}
	fprintf(out, "\nExit status: 0 nothing found, or suggestions alone; 1 warnings, security findings or errors;\n"
		"2 it could not be done.\n");
}

/* False: told on standard error. The paths are argv[optind] and on. */
static bool arguments_read(struct arguments *arguments, int argc, char **argv)
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
	arguments->options.site.identities = arguments->identities;
	if (optind < argc || arguments->list || arguments->help)
		return true;
	fprintf(stderr, "usage: ses-policy lint [OPTION]... PATH...; see ses-policy lint --help\n");
	return false;
}

static void faults_print(const struct faults *faults)
{
	for (const struct fault *fault = faults->first; fault; fault = fault->next)
		fprintf(stderr, "ses-policy: lint: %s\n", fault->text);
	if (faults->out_of_memory)
		fprintf(stderr, "ses-policy: lint: out of memory\n");
}

/* Standard input, to its end. */
static bool lint_stdin(struct lint *lint)
{
	size_t used = 0, room = 0, got;
	char *text = NULL;

	do {
		if (used == room) {
			room = room ? 2 * room : 65536;
			char *grown = room <= 2 * (size_t)POLICY_FILE_MAX ? realloc(text, room) : NULL;
			if (!grown) {
				free(text);
				fprintf(stderr, "ses-policy: lint: standard input is too long\n");
				return false;
			}
			text = grown;
		}
		got = fread(text + used, 1, room - used, stdin);
		used += got;
	} while (got);
	bool good = !ferror(stdin);
	if (good)
		lint_text(lint, "-", (struct text){ 0 }, (struct text){ text, used });
	else
		fprintf(stderr, "ses-policy: lint: standard input: %s\n", strerror(errno));
	free(text);
	return good;
}

static bool lint_path(struct lint *lint, const char *path)
{
	struct loaded_files files;
	struct faults faults;

	if (!strcmp(path, "-"))
		return lint_stdin(lint);
	faults_init(&faults);
	bool good = load_paths(&path, 1, &files, &faults);
	for (size_t i = 0; good && i < files.count; i++)
		lint_text(lint, files.files[i].shown, files.files[i].name, files.files[i].content);
	faults_print(&faults);
	faults_free(&faults);
	if (good)
		loaded_files_free(&files);
	return good;
}

static bool print(const struct findings *findings, enum format format)
{
	if (format == FORMAT_JSON)
		return output_json(stdout, findings);
	if (format == FORMAT_SARIF)
		return output_sarif(stdout, findings, PACKAGE_VERSION);
	return output_text(stdout, findings, isatty(STDOUT_FILENO));
}

static bool print_kinds(enum format format)
{
	if (format == FORMAT_JSON)
		return output_kinds_json(stdout);
	if (format == FORMAT_MDOC)
		return output_kinds_mdoc(stdout);
	return output_kinds(stdout);
}

static enum status written(bool good, enum status status)
{
	if (good && !fflush(stdout))
		return status;
	fprintf(stderr, "ses-policy: lint: cannot write the findings\n");
	return STATUS_TROUBLE;
}

enum status command_lint(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct lint lint;

	if (!arguments_read(&arguments, argc, argv))
		return STATUS_TROUBLE;
	if (arguments.help) {
		help(stdout);
		return written(true, STATUS_YES);
	}
	if (arguments.list)
		return written(print_kinds(arguments.format), STATUS_YES);
	arguments.options.now.seconds = (int64_t)time(NULL);
	lint_init(&lint, &arguments.options);
	bool good = true;
	for (int i = optind; i < argc; i++)
		good &= lint_path(&lint, argv[i]);
	if (lint.findings.out_of_memory) {
		fprintf(stderr, "ses-policy: lint: out of memory\n");
		good = false;
	}
	enum status status = !good ? STATUS_TROUBLE : findings_reach(&lint.findings, SEVERITY_WARNING) ? STATUS_NO : STATUS_YES;
	status = written(print(&lint.findings, arguments.format), status);
	lint_free(&lint);
	return status;
}
