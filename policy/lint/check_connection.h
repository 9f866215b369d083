/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_connection: the settings themselves. (What they make of a statement: checks.h.)
 */
#ifndef LINT_CHECK_CONNECTION_H
#define LINT_CHECK_CONNECTION_H

#include "lint/subject.h"
#include "ses/site_options.h"

/* The addresses from which the relay reaches SES. */
void check_connection_egress(const struct subject *subject, const struct site_options *options);

#endif
