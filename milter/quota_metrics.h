/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_metrics: the rows of metrics.c that are about quotas. Each prints the samples of its name.
 */
#ifndef MILTER_QUOTA_METRICS_H
#define MILTER_QUOTA_METRICS_H

#include <stdio.h>

/* A store elsewhere is asked: that may take its time-out. */
void quota_metrics_used(const char *name, FILE *out);

void quota_metrics_limit(const char *name, FILE *out);
void quota_metrics_refused(const char *name, FILE *out);
void quota_metrics_up(const char *name, FILE *out);
void quota_metrics_errors(const char *name, FILE *out);
void quota_metrics_seconds(const char *name, FILE *out);
void quota_metrics_lost(const char *name, FILE *out);
void quota_metrics_keys(const char *name, FILE *out);

#endif
