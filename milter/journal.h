/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal: lines to systemd's journal, with fields that it can be asked for (systemd's page "Native Journal Protocol"):
 * MESSAGE, PRIORITY, SYSLOG_FACILITY, SYSLOG_IDENTIFIER, and of a record's line each pair, as SES_POLICY_ID and so on.
 * Each field goes with its length, so whatever stands in it begins no other. For one thread at a time.
 */
#ifndef MILTER_JOURNAL_H
#define MILTER_JOURNAL_H

#include <stdbool.h>

#define JOURNAL_PATH "/run/systemd/journal/socket"

/* Does it listen? False: errno. */
bool journal_open(void);

/* Does standard error lead to it already? (systemd.exec(5), JOURNAL_STREAM: device and inode.) */
bool journal_has_stderr(void);

/* One line, as system_log_write has it; `record`: it is that of a record. */
bool journal_write(int priority, const char *text, bool record, int milliseconds);

#endif
