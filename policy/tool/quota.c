/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota: the counts of the quotas, for people. The daemon that runs with the same settings is asked at its control
 * socket. Where none runs, or where the store is shared, this opens the store itself.
 */
#include "tool/command.h"

#include "tool/command_site.h"
#include "quota/quota_key.h"
#include "ses/quota_people.h"
#include "settings/control_ask.h"
#include "value/duration.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

struct quota_arguments {
	const char *settings;
	bool json;
	struct word_list words;
};

#define AT(member) offsetof(struct quota_arguments, member)

static const struct option_row rows[] = {
	{ "settings", "FILE", "the settings of the daemon (default: " SETTINGS_FILE ")", OPTION_TEXT, AT(settings), COMPLETE_PATH },
	{ "json", NULL, "one JSON object for each key", OPTION_FLAG, AT(json), COMPLETE_NONE },
};

const struct option_table quota_options = {
	.command = "quota",
	.summary = "Show what has been sent in the last 24 hours and what is left; or change it:\n"
		   "  show [SCOPE [NAME]]    all keys, or one\n"
		   "  reset SCOPE [NAME]     forget what a key has sent\n"
		   "  set N SCOPE [NAME]     a key has sent N recipients, all of them now\n"
		   "SCOPE is account, identity, principal or sender; all but the account have a NAME.",
	.operands = "show|reset|set ...",
	.operands_offset = AT(words),
	.status = "0 done, 1 nothing was counted for the key, 2 it could not be done.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

/* How long what was changed may take to be written. */
#define CLOSE_MILLISECONDS 5000

/* "show principal arn:..."; NULL: it does not fit, or memory is short (told). */
static char *join(const struct word_list *words)
{
	size_t length = 1;
	char *request;

	for (size_t i = 0; i < words->count; i++)
		length += strlen(words->at[i]) + 1;
	if (length > CONTROL_REQUEST_MAX - sizeof "quota ") {
		fputs("ses-policy quota: the name is too long; a key has 4096 bytes at most\n", stderr);
		return NULL;
	}
	request = malloc(length);
	if (!request) {
		fputs("ses-policy quota: memory is short\n", stderr);
		return NULL;
	}
	*request = '\0';
	for (size_t i = 0; i < words->count; i++) {
		strcat(request, i ? " " : "");
		strcat(request, words->at[i]);
	}
	if (strpbrk(request, "\r\n")) {
		fputs("ses-policy quota: a name has no line breaks\n", stderr);
		free(request);
		return NULL;
	}
	return request;
}

/* NULL and errno: nobody answers. */
static json_t *ask_daemon(const char *control, const char *request)
{
	char line[CONTROL_REQUEST_MAX];

	snprintf(line, sizeof line, "quota %s", request);
	char *text = control_ask(control, line);
	if (!text)
		return NULL;
	json_t *object = json_loads(text, 0, NULL);
	free(text);
	if (!object)
		errno = EBADMSG;
	return object;
}

/* What the store says of itself is told where there is no log. */
static void say(void *unused, int priority, const char *line)
{
	(void)unused;
	if (priority <= LOG_WARNING)
		fprintf(stderr, "ses-policy: %s\n", line);
}

/* This process opens the store. NULL: told. */
static json_t *ask_store(const struct command_site *site, const char *request)
{
	const struct quotas_option *quotas = &site->settings.site.quotas;
	char name[64];
	const struct quota_options options = {
		.store = quotas->store,
		.user = quotas->store_user,
		.password_file = quotas->store_password_file,
		.sentinel_user = quotas->store_sentinel_user,
		.sentinel_password_file = quotas->store_sentinel_password_file,
		.ca_file = quotas->store_ca_file,
		.timeout_ms = quotas->store_timeout_ms.value,
		.site = name,
		.say = say,
	};
	json_t *object = NULL;
	struct faults faults;

	snprintf(name, sizeof name, "%.*s/%.*s", TEXT_ARGS(site->generation->account), TEXT_ARGS(site->generation->region));
	faults_init(&faults);
	struct quota_store *store = quota_open(&options, &faults);
	if (store && quota_start(store))
		object = quota_people_answer(store, &site->generation->quotas, text_of(request));
	else if (store)
		fault_system(&faults, errno, "try again", "a thread cannot be started");
	if (store && !object && !faults.count)
		fault_memory(&faults);
	if (object && !quota_drain(store, CLOSE_MILLISECONDS)) {
		fault_add_as(&faults, FAULT_SYSTEM,
			"quotas: the change is not on the disk, and may be lost; look at the disk, and run this again");
		json_decref(object);
		object = NULL;
	}
	command_site_tell(&faults);
	faults_free(&faults);
	if (store)
		quota_close(store, CLOSE_MILLISECONDS);
	return object;
}

/* A store that this process may share with the daemon? A file is the daemon's alone while it runs. */
static bool is_shared(const char *store)
{
	return store && *store != '/';
}

/* From now on this process is the user that owns the file: what it makes beside it is the daemon's, too. */
static bool become_owner(const struct stat *file)
{
	if (geteuid() != 0 || file->st_uid == 0)
		return true;
	return setgroups(0, NULL) == 0 && setegid(file->st_gid) == 0 && seteuid(file->st_uid) == 0;
}

/* No daemon runs. The file must be the daemon's own, so it is never made here. */
static json_t *ask_file(const struct command_site *site, const char *request)
{
	const char *path = site->settings.site.quotas.store;
	struct stat file;

	path = path ? path : QUOTA_STORE_DEFAULT;
	if (stat(path, &file) != 0)
		fprintf(stderr, "ses-policy quota: %s: %s; the daemon makes the file when it starts\n", path, strerror(errno));
	else if (!become_owner(&file))
		fprintf(stderr, "ses-policy quota: %s: this process cannot act as its owner: %s; run it as that user\n", path,
			strerror(errno));
	else
		return ask_store(site, request);
	return NULL;
}

static json_t *ask(const struct command_site *site, const char *request)
{
	const char *control = site->settings.control;

	if (is_shared(site->settings.site.quotas.store))
		return ask_store(site, request);
	json_t *object = control ? ask_daemon(control, request) : NULL;
	if (object)
		return object;
	if (!control || errno == ENOENT || errno == ECONNREFUSED)
		return ask_file(site, request);
	fprintf(stderr, "ses-policy quota: %s: %s; %s\n", control, strerror(errno),
		errno == EACCES ? "ask as root, or as the user that the daemon serves as"
				: "is the daemon well? systemctl status ses-policy-milter");
	return NULL;
}

static void print_wait(json_int_t seconds, json_int_t released)
{
	char span[DURATION_TEXT_SIZE];

	if (released)
		printf("; %" JSON_INTEGER_FORMAT " free again in %s", released, duration_wait(seconds, span));
}

static void print_row(const json_t *row)
{
	const char *scope, *name;
	json_int_t used, wait, released;
	json_t *per_day, *left, *per_second;
	int damaged, monitor;

	if (json_unpack((json_t *)row, "{s:s, s:s, s:I, s:o, s:o, s:o, s:b, s:I, s:I, s:b}", "scope", &scope, "name", &name, "used",
		    &used, "per_day", &per_day, "free", &left, "per_second", &per_second, "monitor", &monitor, "next_release",
		    &wait, "released", &released, "damaged", &damaged) != 0)
		return;
	printf("%s%s%s: ", scope, *name ? " " : "", name);
	if (damaged)
		fputs("the count cannot be read; reset it, or set it", stdout);
	else
		printf("%" JSON_INTEGER_FORMAT, used);
	if (json_is_integer(per_day))
		printf(" of %" JSON_INTEGER_FORMAT " a day, %" JSON_INTEGER_FORMAT " left", json_integer_value(per_day),
			json_integer_value(left));
	else if (!damaged)
		fputs(", no limit a day", stdout);
	if (json_is_real(per_second))
		printf(", %.10g a second", json_real_value(per_second));
	fputs(monitor ? " (monitor)" : "", stdout);
	print_wait(wait, released);
	putchar('\n');
}

/* By scope as the store has them, then by name. */
static int by_key(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int order = strcmp(json_string_value(json_object_get(x, "scope")), json_string_value(json_object_get(y, "scope")));

	return order ? order : strcmp(json_string_value(json_object_get(x, "name")), json_string_value(json_object_get(y, "name")));
}

static enum status print_keys(const json_t *keys, bool json)
{
	size_t count = json_array_size(keys);
	const json_t **sorted = calloc(count + 1, sizeof *sorted);

	if (!sorted) {
		fputs("ses-policy quota: memory is short\n", stderr);
		return STATUS_TROUBLE;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = json_array_get(keys, i);
	qsort(sorted, count, sizeof *sorted, by_key);
	for (size_t i = 0; i < count; i++) {
		if (!json)
			print_row(sorted[i]);
		else if (!json_dumpf(sorted[i], stdout, JSON_COMPACT))
			putchar('\n');
	}
	if (!count && !json)
		puts("Nothing has been counted in the last 24 hours.");
	free(sorted);
	return STATUS_YES;
}

static enum status print_answer(const json_t *answer, bool json)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	bool absent = json_is_true(json_object_get(answer, "absent"));

	if (json_is_array(json_object_get(answer, "keys")))
		return print_keys(json_object_get(answer, "keys"), json);
	fprintf(stderr, "ses-policy quota: %s\n",
		error ? error : "the answer of the daemon is not understood; is it of another version?");
	return absent ? STATUS_NO : STATUS_TROUBLE;
}

static enum status run(const struct quota_arguments *arguments, const char *request)
{
	const struct site_words words = { .settings = arguments->settings };
	struct command_site site;
	enum status status = STATUS_TROUBLE;

	if (command_site_load(&site, &words, NULL)) {
		if (!site.settings.site.quotas.given) {
			fputs("ses-policy quota: the settings have no \"quotas\"; nothing is counted\n", stderr);
		} else {
			json_t *answer = ask(&site, request);
			if (answer)
				status = print_answer(answer, arguments->json);
			json_decref(answer);
		}
	}
	command_site_free(&site);
	return status;
}

enum status command_quota(int argc, char **argv)
{
	struct quota_arguments arguments = { 0 };
	enum options_found found = options_read(&quota_options, argc, argv, &arguments);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;
	char *request = NULL;

	if (found == OPTIONS_READ && !arguments.words.count)
		fputs("ses-policy quota: nothing is asked; write show, reset or set\nTry `ses-policy quota --help`.\n", stderr);
	else if (found == OPTIONS_READ && (request = join(&arguments.words)))
		status = run(&arguments, request);
	free(request);
	options_free(&quota_options, &arguments);
	return status;
}
