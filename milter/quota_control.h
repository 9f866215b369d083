/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quota_control: what people ask of the counts at the control socket (control.h): `quota`, and behind it what
 * ses/quota_people.h says.
 */
#ifndef MILTER_QUOTA_CONTROL_H
#define MILTER_QUOTA_CONTROL_H

#include <stddef.h>

/* The answer, to be freed. NULL: memory is short. May take as long as the store. */
char *quota_control_answer(char *rest, size_t *length);

#endif
