/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint_line.h"

#include "lint/lint_policies.h"
#include "lint/lint_settings.h"
#include "lint/lint_site.h"
#include "settings/read_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of the one call. */
static struct {
	bool (*stop)(void);
	time_t end; /* of CLOCK_MONOTONIC; 0: none */
	enum lint_reach why;
} running;

static void (*tell_finding)(const struct finding *finding);

void lint_count_tell(void (*tell)(const struct finding *finding))
{
	tell_finding = tell;
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static bool is_over(void)
{
	if (running.stop && running.stop())
		running.why = LINT_GIVEN_UP;
	else if (running.end && now() >= running.end)
		running.why = LINT_LONG;
	return running.why != LINT_WHOLE;
}

/* The settings themselves. Should they not be there any more, only the places are missing. */
static void look_at_settings(struct lint *lint, const struct settings *settings)
{
	size_t size = 0;
	char *text = settings->file ? read_file(settings->file, SETTINGS_FILE_MAX, &size) : NULL;

	lint_settings(lint, &(struct json_source){ .file = settings->file, .text = { text, size } });
	free(text);
}

static void look(struct settings *settings, bool bounded, struct lint_count *count, struct faults *faults)
{
	struct lint_options lint_options = { .now.seconds = (int64_t)time(NULL), .stop = is_over };
	size_t bytes = LINT_BYTES_MAX;
	struct lint lint;

	if (!lint_site_from_options(&lint_options.site, &settings->site, &settings->arena)) {
		fault_memory(faults);
		return;
	}
	lint_init(&lint, &lint_options);
	look_at_settings(&lint, settings);
	lint.options.site.complete = true;
	lint_policies(&lint, &settings->site, bounded ? &bytes : NULL, faults);
	if (lint.findings.out_of_memory)
		fault_memory(faults);
	for (size_t i = 0; i < lint.findings.count; i++) {
		const struct finding *finding = &lint.findings.list[i];
		count->of[kinds[finding->kind].severity]++;
		if (tell_finding && kind_is_of_settings(finding->kind))
			tell_finding(finding);
	}
	count->reach = lint.stopped ? running.why : bytes == 0 ? LINT_LARGE : LINT_WHOLE;
	lint_free(&lint);
}

void lint_count_make(const struct settings_given *given, bool bounded, bool (*stop)(void), struct lint_count *count,
	struct faults *faults)
{
	size_t before = faults->count;
	struct settings settings;

	*count = (struct lint_count){ .reach = LINT_WHOLE };
	running.stop = stop;
	running.end = bounded ? now() + LINT_SECONDS_MAX : 0;
	running.why = LINT_WHOLE;
	if (settings_load(&settings, given, faults))
		look(&settings, bounded, count, faults);
	settings_free(&settings);
	if (faults->count != before)
		count->reach = LINT_FAILED;
}

static size_t total(const struct lint_count *count)
{
	size_t sum = 0;

	for (size_t i = 0; i <= SEVERITY_ERROR; i++)
		sum += count->of[i];
	return sum;
}

bool lint_count_is_clean(const struct lint_count *count)
{
	return count->reach == LINT_WHOLE && total(count) == 0;
}

bool lint_count_is_bad(const struct lint_count *count)
{
	return count->of[SEVERITY_ERROR] || count->of[SEVERITY_SECURITY];
}

/* snprintf behind what is there, as far as there is room. */
static void add(char out[LINT_LINE_SIZE], const char *before, const char *text, const char *behind)
{
	size_t used = strlen(out);

	snprintf(out + used, LINT_LINE_SIZE - used, "%s%s%s", before, text, behind);
}

static void add_path(char out[LINT_LINE_SIZE], const char *before, const char *path)
{
	char shown[256];

	add(out, before, text_escape(text_of(path), shown, sizeof shown), "");
}

/* The command that shows the findings. */
static void add_command(char out[LINT_LINE_SIZE], const struct settings_given *given)
{
	add(out, "ses-policy lint", "", "");
	if (given->settings || given->policy_count == 0)
		add_path(out, " --settings ", given->settings ? given->settings : SETTINGS_FILE);
	if (given->policy_count)
		add(out, " --type resource", "", "");
	for (size_t i = 0; i < given->policy_count; i++)
		add_path(out, " ", given->policies[i]);
}

static void add_counts(char out[LINT_LINE_SIZE], const struct lint_count *count)
{
	size_t sum = total(count);
	char number[48];
	const char *comma = ": ";

	snprintf(number, sizeof number, "%zu finding%s", sum, sum == 1 ? "" : "s");
	add(out, sum ? number : "nothing found", "", "");
	for (size_t i = SEVERITY_ERROR + 1; i-- > 0;) {
		if (!count->of[i])
			continue;
		snprintf(number, sizeof number, "%zu %s", count->of[i], severity_name((enum severity)i));
		add(out, comma, number, "");
		comma = ", ";
	}
}

const char *lint_count_print(const struct lint_count *count, const struct settings_given *given, const struct faults *faults,
	char out[LINT_LINE_SIZE])
{
	strcpy(out, "lint: ");
	if (count->reach == LINT_FAILED) {
		add(out, "not done: ", faults->first ? faults->first->text : "memory is short", "");
		return out;
	}
	add_counts(out, count);
	if (count->reach == LINT_LARGE)
		add(out, ", and not all was looked at: there is more than 8 MiB", "", "");
	else if (count->reach == LINT_LONG)
		add(out, ", and not all was looked at: it took longer than 5 s", "", "");
	if (lint_count_is_clean(count))
		return out;
	add(out, count->reach == LINT_WHOLE ? "; shown by " : "; all are shown by ", "", "");
	add_command(out, given);
	return out;
}
