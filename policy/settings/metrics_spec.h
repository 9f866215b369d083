/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_spec: where the counters are served, as a browser's user would write it.
 *
 *     HOST:PORT  unix:PATH  public:HOST:PORT
 *
 * They name policies and tell how much mail there is, and nobody is asked for a
 * password: an address that other hosts can reach must be spelled out with `public:`.
 */
#ifndef SETTINGS_METRICS_SPEC_H
#define SETTINGS_METRICS_SPEC_H

#include "settings/socket_spec.h"

/* NULL on success, else `what; remedy`, a constant or made in `room`. Hosts are numeric addresses, IPv6 in brackets, or localhost. */
const char *metrics_spec_parse(const char *text, struct socket_spec *spec, char *room, size_t size);

#endif
