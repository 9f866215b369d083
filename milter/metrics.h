/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics: the counters as Prometheus reads them (text format 0.0.4).
 */
#ifndef MILTER_METRICS_H
#define MILTER_METRICS_H

#include <stdio.h>

void metrics_print(FILE *out);

#endif
