/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision_id: the short id that stands in a reply and in the log, so that the
 * one leads to the other. Time, process and a counter in base 32 (digits and
 * lower-case letters without i, l, o, u): unique on a machine.
 */
#ifndef MILTER_DECISION_ID_H
#define MILTER_DECISION_ID_H

#define DECISION_ID_SIZE 16

/* A new id into `id`; for any thread. */
void decision_id_make(char id[DECISION_ID_SIZE]);

#endif
