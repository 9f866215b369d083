/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_place: a folder of a test's own with a file of quotas in it, a wall clock that the test sets, and what the store has said.
 *
 * Programs that use it are linked with QUOTA_PLACE_WRAPS.
 */
#ifndef UNIT_QUOTA_PLACE_H
#define UNIT_QUOTA_PLACE_H

#include "quota/quota.h"

extern int64_t quota_place_elapsed; /* options.now; never goes back */
extern int64_t quota_place_wall;    /* instead of the machine's */
extern int64_t quota_place_late;    /* the machine has been awake for so much longer than it has */
extern int64_t quota_place_awake;   /* if not 0: instead of how long it has been awake */
extern char quota_place_folder[64], quota_place_file[80];

/* For cmocka: make the folder and forget what was said; remove it with all that is in it. */
int quota_place_begin(void **state);
int quota_place_end(void **state);

/* "FILEsuffix", in the room of one of the last four calls. */
const char *quota_place_beside(const char *suffix);

/* Open the file without a thread, as the daemon does; NULL: its faults count as said. */
struct quota_store *quota_place_open(void);
/* The same and start it. Fails the test if it does not open. */
struct quota_store *quota_place_start(void);
/* Close it, with all that is to be written. */
void quota_place_close(struct quota_store *store);

/* Has a line been said that holds these words? How many? */
bool quota_place_said(const char *words);
size_t quota_place_said_count(const char *words);
void quota_place_forget(void);

/* Run SQL on the file, as somebody with sqlite3 would. */
void quota_place_sql(const char *sql);

/* Wait until it is so: fails the test after a minute. */
#define QUOTA_PLACE_WAIT(condition) \
	do { \
		for (int quota_place_rounds = 0; !(condition); quota_place_rounds++) { \
			assert_true(quota_place_rounds < 6000); \
			quota_place_pause(); \
		} \
	} while (0)
void quota_place_pause(void);

#endif
