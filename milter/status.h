/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status: what the daemon says of itself when its operator asks (control.h, `status`).
 */
#ifndef MILTER_STATUS_H
#define MILTER_STATUS_H

#include "settings/settings.h"

#include <stddef.h>

/* Before there are threads: since now it serves with these settings, as that user. Both must live as long as the process. */
void status_begin(const struct settings *settings, const char *user);

/* A generation was put in force (`result` "in force", with its summary), or refused (`result` "refused", with the first fault). */
void status_reloaded(const char *result, const char *text);

/* The answer to `status`: a JSON object on one line, to be freed. NULL: memory is short. */
char *status_answer(char *rest, size_t *length);

#endif
