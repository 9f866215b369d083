/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_file: the file that decision records are appended to, each line whole.
 *
 * Usually mail does not wait for it: lines are put down and a thread writes them. A
 * full disk, or a reader of a pipe that has stopped, then costs records, not
 * mail: they are counted, the log says so once, and once when it is over. With
 * records_required a line is written before the answer is given.
 */
#ifndef MILTER_RECORD_FILE_H
#define MILTER_RECORD_FILE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Open for appending, as the user that serves; a new file gets mode 0640. "-" is standard output. -1 and
 * a fault. Also for the reopening that rotation asks for.
 */
int record_file_open(const char *path, struct faults *faults);

/* Could record_file_open do it? Creates nothing. For --check. */
bool record_file_check(const char *path, struct faults *faults);

/* Write to `fd` from now on, which the file owns; -1: write nothing. The one before is closed. For any thread. */
void record_file_use(int fd);

/* Start the thread. False: errno. */
bool record_file_start(void);

/* Put a line (with its line break) down. What cannot be kept is lost. For any thread; never waits. */
void record_file_put(const char *line, size_t length);

/* Write a line now; false: it could not be. Never waits for a reader. For any thread. */
bool record_file_write(const char *line, size_t length);

/* A record could not even be made: count it, and say so as above. */
void record_file_lost(const char *reason);

/* Wait until what was put down is written, but no longer than that. */
void record_file_drain(unsigned milliseconds);

#endif
