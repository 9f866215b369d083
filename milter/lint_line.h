/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lint_line: one line about what lint finds in the policies that the daemon loads: how many findings of which severity,
 * and the command that shows them. What was not looked at is said, too: no line says less than that nothing was found.
 *
 * The files are read again for it, as the command will read them: keeping their text until then would cost as much memory
 * as the policies in force themselves. At a start and a reload it is made after these are in force, on the thread that loads,
 * which has nothing else to do then; it is bounded in size and time, and given up for the next reload. Lint takes about as
 * long as loading does (1 s for 8 MiB of addresses), and longer for thousands of statements.
 */
#ifndef MILTER_LINT_LINE_H
#define MILTER_LINT_LINE_H

#include "base/fault.h"
#include "lint/finding.h"
#include "settings/settings.h"

/* More is not looked at, in bytes of all files; nor for longer, in seconds. */
#define LINT_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define LINT_SECONDS_MAX 5

enum lint_reach {
	LINT_WHOLE,    /* all was looked at */
	LINT_LARGE,    /* there was more than LINT_BYTES_MAX */
	LINT_LONG,     /* it took longer than LINT_SECONDS_MAX */
	LINT_GIVEN_UP, /* `stop` said so */
	LINT_FAILED,   /* `faults` says why */
};

struct lint_count {
	size_t of[SEVERITY_ERROR + 1];
	enum lint_reach reach;
};

/*
 * Count the findings in what the command line names. `bounded`: by the limits above. `stop` (NULL: nothing) is asked now
 * and then. One call at a time.
 */
void lint_count_make(const struct settings_given *given, bool bounded, bool (*stop)(void), struct lint_count *count,
	struct faults *faults);

/* Before lint_count_make(): have it call `tell` for each finding on policies that do not fit the settings. NULL: not. */
void lint_count_tell(void (*tell)(const struct finding *finding));

/* Was all looked at and nothing found? */
bool lint_count_is_clean(const struct lint_count *count);

/* Was an error or a security problem found? */
bool lint_count_is_bad(const struct lint_count *count);

/* The line, into `out` of LINT_LINE_SIZE bytes; returns out. `faults`: those of lint_count_make(). */
#define LINT_LINE_SIZE 1024
const char *lint_count_print(const struct lint_count *count, const struct settings_given *given, const struct faults *faults,
	char out[LINT_LINE_SIZE]);

#endif
