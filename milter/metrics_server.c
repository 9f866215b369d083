/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "metrics_server.h"

#include "base/text_stream.h"
#include "metrics.h"
#include "slots.h"
#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Those who come all at once are taken a few at a time. */
#define BACKLOG 128

bool metrics_server_is_built(struct faults *faults)
{
#ifndef HAVE_MICROHTTPD
	fault_add(faults, "metrics: not part of this build; build it with libmicrohttpd, or take the setting out");
	return false;
#else
	(void)faults;
	return true;
#endif
}

/* A socket that a former instance left. One that another program answers at stays, and bind then fails. */
static void remove_stale(const struct socket_spec *spec)
{
	struct stat status;

	if (spec->family != AF_UNIX || lstat(spec->path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	int fd = socket_spec_connect(spec);
	if (fd >= 0)
		close(fd);
	else if (errno == ECONNREFUSED)
		unlink(spec->path);
}

int metrics_server_open(const struct socket_spec *spec, struct faults *faults)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(spec, &address);
	char shown[SOCKET_SPEC_SIZE];
	int yes = 1;
	int fd = socket(spec->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	remove_stale(spec);
	if (fd >= 0 && (spec->family == AF_UNIX || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0) &&
		bind(fd, (struct sockaddr *)&address, length) == 0 && (spec->family != AF_UNIX || chmod(spec->path, 0660) == 0) &&
		listen(fd, BACKLOG) == 0)
		return fd;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	if (reason == EADDRINUSE)
		fault_add_as(faults, FAULT_PASSING, "metrics: %s: %s; stop the program that listens there, or choose another place",
			socket_spec_print(spec, shown), strerror(reason));
	else
		fault_system(faults, reason, "choose another place", "metrics: %s", socket_spec_print(spec, shown));
	return -1;
}

void metrics_server_remove(const struct socket_spec *spec)
{
	if (spec->family == AF_UNIX)
		unlink(spec->path);
}

#ifdef HAVE_MICROHTTPD
#include <microhttpd.h>

/* Nanoseconds to rest when there was nothing to do but bytes that trickle in, or a connection that cannot be taken. */
#define REST 2000000

/* On the server's thread only. */
static struct MHD_Daemon *server;
static int events; /* its epoll descriptor */
static struct slots slots;
static bool happened; /* a connection came or went, or asked for something */

static uint64_t clock_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void on_connection(void *unused, struct MHD_Connection *connection, void **own, enum MHD_ConnectionNotificationCode code)
{
	(void)unused;
	happened = true;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*own)
			slots_leave(*own);
		return;
	}
	int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	*own = slots_enter(&slots, fd, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
		clock_milliseconds());
	if (!*own)
		shutdown(fd, SHUT_RDWR);
}

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, char *body, size_t length,
	enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(length, body, mode);

	if (!response) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(body);
		return MHD_NO;
	}
	enum MHD_Result result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
		status == MHD_HTTP_OK ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain");
	if (result == MHD_YES)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result reply_metrics(struct MHD_Connection *connection)
{
	struct text_stream page;

	if (!text_stream_open(&page))
		return MHD_NO;
	metrics_print(page.out);
	if (!text_stream_close(&page))
		return MHD_NO;
	return reply(connection, MHD_HTTP_OK, page.at, page.length, MHD_RESPMEM_MUST_FREE);
}

/* It lives, and says so. */
static enum MHD_Result reply_health(struct MHD_Connection *connection)
{
	static char text[] = "ok\n";

	return reply(connection, MHD_HTTP_OK, text, sizeof text - 1, MHD_RESPMEM_PERSISTENT);
}

/* Do new connections of MTAs reach the filter? */
static enum MHD_Result reply_readiness(struct MHD_Connection *connection)
{
	static char ready[] = "ready\n";
	char wrong[WATCH_TEXT_SIZE], text[WATCH_TEXT_SIZE + 1];

	if (watch_verdict(wrong) == WATCH_OPEN)
		return reply(connection, MHD_HTTP_OK, ready, sizeof ready - 1, MHD_RESPMEM_PERSISTENT);
	int length = snprintf(text, sizeof text, "%s\n", wrong);
	return reply(connection, MHD_HTTP_SERVICE_UNAVAILABLE, text, (size_t)length, MHD_RESPMEM_MUST_COPY);
}

static const struct {
	const char *url;
	enum MHD_Result (*answer)(struct MHD_Connection *connection);
} pages[] = {
	{ "/metrics", reply_metrics },
	{ "/healthz", reply_health },
	{ "/readyz", reply_readiness },
};

static enum MHD_Result on_request(void *unused, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size, void **state)
{
	static char elsewhere[] = "The metrics are at /metrics; /healthz and /readyz are for probes.\n",
		    otherwise[] = "Only GET and HEAD.\n";

	(void)unused, (void)version, (void)upload, (void)upload_size, (void)state;
	happened = true;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, otherwise, sizeof otherwise - 1, MHD_RESPMEM_PERSISTENT);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strcmp(url, pages[i].url) == 0)
			return pages[i].answer(connection);
	return reply(connection, MHD_HTTP_NOT_FOUND, elsewhere, sizeof elsewhere - 1, MHD_RESPMEM_PERSISTENT);
}

/*
 * libmicrohttpd leaves its socket alone when it gets no descriptor for a connection. It looks at it again in the first round
 * after another connection has gone, and nothing tells of that round.
 */
#define WAIT_LONGEST 1000

/* Milliseconds for poll(2) until there is something to do without anybody saying so. */
static int patience(void)
{
	int wait = slots_clear(&slots, clock_milliseconds());

	if (wait < 0 || wait > WAIT_LONGEST)
		wait = WAIT_LONGEST;
	MHD_UNSIGNED_LONG_LONG own;

	if (MHD_get_timeout(server, &own) == MHD_YES && own < (MHD_UNSIGNED_LONG_LONG)wait)
		wait = own < SLOTS_MILLISECONDS ? (int)own : SLOTS_MILLISECONDS;
	return wait;
}

static void *serve(void *unused)
{
	const struct timespec rest = { 0, REST };
	struct pollfd ready = { .fd = events, .events = POLLIN };

	(void)unused;

	for (;;) {
		poll(&ready, 1, patience());
		happened = false;
		MHD_run(server);
		if (!happened)
			nanosleep(&rest, NULL);
	}
	return NULL;
}

bool metrics_server_start(int fd)
{
	pthread_t thread;

	errno = 0;
	server = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)SLOTS_ROOM, MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL,
		MHD_OPTION_END);
	const union MHD_DaemonInfo *info = server ? MHD_get_daemon_info(server, MHD_DAEMON_INFO_EPOLL_FD) : NULL;

	if (!info) {
		/* Where it says nothing more, libmicrohttpd knows no epoll. */
		errno = errno ? errno : ENOSYS;
		return false;
	}
	events = info->epoll_fd;
	errno = pthread_create(&thread, NULL, serve, NULL);
	return errno == 0 && pthread_detach(thread) == 0;
}
#else
bool metrics_server_start(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return false;
}
#endif
