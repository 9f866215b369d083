/* SPDX-License-Identifier: BSD-2-Clause */
#include "outlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct outlet_line {
	struct outlet_line *next;
	int priority;
	size_t length;
	bool spare;
	char bytes[];
};

static void spare_give(struct outlet *outlet, struct outlet_line *line)
{
	line->next = outlet->spares;
	outlet->spares = line;
}

static bool spares_make(struct outlet *outlet)
{
	for (size_t i = 0; i < OUTLET_SPARES; i++) {
		struct outlet_line *line = malloc(sizeof *line + OUTLET_SPARE_BYTES + 1);
		if (!line)
			return false;
		line->spare = true;
		spare_give(outlet, line);
	}
	return true;
}

/* Room for a line, with the mutex held; NULL: there is none. */
static struct outlet_line *spare_take(struct outlet *outlet, size_t length)
{
	struct outlet_line *line = length <= OUTLET_SPARE_BYTES ? outlet->spares : NULL;

	if (line)
		outlet->spares = line->next;
	return line;
}

/*
 * With the mutex held: wait until there is a line, and then a little for others. To be woken takes more of a processor than
 * to write a line, and who puts a line down pays for it; meanwhile nobody wakes this thread.
 */
static void gather(struct outlet *outlet)
{
	static const struct timespec little = { .tv_nsec = 1000000 };

	while (!outlet->first)
		pthread_cond_wait(&outlet->filled, &outlet->mutex);
	pthread_mutex_unlock(&outlet->mutex);
	nanosleep(&little, NULL);
	pthread_mutex_lock(&outlet->mutex);
}

static void *carry(void *argument)
{
	struct outlet *outlet = argument;

	pthread_mutex_lock(&outlet->mutex);
	for (;;) {
		if (!outlet->first)
			gather(outlet);
		struct outlet_line *line = outlet->first;
		outlet->first = line->next;
		if (!outlet->first)
			outlet->last = NULL;
		pthread_mutex_unlock(&outlet->mutex);
		outlet->write(line->priority, line->bytes, line->length);
		pthread_mutex_lock(&outlet->mutex);
		outlet->bytes -= line->length + sizeof *line;
		if (line->spare)
			spare_give(outlet, line);
		else
			free(line);
		if (outlet->bytes == 0)
			pthread_cond_broadcast(&outlet->emptied);
	}
	return NULL;
}

bool outlet_start(struct outlet *outlet)
{
	pthread_t thread;

	if (!spares_make(outlet))
		return false;
	outlet->started = true;
	errno = pthread_create(&thread, NULL, carry, outlet);
	if (errno == 0)
		errno = pthread_detach(thread);
	else
		outlet->started = false;
	return errno == 0;
}

bool outlet_put(struct outlet *outlet, int priority, const char *line, size_t length)
{
	if (!outlet->started) {
		outlet->write(priority, line, length);
		return true;
	}
	struct outlet_line *copy = malloc(sizeof *copy + length + 1);
	pthread_mutex_lock(&outlet->mutex);
	bool fits = outlet->bytes + length + sizeof *copy <= outlet->limit, spare = fits && !copy;
	if (spare)
		copy = spare_take(outlet, length);
	fits = fits && copy;
	if (fits) {
		*copy = (struct outlet_line){ .priority = priority, .length = length, .spare = spare };
		memcpy(copy->bytes, line, length);
		copy->bytes[length] = '\0';
		if (outlet->last)
			outlet->last->next = copy;
		else
			outlet->first = copy;
		outlet->last = copy;
		outlet->bytes += length + sizeof *copy;
		pthread_cond_signal(&outlet->filled);
	}
	pthread_mutex_unlock(&outlet->mutex);
	if (!fits)
		free(copy);
	return fits;
}

bool outlet_is_empty(struct outlet *outlet)
{
	pthread_mutex_lock(&outlet->mutex);
	bool empty = !outlet->first;
	pthread_mutex_unlock(&outlet->mutex);
	return empty;
}

void outlet_drain(struct outlet *outlet, unsigned milliseconds)
{
	struct timespec until;

	/* Not by the wall clock: somebody may set it. */
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&outlet->mutex);
	while (outlet->bytes && pthread_cond_clockwait(&outlet->emptied, &outlet->mutex, CLOCK_MONOTONIC, &until) == 0)
		;
	pthread_mutex_unlock(&outlet->mutex);
}
