/* SPDX-License-Identifier: BSD-2-Clause */
/* ses-policy lint: read files and folders as the daemon does, look at each, print what is found. */
#include "tool/command.h"

#include "config.h"
#include "base/system_error.h"
#include "iam/policy_set.h"
#include "lint/lint_policies.h"
#include "lint/lint_settings.h"
#include "lint/lint_site.h"
#include "lint/output.h"
#include "ses/load_path.h"
#include "settings/read_file.h"
#include "settings/settings.h"
#include "tool/colour.h"
#include "tool/lint_fix.h"
#include "tool/lint_options.h"
#include "tool/width.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void faults_print(const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *note = faults->first_note; note; note = note->next, told++)
		fprintf(stderr, "ses-policy: lint: note: %s\n", note->text);
	if (faults->note_count > told)
		fprintf(stderr, "ses-policy: lint: %zu further notes\n", faults->note_count - told);
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

/* A file, a folder, or `-`. */
static bool lint_argument(struct lint *lint, const char *path, enum lint_type type, bool stdin_too)
{
	struct faults faults;

	lint->options.type = type;
	if (stdin_too && !strcmp(path, "-"))
		return lint_stdin(lint);
	faults_init(&faults);
	bool good = lint_path(lint, path, type, &faults);
	faults_print(&faults);
	faults_free(&faults);
	return good;
}

/* The settings themselves, and all that the daemon would load, each as what it is. */
static bool lint_site(struct lint *lint, const struct settings *settings)
{
	const struct site_options *options = &settings->site;
	size_t size = 0;
	char *text = read_file(settings->file, SETTINGS_FILE_MAX, &size);
	struct faults faults;
	bool good = text;

	faults_init(&faults);
	if (!text)
		fault_system(&faults, errno, system_error_read_remedy(errno), "%s", settings->file);
	else
		lint_settings(lint, &(struct json_source){ .file = settings->file, .text = { text, size } });
	free(text);

	lint->options.site.complete = true;
	good &= lint_policies(lint, options, NULL, &faults);
	faults_print(&faults);
	faults_free(&faults);
	return good;
}

static bool settings_read(struct arguments *arguments, struct settings *settings)
{
	struct settings_given given = { .settings = arguments->settings };
	struct faults faults;

	faults_init(&faults);
	bool good = settings_load(settings, &given, &faults) &&
		lint_site_from_options(&arguments->options.site, &settings->site, &settings->arena);
	if (!good && !faults.count)
		fault_memory(&faults);
	faults_print(&faults);
	faults_free(&faults);
	return good;
}

static bool print(const struct findings *findings, enum format format)
{
	if (format == FORMAT_JSON)
		return output_json(stdout, findings);
	if (format == FORMAT_SARIF)
		return output_sarif(stdout, findings, PACKAGE_VERSION);
	return output_text(stdout, findings, *colour(COLOUR_OFF), width_of_output());
}

/* Nothing is an answer, too, for who looks at a terminal; a pipe stays empty. */
static bool print_nothing(const struct lint *lint, enum format format)
{
	if (format != FORMAT_TEXT || lint->findings.count || !isatty(STDOUT_FILENO))
		return true;
	return printf("%zu file%s, no findings\n", lint->files, lint->files == 1 ? "" : "s") > 0;
}

/* Each path that the command line names, by its options first. */
static bool each_path(const struct arguments *arguments, int argc, char **argv, void *with,
	bool (*take)(void *with, const char *path, enum lint_type type, bool stdin_too))
{
	bool good = true;

	for (size_t i = 0; i < arguments->path_count; i++)
		good &= take(with, arguments->paths[i].path, arguments->paths[i].type, false);
	for (int i = optind; i < argc; i++)
		good &= take(with, argv[i], arguments->options.type, true);
	return good;
}

static bool take_lint(void *with, const char *path, enum lint_type type, bool stdin_too)
{
	return lint_argument(with, path, type, stdin_too);
}

/* What was corrected is a part of the answer for people, and stands beside that for programs. */
static bool take_fix(void *with, const char *path, enum lint_type type, bool stdin_too)
{
	const struct arguments *arguments = with;
	bool text = arguments->format == FORMAT_TEXT;
	struct faults faults;

	(void)stdin_too;
	faults_init(&faults);
	bool good = lint_fix_path(&arguments->options, path, type, text ? stdout : stderr,
		text ? "" : "ses-policy: lint: ", &faults);
	faults_print(&faults);
	faults_free(&faults);
	return good;
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

/* A policy of a sending identity that lost its Principal looks the same, and the daemon takes it for neither. */
static void guess_print(const struct lint *lint)
{
	fprintf(stderr, "ses-policy: lint: note: %s", lint->guessed_file);
	if (lint->guessed > 1)
		fprintf(stderr, " and %zu more", lint->guessed - 1);
	fprintf(stderr,
		": no statement has a Principal, so it was taken for the policy of a user; say --type identity if it is one, --type "
		"resource if it is the policy of a sending identity\n");
}

enum status command_lint(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct settings settings = { 0 };
	struct lint lint;

	if (!lint_arguments_read(&arguments, argc, argv))
		return STATUS_TROUBLE;
	if (arguments.help) {
		lint_help(stdout);
		return written(true, STATUS_YES);
	}
	if (arguments.list)
		return written(print_kinds(arguments.format), STATUS_YES);
	arguments.options.now.seconds = (int64_t)time(NULL);
	if (arguments.settings && !settings_read(&arguments, &settings)) {
		settings_free(&settings);
		return STATUS_TROUBLE;
	}
	bool paths = optind < argc || arguments.path_count;
	bool good = !arguments.fix || each_path(&arguments, argc, argv, &arguments, take_fix);
	arguments.options.texts = arguments.format == FORMAT_TEXT;
	lint_init(&lint, &arguments.options);
	good &= paths || lint_site(&lint, &settings);
	good &= each_path(&arguments, argc, argv, &lint, take_lint);
	if (lint.findings.out_of_memory) {
		fprintf(stderr, "ses-policy: lint: out of memory\n");
		good = false;
	}
	if (lint.guessed && arguments.format == FORMAT_TEXT)
		guess_print(&lint);
	enum status status = !good ? STATUS_TROUBLE : findings_reach(&lint.findings, SEVERITY_WARNING) ? STATUS_NO : STATUS_YES;
	status = written(print(&lint.findings, arguments.format) && print_nothing(&lint, arguments.format), status);
	settings_free(&settings);
	lint_free(&lint);
	return status;
}
