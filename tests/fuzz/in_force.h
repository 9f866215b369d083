/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * in_force: which of the random sites (talk.h) is in force in the daemon's modules, which ask holder_take() for it
 * (-Wl,--wrap=holder_take,--wrap=holder_monitors): each stays, so that it can be in force again.
 * What they would log goes nowhere (-Wl,--wrap=log_line,--wrap=log_record).
 */
#ifndef FUZZ_IN_FORCE_H
#define FUZZ_IN_FORCE_H

#include "holder.h"

/* From now on; every third has another one in its shadow, and all but every fourth say early what is certain early. */
void in_force_put(size_t site);

#endif
