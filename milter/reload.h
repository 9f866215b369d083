/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload: the thread that waits for SIGHUP and SIGUSR1, loads settings and
 * policies aside, and puts them in force whole or not at all. One log line says
 * which, and that no new connection reaches the filter if that is so (see watch, which looks from
 * this thread); a reload that was refused is followed by its faults, one line each.
 * One that was refused only because of what may pass (FAULT_PASSING: files that change while they are read) is tried
 * again by itself until it ends otherwise: else what is there after the last signal would never come in force.
 * The file of records is opened again, as rotation needs it; if that fails, nothing is
 * reloaded. Signals that come during a reload make one more reload. After a start and a
 * reload, unless another is asked for, one line says what lint finds (lint_line.h).
 */
#ifndef MILTER_RELOAD_H
#define MILTER_RELOAD_H

#include "options.h"
#include "settings/settings.h"

/*
 * Start the thread. `options` and `settings` (those the daemon runs with) must
 * live as long as the process. `hangup`: take SIGHUP too, not only SIGUSR1.
 * Both signals must be blocked in every thread. False: errno.
 */
bool reload_start(const struct options *options, const struct settings *settings, bool hangup);

#endif
