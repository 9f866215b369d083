/* SPDX-License-Identifier: BSD-2-Clause */
#include "reload.h"

#include "holder.h"
#include "lint_line.h"
#include "load.h"
#include "counters.h"
#include "log.h"
#include "meter.h"
#include "process.h"
#include "quota_log.h"
#include "notes.h"
#include "notify.h"
#include "record_file.h"
#include "status.h"
#include "watch.h"
#include "settings/settings_print.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const struct options *options;
static const struct settings *running;
static sigset_t signals;

static void say_fixed(const char *name)
{
	log_line(LOG_WARNING, "reload: the setting \"%s\" has changed; that takes a restart", name);
}

static void say_faults(unsigned long number, const struct faults *faults)
{
	const char *first = faults->first ? faults->first->text : "memory is short";
	size_t said = 0;

	log_line(LOG_ERR, "reload: refused, generation %lu stays in force: %s", number, first);
	if (faults->count <= 1)
		return;
	for (const struct fault *fault = faults->first; fault; fault = fault->next, said++)
		log_line(LOG_ERR, "reload: %s", fault->text);
	if (faults->out_of_memory)
		log_line(LOG_ERR, "reload: memory is short");
	else if (faults->count > said)
		log_line(LOG_ERR, "reload: %zu further faults", faults->count - said);
}

static void notify_refused(const struct faults *faults)
{
	char result[400];

	snprintf(result, sizeof result, "refused: %s", faults->first ? faults->first->text : "memory is short");
	notify_reloaded(result, NULL);
}

static double milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 + (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* All that the settings name, or nothing. The number of the generation, or 0 and faults. */
static unsigned long put_in_force(struct settings *settings, char summary[LOAD_SUMMARY_SIZE], struct faults *faults)
{
	struct loaded loaded;
	int records = -1;

	if (!load_all(settings, options, &loaded, faults))
		return 0;
	/* Always opened again: the file may have been rotated away. */
	if (settings->records && (records = record_file_open(settings->records, faults)) < 0) {
		load_free(&loaded);
		return 0;
	}
	load_summary(&loaded, summary);
	const struct account_state account = loaded.generation->account_state;
	struct hold *hold = holder_make(&loaded);
	if (!hold)
		fault_memory(faults);
	/* The last that may fail: a store stays open until the end, also that of settings that are refused. */
	if (!hold || !meter_open(settings, loaded.generation, faults)) {
		if (hold)
			holder_unmake(hold);
		load_free(&loaded);
		if (records >= 0)
			close(records);
		return 0;
	}
	/* From here on nothing fails. The file is there before the first message that must be recorded, and as long as the last one. */
	if (records >= 0)
		record_file_use(records);
	unsigned long number = holder_use(hold);
	counters_account(&account);
	if (records < 0)
		record_file_use(-1);
	return number;
}

/* Is another reload asked for? */
static bool is_asked(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
		(sigismember(&pending, SIGUSR1) > 0 || (sigismember(&signals, SIGHUP) > 0 && sigismember(&pending, SIGHUP) > 0));
}

/* What lint says of the policies in force, unless others are about to be. */
static void tell_lint(void)
{
	struct lint_count count;
	struct faults faults;
	char line[LINT_LINE_SIZE];

	faults_init(&faults);
	lint_count_make(&options->given, true, is_asked, &count, &faults);
	if (count.reach != LINT_GIVEN_UP)
		log_line(lint_count_is_bad(&count) ? LOG_WARNING : LOG_INFO, "%s",
			lint_count_print(&count, &options->given, &faults, line));
	faults_free(&faults);
}

static void reload_meter(const struct settings *settings)
{
	struct hold *hold = holder_take();

	meter_reloaded(settings, hold->generation, say_fixed);
	holder_give_back(hold);
}

/* What became of a reload. PASSING: what is in the way may have gone a while later, without anybody's help. */
enum reloaded { RELOAD_IN_FORCE, RELOAD_REFUSED, RELOAD_PASSING };

static bool is_passing(const struct faults *faults)
{
	return faults->count && faults->of[FAULT_PASSING] == faults->count;
}

static void say_refused(unsigned long number, const struct faults *faults, enum reloaded result)
{
	counters_reload_refused();
	say_faults(number, faults);
	if (result == RELOAD_PASSING)
		log_line(LOG_NOTICE, "reload: that may pass; it is tried again every %d seconds", WATCH_SECONDS);
	notes_log("reload: ", faults);
	notify_refused(faults);
	status_reloaded("refused", faults->first ? faults->first->text : "memory is short");
}

/* `again`: the last one ended as PASSING, and nobody has asked for this one. Should it end so, too, nothing is said. */
static enum reloaded reload(bool again)
{
	static unsigned long number = 1;
	struct settings settings;
	struct faults faults;
	struct timespec start;
	char summary[LOAD_SUMMARY_SIZE], wrong[WATCH_TEXT_SIZE];

	clock_gettime(CLOCK_MONOTONIC, &start);
	if (!again)
		notify_reloading();
	faults_init(&faults);
	unsigned long next = put_in_force(&settings, summary, &faults);
	enum reloaded result = next ? RELOAD_IN_FORCE : is_passing(&faults) ? RELOAD_PASSING : RELOAD_REFUSED;
	watch_look();
	watch_verdict(wrong);
	if (next) {
		number = next;
		counters_add(&counters.reloads, 1);
		counters_loaded(number);
		log_line(*wrong ? LOG_ERR : LOG_NOTICE, "reload: generation %lu in force: %s, %.1f ms%s%s", number, summary,
			milliseconds_since(&start), *wrong ? "; " : "", wrong);
		notes_log("reload: ", &faults);
		settings_compare_fixed(running, &settings, say_fixed);
		reload_meter(&settings);
		notify_reloaded("in force", summary);
		status_reloaded("in force", summary);
	} else if (!again || result != RELOAD_PASSING) {
		say_refused(number, &faults, result);
	}
	settings_free(&settings);
	faults_free(&faults);
	return result;
}

static void *wait_and_reload(void *unused)
{
	static const struct timespec none, second = { .tv_sec = 1 }, pause = { .tv_sec = WATCH_SECONDS };
	enum reloaded last = RELOAD_IN_FORCE;
	bool messages_hold_old = false, changed = true;

	(void)unused;
	process_step_back();
	for (;;) {
		if (changed)
			tell_lint();
		changed = false;
		int number = sigtimedwait(&signals, NULL, messages_hold_old ? &second : &pause);
		if (number >= 0) {
			/* What is pending now asks for no more than what is about to be read. */
			while (sigtimedwait(&signals, NULL, &none) >= 0)
				;
			last = reload(false);
			changed = last == RELOAD_IN_FORCE;
		} else if (last == RELOAD_PASSING) {
			last = reload(true);
			changed = last == RELOAD_IN_FORCE;
		} else {
			watch_look();
		}
		messages_hold_old = holder_reap() > 0;
		quota_log_flush();
	}
	return NULL;
}

bool reload_start(const struct options *with, const struct settings *settings, bool hangup)
{
	pthread_t thread;

	options = with;
	running = settings;
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	if (hangup)
		sigaddset(&signals, SIGHUP);
	errno = pthread_create(&thread, NULL, wait_and_reload, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}
