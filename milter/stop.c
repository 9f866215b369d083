/* SPDX-License-Identifier: BSD-2-Clause */
#include "stop.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

static sem_t requested;
static const struct socket_spec *door;

static void *knock(void *unused)
{
	static const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	(void)unused;
	while (sem_wait(&requested) != 0)
		;
	for (;;) {
		int fd = socket_spec_connect(door);
		if (fd >= 0)
			close(fd);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

bool stop_prepare(const struct socket_spec *spec)
{
	pthread_t thread;

	door = spec;
	if (sem_init(&requested, 0, 0) != 0)
		return false;
	errno = pthread_create(&thread, NULL, knock, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}

void stop_requested(void)
{
	sem_post(&requested);
}
