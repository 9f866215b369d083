/* SPDX-License-Identifier: BSD-2-Clause */
#include "stop.h"

#include "log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static struct listener *door;
static atomic_int exit_status;

static void *leave_anyway(void *unused)
{
	static const struct timespec patience = { .tv_nsec = 500 * 1000 * 1000 };

	(void)unused;
	nanosleep(&patience, NULL);
	_exit(exit_status);
}

void stop_prepare(struct listener *listener)
{
	door = listener;
}

_Noreturn void stop_now(int status)
{
	static atomic_flag stopping = ATOMIC_FLAG_INIT;
	pthread_t thread;

	while (atomic_flag_test_and_set(&stopping))
		pause();
	exit_status = status;
	listener_close(door);
	/* Writing the line may block, and nothing may keep the process: without the thread there is no line. */
	if (pthread_create(&thread, NULL, leave_anyway, NULL) == 0)
		log_line(status == EX_OK ? LOG_NOTICE : LOG_ERR, status == EX_OK ? "stopped" : "libmilter gave up");
	_exit(status);
}

void stop_requested(void)
{
	stop_now(EX_OK);
}
