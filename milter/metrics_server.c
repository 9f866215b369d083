/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "metrics_server.h"

#include "metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A socket that a former instance left. One that somebody answers at stays, and bind then fails. */
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
	    bind(fd, (struct sockaddr *)&address, length) == 0 &&
	    (spec->family != AF_UNIX || chmod(spec->path, 0660) == 0) && listen(fd, 16) == 0)
		return fd;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	if (reason == EADDRINUSE)
		fault_add_as(faults, FAULT_PASSING, "metrics: %s: %s; stop whoever listens there, or choose another place",
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

#define CONNECTIONS 16
#define TIMEOUT_SECONDS 10

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, char *body, size_t length,
	enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(length, body, mode);

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
		status == MHD_HTTP_OK ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain");
	enum MHD_Result result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result on_request(void *unused, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size, void **state)
{
	static char elsewhere[] = "The metrics are at /metrics.\n", otherwise[] = "Only GET and HEAD.\n";
	char *text = NULL;
	size_t length;

	(void)unused, (void)version, (void)upload, (void)upload_size, (void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, otherwise, sizeof otherwise - 1, MHD_RESPMEM_PERSISTENT);
	if (strcmp(url, "/metrics") != 0)
		return reply(connection, MHD_HTTP_NOT_FOUND, elsewhere, sizeof elsewhere - 1, MHD_RESPMEM_PERSISTENT);
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return MHD_NO;
	metrics_print(out);
	if (fclose(out) != 0) {
		free(text);
		return MHD_NO;
	}
	return reply(connection, MHD_HTTP_OK, text, length, MHD_RESPMEM_MUST_FREE);
}

bool metrics_server_start(int fd)
{
	struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, on_request, NULL,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS, MHD_OPTION_END);

	return daemon != NULL;
}
#else
bool metrics_server_start(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return false;
}
#endif
