/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon: load, listen, serve. Exit status: 0 after SIGTERM, 64 usage, 69 nobody answers --status, 70
 * libmilter gave up, 71 the system refused (memory, descriptors, a disk or file server: also while loading), 73 the socket
 * cannot be made, 75 its address or that of the metrics is in use, or the files change all the time, 78 settings or policies
 * are wrong (nothing was bound).
 */
#include "config.h"

#include "callbacks.h"
#include "control.h"
#include "counters.h"
#include "holder.h"
#include "service_user.h"
#include "lint_line.h"
#include "listener.h"
#include "load.h"
#include "log.h"
#include "meter.h"
#include "metrics_server.h"
#include "notes.h"
#include "notify.h"
#include "options.h"
#include "process.h"
#include "read_ahead_trial.h"
#include "quota_control.h"
#include "record_file.h"
#include "reload.h"
#include "round_trips.h"
#include "sigwait.h"
#include "standard_output.h"
#include "status.h"
#include "status_text.h"
#include "stop.h"
#include "version.h"
#include "watch.h"
#include "ses/quotas_print.h"
#include "settings/control_ask.h"
#include "settings/settings_print.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

static void tell_faults(const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *fault = faults->first; fault; fault = fault->next, told++)
		log_failure("%s", fault->text);
	if (faults->out_of_memory)
		log_failure("memory is short");
	else if (faults->count > told)
		log_failure("%zu further faults", faults->count - told);
}

static int tell_errno(const char *what)
{
	log_failure("%s: %s", what, strerror(errno));
	return EX_OSERR;
}

/*
 * As whom to serve. A check where the daemon is not installed (a build machine)
 * goes on without its user.
 */
static bool find_identity(const struct options *options, const struct settings *settings, struct service_user *identity,
	struct faults *faults)
{
	if (options->task == TASK_CHECK && !settings->user && !service_user_default_exists()) {
		fputs("ses-policy-milter: note: there is no user " SERVICE_USER_DEFAULT
		      ": whether it can read these files is not checked\n",
			stderr);
		return true;
	}
	return service_user_find(identity, settings->user, faults);
}

/* What nobody has to mend ends with a status that is tried again. */
static int status_of(const struct faults *faults)
{
	switch (faults_class(faults)) {
	case FAULT_SYSTEM:
		return EX_OSERR;
	case FAULT_PASSING:
		return EX_TEMPFAIL;
	default:
		return EX_CONFIG;
	}
}

/* What serving needs. */
struct ready {
	struct loaded loaded;
	int records, metrics, control; /* descriptors, or -1 */
};

static bool open_records(const struct settings *settings, bool check_only, struct ready *ready, struct faults *faults)
{
	if (!settings->records)
		return true;
	if (check_only)
		return record_file_check(settings->records, faults);
	ready->records = record_file_open(settings->records, faults);
	return ready->records >= 0;
}

static bool open_metrics(const struct settings *settings, bool check_only, struct ready *ready, struct faults *faults)
{
	if (!settings->metrics)
		return true;
	if (!metrics_server_is_built(faults))
		return false;
	if (check_only)
		return true;
	ready->metrics = metrics_server_open(&settings->metrics_listen, faults);
	return ready->metrics >= 0;
}

/* Without one that was not asked for mail goes on: a note. */
static bool open_control(const struct settings *settings, bool check_only, struct ready *ready, struct faults *faults)
{
	struct faults own;

	if (!settings->control || check_only)
		return true;
	if (settings->control_given) {
		ready->control = control_open(settings->control, faults);
		return ready->control >= 0;
	}
	faults_init(&own);
	ready->control = control_open(settings->control, &own);
	if (ready->control < 0)
		fault_note(faults, "%s; until then --status does not work",
			own.first ? own.first->text : "control: memory is short");
	faults_free(&own);
	return true;
}

static bool open_meter(const struct settings *settings, bool check_only, const struct ready *ready, struct faults *faults)
{
	const struct generation *generation = ready->loaded.generation;

	return check_only ? meter_check(settings, generation, faults) : meter_open(settings, generation, faults);
}

/* How long the end waits for records, for log lines, for systemd and for the counts of quotas, each. */
#define DRAIN_MILLISECONDS 150

static const struct socket_spec *serving_metrics; /* NULL: nowhere */
static const char *serving_control;               /* NULL: nowhere */
static const struct control_command control_commands[] = { { "quota", quota_control_answer }, { "status", status_answer },
	{ NULL, NULL } };

/* What the end leaves behind: records and log lines written, as far as files and log take them. */
static void put_in_order(void)
{
	meter_stop(DRAIN_MILLISECONDS);
	log_drain(DRAIN_MILLISECONDS);
	record_file_drain(DRAIN_MILLISECONDS);
	standard_output_restore();
	notify_drain(DRAIN_MILLISECONDS);
	if (serving_metrics)
		metrics_server_remove(serving_metrics);
	if (serving_control)
		control_remove(serving_control);
}

/* SIGTERM has come. */
static void stopping(void)
{
	notify_stopping();
	put_in_order();
	stop_requested();
}

/* Load as the user that will have to do it at a reload. */
static bool load_as(const struct service_user *identity, const struct settings *settings, bool check_only, struct ready *ready,
	struct faults *faults)
{
	bool good = false;

	*ready = (struct ready){ .records = -1, .metrics = -1, .control = -1 };
	if (!service_user_borrow(identity))
		fault_system(faults, errno, "start it as that user", "user: the process cannot act as `%s`", identity->name);
	else if (settings->file && euidaccess(settings->file, R_OK) != 0)
		fault_system(faults, errno, "a reload has to: let that user or its group read it", "%s: user `%s` cannot read it",
			settings->file, identity->name);
	else
		good = load_policies(settings, &ready->loaded, faults) && open_records(settings, check_only, ready, faults) &&
			open_metrics(settings, check_only, ready, faults) && open_control(settings, check_only, ready, faults) &&
			open_meter(settings, check_only, ready, faults);
	if (!service_user_return(identity)) {
		fault_system(faults, errno, "start it again", "user: the process cannot be root again");
		good = false;
	}
	if (!good)
		load_free(&ready->loaded);
	return good;
}

static int check(const struct options *options, const struct settings *settings, const struct loaded *loaded)
{
	char summary[LOAD_SUMMARY_SIZE], room[SOCKET_WARNING_SIZE], trips[ROUND_TRIPS_SIZE];
	const char *warning = socket_spec_warning(&settings->listen, room);

	if (warning)
		fprintf(stderr, "ses-policy-milter: warning: socket: %s\n", warning);

	printf("ok: %s, account %.*s, region %.*s%s\n", load_summary(loaded, summary), TEXT_ARGS(loaded->generation->account),
		TEXT_ARGS(loaded->generation->region), loaded->generation->form_check ? ", form checked" : "");
	puts(round_trips_print(loaded, trips));
	quotas_print(&loaded->generation->quotas, stdout);
	if (fflush(stdout) != 0)
		return EX_IOERR;
	return warning && options->strict ? EX_CONFIG : EX_OK;
}

/* What the settings make of a policy that speaks of something else. */
static void print_finding(const struct finding *finding)
{
	char place[32] = "";

	if (finding->line)
		snprintf(place, sizeof place, ":%u:%u", finding->line, finding->column);
	fprintf(stderr, "ses-policy-milter: %s%s: %s: %s\n", finding->file ? finding->file : "settings", place,
		severity_name(kinds[finding->kind].severity), finding->message);
}

/* What lint says of what has been checked, unless it says nothing. */
static int check_lint(const struct options *options)
{
	struct lint_count count;
	struct faults faults;
	char line[LINT_LINE_SIZE];
	int status = EX_OK;

	faults_init(&faults);
	lint_count_tell(print_finding);
	lint_count_make(&options->given, !options->strict, NULL, &count, &faults);
	if (!lint_count_is_clean(&count))
		fprintf(stderr, "ses-policy-milter: %s\n", lint_count_print(&count, &options->given, &faults, line));
	if (options->strict && count.reach == LINT_FAILED)
		status = status_of(&faults);
	else if (options->strict && lint_count_is_bad(&count))
		status = EX_CONFIG;
	faults_free(&faults);
	return status;
}

/* Returns only if there is nothing to serve with; once there are threads, stop_now ends the process. */
static int serve(const struct options *options, const struct settings *settings, const struct service_user *identity,
	struct listener *listener, const struct ready *ready, const char *summary, struct faults *faults)
{
	bool hangup = sigwait_is_ours();

	if (!service_user_drop(identity))
		return tell_errno("root cannot be given up");
	umask(0077);
	stop_prepare(listener);
	watch_start(listener);
	/* Before a reload may say otherwise. */
	counters_loaded(1);
	status_begin(settings, identity->name);
	serving_metrics = ready->metrics >= 0 ? &settings->metrics_listen : NULL;
	serving_control = ready->control >= 0 ? settings->control : NULL;
	sigwait_on_stop(stopping);
	if (!log_start() || !record_file_start() || !notify_start(listener->spec) || !meter_start())
		return tell_errno("a thread cannot be started");
	unsigned long files = process_raise_files();
	log_line(LOG_INFO, "version %s, serving as %s, open files up to %lu", PACKAGE_VERSION, identity->name, files);
	if (files < PROCESS_FILES_WANTED)
		log_line(LOG_WARNING,
			"open files up to %lu: each connection of an MTA takes one, and Postfix alone may make %u; raise LimitNOFILE= "
			"(ulimit -n) to %u or more",
			files, PROCESS_FILES_POSTFIX, PROCESS_FILES_WANTED);
	char room[SOCKET_WARNING_SIZE];
	const char *warning = socket_spec_warning(listener->spec, room);
	if (warning)
		log_line(LOG_WARNING, "socket: %s", warning);
	if (!hangup)
		log_line(LOG_ERR, "the C library's sigwait is in force, not ours: SIGHUP stops the daemon, reload with SIGUSR1");
	log_line(LOG_NOTICE, "generation 1 in force: %s", summary);
	notes_log("", faults);
	listener_announce(listener);
	if (ready->metrics >= 0) {
		if (!metrics_server_start(ready->metrics))
			return tell_errno("metrics cannot be served");
		log_line(LOG_INFO, "metrics at %s", settings->metrics);
	}
	if (ready->control >= 0 && !control_start(ready->control, control_commands))
		return tell_errno("a thread cannot be started");
	read_ahead_trial_start(listener, settings->read_ahead);
	/* Also for a signal that came during the start. */
	if (!reload_start(options, settings, hangup) || !notify_ready(summary))
		return tell_errno("a thread cannot be started");
	int status = smfi_main() == MI_SUCCESS ? EX_OK : EX_SOFTWARE;
	put_in_order();
	stop_now(status);
}

static int start(const struct options *options, const struct settings *settings, const struct service_user *identity,
	struct ready *ready, struct faults *faults)
{
	static struct listener listener;
	char summary[LOAD_SUMMARY_SIZE];

	load_summary(&ready->loaded, summary);
	counters_account(&ready->loaded.generation->account_state);
	if (!holder_put(&ready->loaded)) {
		load_free(&ready->loaded);
		fault_memory(faults);
		return EX_OSERR;
	}
	record_file_use(ready->records);
	errno = 0;
	if (!callbacks_register()) {
		if (errno == ENOMEM) {
			fault_memory(faults);
			return EX_OSERR;
		}
		fault_add(faults,
			"libmilter does not take the filter: it is another version than this program was built for; rebuild it");
		return EX_SOFTWARE;
	}
	int status = listener_open(&listener, settings, identity, faults);
	if (status == EX_OK) {
		status = serve(options, settings, identity, &listener, ready, summary, faults);
		listener_close(&listener);
	}
	if (ready->control >= 0)
		control_remove(settings->control);
	return status;
}

/* EX_UNAVAILABLE: nobody answers. */
static int ask_status(const struct settings *settings, bool json)
{
	if (!settings->control) {
		log_failure("--status: there is no control socket; name one with the setting \"control\"");
		return EX_CONFIG;
	}
	char *answer = control_ask(settings->control, "status");
	if (!answer) {
		log_failure("--status: %s: %s; %s", settings->control, strerror(errno),
			errno == EACCES ? "ask as root, or as the user that it serves as"
					: "is it running with these settings? See systemctl status ses-policy-milter");
		return EX_UNAVAILABLE;
	}
	bool good = json ? fputs(answer, stdout) >= 0 : status_text_print(answer, stdout);
	free(answer);
	if (!good)
		log_failure(
			"--status: the answer of the daemon is not understood; is it of another version? Look at it with --json");
	return good && fflush(stdout) == 0 ? EX_OK : EX_UNAVAILABLE;
}

static int run(const struct options *options)
{
	static struct settings settings;
	static struct service_user identity;
	struct faults faults;
	int status = EX_OK;
	bool done = false;

	faults_init(&faults);
	bool loaded = settings_load(&settings, &options->given, &faults);
	if (loaded && options->task == TASK_PRINT_SETTINGS) {
		settings_print_origins(&settings, stderr);
		settings_print(&settings, stdout);
		status = fflush(stdout) == 0 ? EX_OK : EX_IOERR;
		done = true;
	} else if (loaded && options->task == TASK_STATUS) {
		status = ask_status(&settings, options->json);
		done = true;
	} else if (loaded && find_identity(options, &settings, &identity, &faults)) {
		bool check_only = options->task == TASK_CHECK;
		struct ready ready;
		done = load_as(&identity, &settings, check_only, &ready, &faults);
		if (done && check_only) {
			status = check(options, &settings, &ready.loaded);
			load_free(&ready.loaded);
		} else if (done) {
			status = start(options, &settings, &identity, &ready, &faults);
		}
	}
	if (!done)
		status = status_of(&faults);
	tell_faults(&faults);
	log_drain(DRAIN_MILLISECONDS);
	if (options->task == TASK_CHECK)
		notes_print(&faults);
	if (done && status == EX_OK && options->task == TASK_CHECK)
		status = check_lint(options);
	faults_free(&faults);
	settings_free(&settings);
	return status;
}

/* The status of something that prints: what was not taken is told, also where a later part was. */
static int printed(int status)
{
	bool lost = ferror(stdout);

	if (!fflush(stdout) && !lost)
		return status;
	fputs("ses-policy-milter: cannot write to standard output: it is not whole\n", stderr);
	return status == EX_OK ? EX_IOERR : status;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	if (!process_prepare())
		return tell_errno("start");
	process_give_memory_back();
	/* For the files in contrib/completion; no option that people need. */
	if (argc == 3 && !strcmp(argv[1], "--completion"))
		return printed(options_complete(argv[2]) ? EX_OK : EX_USAGE);
	status = options_parse(&options, argc, argv);
	if (status != EX_OK)
		return status;
	bool serves = options.task == TASK_SERVE;
	if (!serves)
		process_unblock();
	/* A check or a question answers on the terminal it was asked from. */
	log_open(serves ? options.log : LOG_TO_STDERR);
	switch (options.task) {
	case TASK_VERSION:
		version_print(stdout);
		break;
	case TASK_HELP:
		options_help(stdout);
		settings_help(stdout);
		break;
	default:
		status = run(&options);
	}
	options_free(&options);
	return serves ? status : printed(status);
}
