/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quotas_print: what is limited, for people.
 */
#ifndef SES_QUOTAS_PRINT_H
#define SES_QUOTAS_PRINT_H

#include "ses/quotas.h"

#include <stdio.h>

/* A line for each limit: "quota: principal arn:...: 2000 recipients in 24 hours, 2 a second (burst 120)". */
void quotas_print(const struct quotas *quotas, FILE *out);

#endif
