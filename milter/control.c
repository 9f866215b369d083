/* SPDX-License-Identifier: BSD-2-Clause */
#include "control.h"

#include "json_line.h"
#include "settings/control_ask.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct control_client {
	int fd; /* -1: the place is free */
	uint64_t deadline;
	char request[CONTROL_REQUEST_MAX + 1];
	size_t used;
	char *answer; /* NULL: the request is not there yet */
	size_t length, sent;
};

/* On the thread only. */
static struct control_client clients[CONTROL_CLIENTS];
static const struct control_command *known;
static int door;

/* A socket that a former instance left. One that somebody answers at stays, and bind then fails. */
static void remove_stale(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	int fd = control_connect(path);
	if (fd >= 0)
		close(fd);
	else if (errno == ECONNREFUSED)
		unlink(path);
}

int control_open(const char *path, struct faults *faults)
{
	struct sockaddr_un address;
	int fd = -1;

	remove_stale(path);
	/* There is one thread yet: nobody else makes files meanwhile. */
	mode_t before = umask(0177);
	bool open = control_address(path, &address) && (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) >= 0 &&
		bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, CONTROL_CLIENTS) == 0;
	int reason = errno;
	umask(before);
	if (open)
		return fd;
	if (fd >= 0)
		close(fd);
	fault_system(faults, reason, "name another place with the setting \"control\", or \"none\"", "control: %s", path);
	return -1;
}

void control_remove(const char *path)
{
	unlink(path);
}

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void leave(struct control_client *client)
{
	close(client->fd);
	free(client->answer);
	*client = (struct control_client){ .fd = -1 };
}

static char *unknown(size_t *length)
{
	struct json_line line = { 0 };

	json_line_open(&line, NULL, '{');
	json_line_text(&line, "error", TEXT("unknown request; the tool and the daemon may be of different versions"));
	json_line_close(&line, '}');
	json_line_end(&line);
	*length = line.used;
	if (!line.failed)
		return line.at;
	free(line.at);
	return NULL;
}

/* The line is whole: answer it. */
static void answer(struct control_client *client, char *end)
{
	char *rest;

	*end = '\0';
	rest = strchr(client->request, ' ');
	if (rest)
		*rest++ = '\0';
	else
		rest = end;
	const struct control_command *command = known;
	while (command->word && strcmp(command->word, client->request) != 0)
		command++;
	client->answer = command->word ? command->answer(rest, &client->length) : unknown(&client->length);
	if (!client->answer)
		leave(client);
}

static void read_more(struct control_client *client)
{
	ssize_t n = read(client->fd, client->request + client->used, CONTROL_REQUEST_MAX - client->used);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		leave(client);
		return;
	}
	client->used += (size_t)n;
	char *end = memchr(client->request, '\n', client->used);
	if (end)
		answer(client, end);
	else if (client->used == CONTROL_REQUEST_MAX)
		leave(client);
}

static void write_more(struct control_client *client)
{
	ssize_t n = send(client->fd, client->answer + client->sent, client->length - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		client->sent += (size_t)n;
	if (n <= 0 || client->sent == client->length)
		leave(client);
}

static void accept_one(struct control_client *place)
{
	static const struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };
	int fd = accept4(door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		*place = (struct control_client){ .fd = fd, .deadline = milliseconds() + CONTROL_SECONDS * 1000 };
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		nanosleep(&pause, NULL); /* no descriptors: it stays in the queue */
}

/* Those whose time is up leave. Milliseconds until that of the next is; -1: there is none. */
static int clear(void)
{
	uint64_t now = milliseconds();
	int wait = -1;

	for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
		if (clients[i].fd < 0)
			continue;
		if (clients[i].deadline <= now)
			leave(&clients[i]);
		else if (wait < 0 || (uint64_t)wait > clients[i].deadline - now)
			wait = (int)(clients[i].deadline - now);
	}
	return wait;
}

static void *serve(void *unused)
{
	struct pollfd ready[CONTROL_CLIENTS + 1];

	(void)unused;
	for (;;) {
		struct control_client *place = NULL;
		int wait = clear();
		for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
			ready[i] = (struct pollfd){ .fd = clients[i].fd, .events = clients[i].answer ? POLLOUT : POLLIN };
			if (clients[i].fd < 0)
				place = &clients[i];
		}
		ready[CONTROL_CLIENTS] = (struct pollfd){ .fd = place ? door : -1, .events = POLLIN };
		if (poll(ready, CONTROL_CLIENTS + 1, wait) <= 0)
			continue;
		for (size_t i = 0; i < CONTROL_CLIENTS; i++)
			if (ready[i].fd >= 0 && ready[i].revents) {
				if (clients[i].answer)
					write_more(&clients[i]);
				else
					read_more(&clients[i]);
			}
		if (place && ready[CONTROL_CLIENTS].revents)
			accept_one(place);
	}
	return NULL;
}

bool control_start(int fd, const struct control_command *commands)
{
	pthread_t thread;

	for (size_t i = 0; i < CONTROL_CLIENTS; i++)
		clients[i].fd = -1;
	door = fd;
	known = commands;
	errno = pthread_create(&thread, NULL, serve, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}
