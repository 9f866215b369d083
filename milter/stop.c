/* SPDX-License-Identifier: BSD-2-Clause */
#include "stop.h"

#include "log.h"

#include <stdatomic.h>
#include <sysexits.h>
#include <unistd.h>

/* What the last line may take. */
#define DRAIN_MILLISECONDS 300

static struct listener *door;

void stop_prepare(struct listener *listener)
{
	door = listener;
}

_Noreturn void stop_now(int status)
{
	static atomic_flag stopping = ATOMIC_FLAG_INIT;

	while (atomic_flag_test_and_set(&stopping))
		pause();
	listener_close(door);
	log_line(status == EX_OK ? LOG_NOTICE : LOG_ERR,
		status == EX_OK ? "stopped" : "libmilter stopped with an error; the lines before this one say why");
	log_drain(DRAIN_MILLISECONDS);
	_exit(status);
}

void stop_requested(void)
{
	stop_now(EX_OK);
}
