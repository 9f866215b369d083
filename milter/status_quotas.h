/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status_quotas: what status.h says of the quotas: the store of the counts, and each limit in force with what is used of it.
 */
#ifndef MILTER_STATUS_QUOTAS_H
#define MILTER_STATUS_QUOTAS_H

#include "holder.h"
#include "json_line.h"

/*
 * The member "quotas"; null while nothing is counted. A store elsewhere is asked for each key that a limit names: that may take its
 * time-out, but only once. `used` is null where the store cannot tell, and of a pattern, whose names have counts of their own.
 */
void status_quotas_put(struct json_line *line, const struct hold *hold);

#endif
