/* SPDX-License-Identifier: BSD-2-Clause */
#include "quota/quota_redis_names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <time.h>

bool quota_redis_names_init(struct quota_redis_names *names)
{
	pthread_condattr_t attributes;

	memset(names, 0, sizeof *names);
	if (pthread_mutex_init(&names->mutex, NULL) != 0)
		return false;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	bool good = pthread_cond_init(&names->wake, &attributes) == 0 && pthread_cond_init(&names->looked, &attributes) == 0;
	pthread_condattr_destroy(&attributes);
	return good;
}

void quota_redis_names_clear(struct quota_redis_names *names)
{
	pthread_cond_destroy(&names->wake);
	pthread_cond_destroy(&names->looked);
	pthread_mutex_destroy(&names->mutex);
}

static void port_set(struct quota_redis_peer *peer, uint16_t port)
{
	if (peer->address.ss_family == AF_INET)
		((struct sockaddr_in *)&peer->address)->sin_port = htons(port);
	else
		((struct sockaddr_in6 *)&peer->address)->sin6_port = htons(port);
}

/* An address in numbers. */
static bool number_read(const struct quota_redis_host *host, struct quota_redis_peer *peer)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&peer->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&peer->address;

	memset(peer, 0, sizeof *peer);
	peer->name = host->name;
	if (inet_pton(AF_INET, host->name, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		peer->length = sizeof *v4;
	} else if (inet_pton(AF_INET6, host->name, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		peer->length = sizeof *v6;
	} else {
		return false;
	}
	port_set(peer, host->port);
	return true;
}

/* With the mutex. NULL: there are too many. */
static struct quota_redis_name *name_of(struct quota_redis_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->all[i].name, name) == 0)
			return &names->all[i];
	if (names->count == QUOTA_REDIS_NAMES_MAX)
		return NULL;
	struct quota_redis_name *added = &names->all[names->count++];
	memset(added, 0, sizeof *added);
	snprintf(added->name, sizeof added->name, "%s", name);
	names->wanted = true;
	pthread_cond_signal(&names->wake);
	return added;
}

size_t quota_redis_names_find(struct quota_redis_names *names, const struct quota_redis_host *host,
	struct quota_redis_peer peers[QUOTA_REDIS_PEERS_MAX], struct quota_redis_trouble *trouble)
{
	size_t count = 0;
	bool asked = false;

	if (number_read(host, &peers[0]))
		return 1;
	pthread_mutex_lock(&names->mutex);
	struct quota_redis_name *name = name_of(names, host->name);
	if (name) {
		count = name->count;
		asked = name->asked;
		for (size_t i = 0; i < count; i++) {
			peers[i].address = name->addresses[i];
			peers[i].length = name->lengths[i];
			peers[i].name = host->name;
			port_set(&peers[i], host->port);
		}
	}
	pthread_mutex_unlock(&names->mutex);
	if (count == 0)
		quota_redis_trouble_set(trouble, QUOTA_ERROR_CONNECT, "no address is known of %s%s", host->name,
			asked ? "; look whether `getent hosts` finds it" : " yet");
	return count;
}

/* Without the mutex: it may take long. */
static void look_up(struct quota_redis_name *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *found = NULL;
	size_t count = 0;

	if (getaddrinfo(name->name, NULL, &hints, &found) == 0) {
		for (struct addrinfo *one = found; one && count < QUOTA_REDIS_PEERS_MAX; one = one->ai_next) {
			if (one->ai_family != AF_INET && one->ai_family != AF_INET6)
				continue;
			memset(&name->addresses[count], 0, sizeof name->addresses[count]);
			memcpy(&name->addresses[count], one->ai_addr, one->ai_addrlen);
			name->lengths[count++] = one->ai_addrlen;
		}
		freeaddrinfo(found);
	}
	name->asked = true;
	if (count > 0)
		name->count = count;
}

/* Names only ever come in, at the end. */
void quota_redis_names_look_up(struct quota_redis_names *names)
{
	struct quota_redis_name copy;

	pthread_mutex_lock(&names->mutex);
	for (size_t i = 0; i < names->count && !names->stop; i++) {
		copy = names->all[i];
		pthread_mutex_unlock(&names->mutex);
		look_up(&copy);
		pthread_mutex_lock(&names->mutex);
		names->all[i] = copy;
	}
	pthread_cond_broadcast(&names->looked);
	pthread_mutex_unlock(&names->mutex);
}

static struct timespec moment_in(int64_t microseconds)
{
	struct timespec moment;

	clock_gettime(CLOCK_MONOTONIC, &moment);
	moment.tv_sec += (time_t)(microseconds / 1000000);
	moment.tv_nsec += (long)(microseconds % 1000000) * 1000;
	moment.tv_sec += moment.tv_nsec / 1000000000;
	moment.tv_nsec %= 1000000000;
	return moment;
}

bool quota_redis_names_pause(struct quota_redis_names *names, int64_t microseconds)
{
	struct timespec until = moment_in(microseconds);

	pthread_mutex_lock(&names->mutex);
	while (!names->stop && !names->wanted && pthread_cond_timedwait(&names->wake, &names->mutex, &until) == 0)
		;
	names->wanted = false;
	bool go_on = !names->stop;
	pthread_mutex_unlock(&names->mutex);
	return go_on;
}

void quota_redis_names_want(struct quota_redis_names *names)
{
	pthread_mutex_lock(&names->mutex);
	names->wanted = true;
	pthread_cond_signal(&names->wake);
	pthread_mutex_unlock(&names->mutex);
}

static bool all_asked(const struct quota_redis_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (!names->all[i].asked)
			return false;
	return true;
}

void quota_redis_names_wait(struct quota_redis_names *names, int64_t microseconds)
{
	struct timespec until = moment_in(microseconds);

	pthread_mutex_lock(&names->mutex);
	while (!all_asked(names) && pthread_cond_timedwait(&names->looked, &names->mutex, &until) == 0)
		;
	pthread_mutex_unlock(&names->mutex);
}

void quota_redis_names_stop(struct quota_redis_names *names)
{
	pthread_mutex_lock(&names->mutex);
	names->stop = true;
	pthread_cond_signal(&names->wake);
	pthread_mutex_unlock(&names->mutex);
}
