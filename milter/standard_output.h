/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * standard_output: records to standard output, the setting "records": "-". Containers collect it.
 */
#ifndef MILTER_STANDARD_OUTPUT_H
#define MILTER_STANDARD_OUTPUT_H

#include "base/fault.h"

/* What a file is called that is standard output. */
#define STANDARD_OUTPUT "-"

/*
 * A descriptor of its own, for appending, that never waits for a reader. -1 and a fault. A note if it leads to /dev/null.
 * What another program has opened too, as the shell the terminal, does not wait either then, until standard_output_restore.
 */
int standard_output_open(struct faults *faults);

/* What is shared waits again for other programs. */
void standard_output_restore(void);

#endif
