/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_supply: what the settings make of a whole document. (Of a statement: checks.h.)
 */
#ifndef LINT_CHECK_SUPPLY_H
#define LINT_CHECK_SUPPLY_H

#include "lint/subject.h"

/* A user's only policy, of which no Allow can match by what the settings give. */
void check_supply_reach(const struct subject *subject);

/* May an Allow of the document take mail of the site? True also where that is not known. */
bool check_supply_grants(const struct subject *subject);

#endif
