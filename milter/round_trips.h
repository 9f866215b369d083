/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * round_trips: what the policies and settings cost each message in round trips between the MTA and this filter, for people.
 */
#ifndef MILTER_ROUND_TRIPS_H
#define MILTER_ROUND_TRIPS_H

#include "holder.h"

#define ROUND_TRIPS_SIZE 768

/*
 * "asked at MAIL and DATA; yes at DATA; no headers shown": where an MTA that offers everything waits for an answer, where a message
 * that is allowed is let through, and why its headers are shown.
 */
const char *round_trips_print(const struct loaded *loaded, char out[ROUND_TRIPS_SIZE]);

#endif
