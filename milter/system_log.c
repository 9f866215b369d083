/* SPDX-License-Identifier: BSD-2-Clause */
#include "system_log.h"

#include "log_socket.h"

#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2200

static struct log_socket dev_log = LOG_SOCKET(_PATH_LOG);

bool system_log_open(void)
{
	return log_socket_open(&dev_log);
}

bool system_log_write(int priority, const char *text, int milliseconds)
{
	char line[LINE_MAX_BYTES], stamp[32];
	time_t now = time(NULL);
	struct tm local;

	strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", localtime_r(&now, &local));
	snprintf(line, sizeof line, "<%d>%s ses-policy-milter[%ld]: %s", LOG_MAIL | priority, stamp, (long)getpid(), text);
	return log_socket_write(&dev_log, line, strlen(line), milliseconds);
}
