/* SPDX-License-Identifier: BSD-2-Clause */
#include "spare.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct message *spare[SPARE_MAX]; /* under the mutex, as is their number */
static size_t count;

struct message *spare_take(void)
{
	struct message *message = NULL;

	pthread_mutex_lock(&mutex);
	if (count)
		message = spare[--count];
	pthread_mutex_unlock(&mutex);
	return message ? message : message_new();
}

void spare_give(struct message *message)
{
	if (!message)
		return;
	message_clear(message);
	pthread_mutex_lock(&mutex);
	if (count < SPARE_MAX) {
		spare[count++] = message;
		message = NULL;
	}
	pthread_mutex_unlock(&mutex);
	message_free(message);
}
