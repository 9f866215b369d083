/* SPDX-License-Identifier: BSD-2-Clause */
/* ses-policy report: the site on one page, for people, or the same as JSON. */
#include "tool/command.h"

#include "base/memory_short.h"
#include "report/page.h"
#include "tool/command_site.h"
#include "tool/report_data.h"
#include "tool/report_records.h"
#include "tool/report_write.h"

#include <string.h>

struct report_options {
	struct site_words site;
	struct word_list records;
	const char *output;
	bool json;
};

#define AT(member) offsetof(struct report_options, member)

static const struct option_row rows[] = {
	{ "output", "FILE", "the page, for its owner alone (-o; - is standard output)", OPTION_TEXT, AT(output), COMPLETE_PATH },
	{ "records", "FILE", "decision records of the daemon, plain or gzip; - is standard input", OPTION_LIST, AT(records),
		COMPLETE_PATH },
	SITE_WORDS_ROWS(struct report_options, site),
	{ "json", NULL, "the same data as one JSON object, to standard output or to FILE", OPTION_FLAG, AT(json), COMPLETE_NONE },
};

const struct option_table report_options = {
	.command = "report",
	.summary = "Make a page to look at: who may send as whom, the policies with what lint finds, their tests, and\n"
		   "what the records tell of refusals, shadow policies and quotas.",
	.status = "0 made, 1 made, but some lines of the records are no records, 2 not made.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
	.letters = "o",
};

struct report_output {
	const json_t *data;
	bool json;
};

/* What was made while memory was short may lack something: it takes the place of no file. */
static bool put(FILE *out, const void *with)
{
	const struct report_output *output = with;
	bool good = output->json ? !json_dumpf(output->data, out, JSON_INDENT(1) | JSON_SORT_KEYS) && putc('\n', out) != EOF
				 : page_write(out, output->data);

	return good && !memory_short_count();
}

/* False: told. */
static bool write_out(const struct report_options *options, const json_t *data, struct faults *faults)
{
	const struct report_output output = { data, options->json };

	if (options->output && strcmp(options->output, "-") != 0)
		return report_write(options->output, put, &output, faults);
	/* Whether it could be written, main asks. */
	if (put(stdout, &output) || ferror(stdout))
		return true;
	fault_memory(faults);
	return false;
}

static enum status run_with(const struct report_options *options, struct command_site *site, const struct report_tally *tally)
{
	enum status status = STATUS_TROUBLE;
	struct faults faults;

	faults_init(&faults);
	json_t *data = report_data(site, tally, &faults);
	if (data && write_out(options, data, &faults))
		status = tally && tally->invalid ? STATUS_NO : STATUS_YES;
	json_decref(data);
	command_site_tell(&faults);
	faults_free(&faults);
	return status;
}

static enum status run(const struct report_options *options)
{
	enum status status = STATUS_TROUBLE;
	struct command_site site;
	struct report_tally tally;

	/* From several threads at once it could not be. */
	json_object_seed(0);
	if (command_site_load(&site, &options->site, NULL)) {
		if (!options->records.count) {
			status = run_with(options, &site, NULL);
		} else {
			if (report_records(&options->records, &tally))
				status = run_with(options, &site, &tally);
			report_tally_free(&tally);
		}
	}
	command_site_free(&site);
	return status;
}

enum status command_report(int argc, char **argv)
{
	struct report_options options = { 0 };
	enum options_found found = options_read(&report_options, argc, argv, &options);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	if (found == OPTIONS_READ && !options.output && !options.json)
		fputs("ses-policy report: no file; name the page's with -o report.html, or ask for --json\n"
		      "Try `ses-policy report --help`.\n",
			stderr);
	else if (found == OPTIONS_READ)
		status = run(&options);
	options_free(&report_options, &options);
	return status;
}
