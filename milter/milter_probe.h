/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * milter_probe: asks a milter, as an MTA does at the start of a session, whether it is there.
 */
#ifndef MILTER_MILTER_PROBE_H
#define MILTER_MILTER_PROBE_H

#include "settings/socket_spec.h"

/*
 * Connect, negotiate, go away, within that time for each step. NULL: it answered, or this process lacks
 * the means to ask (descriptors); else what is wrong, a constant or strerror's.
 */
const char *milter_probe(const struct socket_spec *spec, int milliseconds);

#endif
