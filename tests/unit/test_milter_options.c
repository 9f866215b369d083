/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options: the command line as its contract has it.
 */
#include "unit/check.h"

#include "options.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const struct {
	const char *name;
	const char *arguments[8];
	bool taken;
	struct options want;
} cases[] = {
	{ "nothing", { NULL }, true, { 0 } },
	{ "settings", { "--settings", "f" }, true, { .given.settings = "f" } },
	{ "with an equals sign", { "--settings=f" }, true, { .given.settings = "f" } },
	{ "policies in order", { "--policy", "a", "--policy=b", "--policy", "" }, true, { .given.policy_count = 3 } },
	{ "socket and user", { "--socket", "s", "--user", "u" }, true, { .given = { .socket = "s", .user = "u" } } },
	{ "the last wins", { "--socket", "s", "--socket", "t" }, true, { .given.socket = "t" } },
	{ "foreground", { "--foreground" }, true, { .foreground = true, .log = LOG_TO_STDERR } },
	{ "log to syslog", { "--log", "syslog" }, true, { .log = LOG_TO_SYSLOG } },
	{ "log to the journal", { "--log=journal" }, true, { .log = LOG_TO_JOURNAL } },
	{ "log to standard error", { "--log", "stderr" }, true, { .log = LOG_TO_STDERR } },
	{ "log as JSON", { "--foreground", "--log", "json" }, true, { .foreground = true, .log = LOG_TO_JSON } },
	{ "log as JSON, said first", { "--log", "json", "-f" }, true, { .foreground = true, .log = LOG_TO_JSON } },
	{ "foreground elsewhere", { "-f", "--log", "syslog" }, false, { 0 } },
	{ "no such log", { "--log", "" }, false, { 0 } },
	{ "a part of a log", { "--log", "jso" }, false, { 0 } },
	{ "check", { "--check", "--policy", "p" }, true, { .task = TASK_CHECK, .given.policy_count = 1 } },
	{ "strict check", { "--check", "--strict" }, true, { .task = TASK_CHECK, .strict = true } },
	{ "strict alone", { "--strict" }, false, { 0 } },
	{ "strict print", { "--strict", "--print-settings" }, false, { 0 } },
	{ "status", { "--status", "--json" }, true, { .task = TASK_STATUS, .json = true } },
	{ "JSON of something else", { "--check", "--json" }, false, { 0 } },
	{ "print", { "--print-settings" }, true, { .task = TASK_PRINT_SETTINGS } },
	{ "version", { "--version" }, true, { .task = TASK_VERSION } },
	{ "help", { "--help" }, true, { .task = TASK_HELP } },
	{ "unknown", { "--bogus" }, false, { 0 } },
	{ "short, alone", { "-f" }, true, { .foreground = true, .log = LOG_TO_STDERR } },
	{ "short, settings and check", { "-t", "-c", "f" }, true, { .task = TASK_CHECK, .given.settings = "f" } },
	{ "short, joined", { "-tcf" }, true, { .task = TASK_CHECK, .given.settings = "f" } },
	{ "short, print", { "-n" }, true, { .task = TASK_PRINT_SETTINGS } },
	{ "short, version", { "-V" }, true, { .task = TASK_VERSION } },
	{ "short, help", { "-h" }, true, { .task = TASK_HELP } },
	{ "short, unknown", { "-p", "a" }, false, { 0 } },
	{ "short, without its argument", { "-c" }, false, { 0 } },
	{ "no argument", { "--settings" }, false, { 0 } },
	{ "argument too many", { "--check=yes" }, false, { 0 } },
	{ "stray", { "--check", "p" }, false, { 0 } },
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void command_lines_are_parsed(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *argv[10] = { (char *)"ses-policy-milter" };
		const struct options *want = &cases[i].want;
		struct options got;
		int argc = 1;

		for (size_t j = 0; j < COUNT_OF(cases[i].arguments) && cases[i].arguments[j]; j++)
			argv[argc++] = (char *)cases[i].arguments[j];
		optind = 0;
		CHECK_CASE(failures, cases[i].name, options_parse(&got, argc, argv) == (cases[i].taken ? EX_OK : EX_USAGE));
		if (!cases[i].taken)
			continue;
		CHECK_CASE(failures, cases[i].name,
			got.task == want->task && got.foreground == want->foreground && got.log == want->log &&
				got.strict == want->strict && got.json == want->json);
		CHECK_CASE(failures, cases[i].name,
			same(got.given.settings, want->given.settings) && same(got.given.socket, want->given.socket) &&
				same(got.given.user, want->given.user) && got.given.policy_count == want->given.policy_count);
		if (want->given.policy_count == 3)
			CHECK_CASE(failures, cases[i].name,
				same(got.given.policies[0], "a") && same(got.given.policies[1], "b") &&
					same(got.given.policies[2], ""));
		options_free(&got);
	}
	assert_int_equal(failures, 0);
}

/* The usage messages are not what is tested. */
static int silence(void **state)
{
	(void)state;
	int fd = open("/dev/null", O_WRONLY);
	return fd >= 0 && dup2(fd, STDERR_FILENO) >= 0 ? close(fd) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_are_parsed),
	};

	return cmocka_run_group_tests(tests, silence, NULL);
}
