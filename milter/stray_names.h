/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stray_names: logins that no entry of their own fits (told_logins.h), by name, for somebody who asks. The first STRAY_NAMES_MAX since the
 * start are kept; the log has the others.
 */
#ifndef MILTER_STRAY_NAMES_H
#define MILTER_STRAY_NAMES_H

#include "base/text.h"

#define STRAY_NAMES_MAX 64

/* When one is first seen. For any thread. */
void stray_names_add(struct text login);

/* Each, printable, in the order of their coming. `visit` must not call back. */
void stray_names_visit(void (*visit)(void *context, struct text login), void *context);

#endif
