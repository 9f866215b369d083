/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include "base/completion.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
	OPTION_SETTINGS = 1,
	OPTION_POLICY,
	OPTION_SOCKET,
	OPTION_USER,
	OPTION_FOREGROUND,
	OPTION_LOG,
	OPTION_STRICT,
	OPTION_JSON,
	OPTION_TASK
};

static const struct daemon_option {
	const char *name;
	char letter;          /* the short form; 0: there is none */
	const char *argument; /* NULL: takes none */
	int what;
	enum task task; /* of OPTION_TASK */
	const char *help;
} rows[] = {
	{ "settings", 'c', "FILE", OPTION_SETTINGS, 0, "read the settings from FILE" },
	{ "policy", 0, "PATH", OPTION_POLICY, 0,
		"load policies from the file or folder PATH instead of those of the settings; may be repeated" },
	{ "socket", 0, "SOCKET", OPTION_SOCKET, 0,
		"listen at SOCKET: unix:PATH, inet:PORT@HOST or inet6:PORT@HOST (public:inet:... where other hosts can reach it)" },
	{ "user", 0, "NAME", OPTION_USER, 0, "serve as user NAME (when started as root)" },
	{ "foreground", 'f', NULL, OPTION_FOREGROUND, 0,
		"log to standard error instead of syslog (the daemon never leaves the foreground)" },
	{ "log", 0, "WHERE", OPTION_LOG, 0,
		"log to WHERE: journal, syslog, stderr, or json (to standard error; default: journal under systemd, else syslog)" },
	{ "check", 't', NULL, OPTION_TASK, TASK_CHECK,
		"load settings and policies as the daemon would, print what is wrong, and exit" },
	{ "strict", 0, NULL, OPTION_STRICT, 0,
		"with --check: fail on warnings, and on errors and security problems that lint finds" },
	{ "status", 0, NULL, OPTION_TASK, TASK_STATUS, "ask the daemon that runs with these settings how it is, and exit" },
	{ "json", 0, NULL, OPTION_JSON, 0, "with --status: as JSON" },
	{ "print-settings", 'n', NULL, OPTION_TASK, TASK_PRINT_SETTINGS, "print the settings in force as JSON, and exit" },
	{ "version", 'V', NULL, OPTION_TASK, TASK_VERSION,
		"print the version, those of the libraries, and how it was built, and exit" },
	{ "help", 'h', NULL, OPTION_TASK, TASK_HELP, "print this help, and exit" },
};

#define ROWS (sizeof rows / sizeof *rows)

/* The arguments of --log. */
static const char *const log_words[] = {
	[LOG_TO_JOURNAL] = "journal",
	[LOG_TO_SYSLOG] = "syslog",
	[LOG_TO_STDERR] = "stderr",
	[LOG_TO_JSON] = "json",
};

#define LOG_WORDS (sizeof log_words / sizeof *log_words)

static bool find_log(const char *word, enum log_to *log)
{
	for (size_t i = 0; i < LOG_WORDS; i++)
		if (log_words[i] && !strcmp(word, log_words[i])) {
			*log = (enum log_to)i;
			return true;
		}
	fputs("ses-policy-milter: --log wants journal, syslog, stderr or json\n", stderr);
	return false;
}

/* False: the argument is no such, which was told. */
static bool apply(struct options *options, const struct daemon_option *row, const char *argument)
{
	switch (row->what) {
	case OPTION_SETTINGS:
		options->given.settings = argument;
		break;
	case OPTION_POLICY:
		options->given.policies[options->given.policy_count++] = argument;
		break;
	case OPTION_SOCKET:
		options->given.socket = argument;
		break;
	case OPTION_USER:
		options->given.user = argument;
		break;
	case OPTION_FOREGROUND:
		options->foreground = true;
		break;
	case OPTION_LOG:
		return find_log(argument, &options->log);
	case OPTION_STRICT:
		options->strict = true;
		break;
	case OPTION_JSON:
		options->json = true;
		break;
	default:
		options->task = row->task;
	}
	return true;
}

/* --foreground says in short where the log goes. */
static bool settle_log(struct options *options)
{
	if (!options->foreground)
		return true;
	if (options->log == LOG_TO_UNIT)
		options->log = LOG_TO_STDERR;
	return options->log == LOG_TO_STDERR || options->log == LOG_TO_JSON;
}

static const char *join_log_words(void)
{
	static char room[64];
	size_t used = 0;

	for (size_t i = 0; i < LOG_WORDS; i++)
		if (log_words[i])
			used += (size_t)snprintf(room + used, sizeof room - used, "%s%s", used ? " " : "", log_words[i]);
	return room;
}

static bool option_at(const void *context, size_t index, struct completed_option *out)
{
	const struct daemon_option *row = &rows[index];

	(void)context;
	if (index >= ROWS)
		return false;
	*out = (struct completed_option){
		.name = row->name,
		.letter = row->letter,
		.argument = row->argument,
		.help = row->help,
		.path = row->argument && (!strcmp(row->argument, "FILE") || !strcmp(row->argument, "PATH")),
		.words = row->what == OPTION_LOG ? join_log_words() : NULL,
		.many = row->what == OPTION_POLICY,
	};
	return true;
}

bool options_complete(const char *shell)
{
	static const struct completed_command all = { 0 };
	static const struct completed_program program = { "ses-policy-milter", &all, 1, option_at };

	return completion_print(shell, &program);
}

/* Long and short forms, as getopt_long(3) wants them. Each gives its row's number, from 1 on. */
static void make_tables(struct option table[ROWS + 1], char letters[2 * ROWS + 1])
{
	for (size_t i = 0; i < ROWS; i++) {
		table[i] = (struct option){ rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, (int)i + 1 };
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

static const struct daemon_option *row_of(int found)
{
	if (found > 0 && (size_t)found <= ROWS)
		return &rows[found - 1];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter && rows[i].letter == found)
			return &rows[i];
	return NULL;
}

int options_parse(struct options *options, int argc, char **argv)
{
	struct option table[ROWS + 1] = { 0 };
	char letters[2 * ROWS + 1];
	const struct daemon_option *row;
	int found;

	*options = (struct options){ 0 };
	options->given.policies = calloc((size_t)argc + 1, sizeof *options->given.policies);
	if (!options->given.policies) {
		fputs("ses-policy-milter: memory is short\n", stderr);
		return EX_OSERR;
	}
	make_tables(table, letters);
	while ((found = getopt_long(argc, argv, letters, table, NULL)) != -1) {
		row = row_of(found);
		if (!row || !apply(options, row, optarg))
			break;
	}
	if (found == -1 && optind < argc)
		fprintf(stderr, "%s: unexpected argument `%s`; name policies with --policy\n", argv[0], argv[optind]);
	else if (found == -1 && options->strict && options->task != TASK_CHECK)
		fprintf(stderr, "%s: --strict goes with --check\n", argv[0]);
	else if (found == -1 && options->json && options->task != TASK_STATUS)
		fprintf(stderr, "%s: --json goes with --status\n", argv[0]);
	else if (found == -1 && !settle_log(options))
		fprintf(stderr, "%s: --foreground logs to standard error; leave it out with another --log\n", argv[0]);
	else if (found == -1)
		return EX_OK;
	fprintf(stderr, "Try `%s --help`.\n", argv[0]);
	options_free(options);
	return EX_USAGE;
}

void options_free(struct options *options)
{
	free(options->given.policies);
	*options = (struct options){ 0 };
}

void options_help(FILE *out)
{
	fputs("Usage: ses-policy-milter [OPTION]...\n"
	      "A mail filter for Postfix and Sendmail that answers from Amazon SES policies.\n\n"
	      "Options (they win over the settings file):\n",
		out);
	for (size_t i = 0; i < ROWS; i++) {
		char left[40], letter[] = { '-', rows[i].letter, ',', '\0' };
		snprintf(left, sizeof left, "%-3s --%s%s%s", rows[i].letter ? letter : "", rows[i].name,
			rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %-24s %s\n", left, rows[i].help);
	}
}
