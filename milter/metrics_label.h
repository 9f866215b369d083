/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_label: the value of a label, as Prometheus reads it.
 */
#ifndef MILTER_METRICS_LABEL_H
#define MILTER_METRICS_LABEL_H

#include "base/text.h"

#include <stdio.h>

/* `\`, `"` and line breaks are escaped, what is no UTF-8 becomes U+FFFD. */
void metrics_label(struct text text, FILE *out);

#endif
