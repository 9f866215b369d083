/* SPDX-License-Identifier: BSD-2-Clause */
#include "unknown_header.h"

#include "counters.h"
#include "base/fault.h"
#include "log.h"

#include <pthread.h>
#include <string.h>

#define NAME_SIZE 79

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char logged[UNKNOWN_HEADERS_LOGGED][NAME_SIZE];
static size_t logged_count;

/* Is it to be logged, and the last one that is? Remembered from now on. */
static bool is_new(struct text name, bool *last)
{
	bool known = logged_count == UNKNOWN_HEADERS_LOGGED;

	for (size_t i = 0; i < logged_count && !known; i++)
		known = text_equals_fold(text_of(logged[i]), name);
	if (!known) {
		memcpy(logged[logged_count], name.at, name.length);
		logged[logged_count++][name.length] = '\0';
	}
	*last = logged_count == UNKNOWN_HEADERS_LOGGED;
	return !known;
}

void unknown_header_note(struct text name)
{
	char shown[4 * NAME_SIZE];
	bool last;

	/* Blanks may stand before the colon; a NUL cannot. */
	while (name.length && strchr(" \t\r\n", name.at[name.length - 1]))
		name.length--;
	name = text_first(name, NAME_SIZE - 1);
	counters_add(&counters.unknown_headers, 1);
	pthread_mutex_lock(&lock);
	bool log = is_new(name, &last);
	pthread_mutex_unlock(&lock);
	if (log)
		log_line(LOG_WARNING,
			"header %s: SES may act on it, and the filter does not know it; it was let through. "
			"\"ses_headers\": \"refuse\" refuses all X-SES- headers%s",
			text_escape(name, shown, sizeof shown), last ? ". Further names will not be logged" : "");
}
