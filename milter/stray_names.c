/* SPDX-License-Identifier: BSD-2-Clause */
#include "stray_names.h"

#include "base/fault.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Under the mutex. */
static char names[STRAY_NAMES_MAX][128];
static size_t count;

/* A generation names its stray logins again: only new ones are kept. */
static bool is_there(const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

void stray_names_add(struct text login)
{
	char shown[sizeof *names];

	text_escape(login, shown, sizeof shown);
	pthread_mutex_lock(&mutex);
	if (count < STRAY_NAMES_MAX && !is_there(shown))
		memcpy(names[count++], shown, sizeof shown);
	pthread_mutex_unlock(&mutex);
}

void stray_names_visit(void (*visit)(void *context, struct text login), void *context)
{
	pthread_mutex_lock(&mutex);
	for (size_t i = 0; i < count; i++)
		visit(context, text_of(names[i]));
	pthread_mutex_unlock(&mutex);
}
