/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket_spec: where the daemon listens, as libmilter writes it.
 *
 *     unix:PATH  local:PATH  PATH  [public:]inet:PORT@HOST  [public:]inet6:PORT@HOST
 *
 * Stricter than libmilter, which takes `inet:8899` for every interface and
 * `inet:99999@host` for port 34463: a host must be named (0.0.0.0 and :: mean
 * every interface on purpose), ports are 1 to 65535, hosts are numeric
 * addresses or `localhost` (no name service is asked).
 *
 * A client that connects counts as the MTA, and can end the daemon: smfi_getsymval of
 * libmilter 8.17 reads behind the end of its list when the last macro has no
 * value. So an address that other hosts can reach is spelled out with `public:`.
 */
#ifndef SETTINGS_SOCKET_SPEC_H
#define SETTINGS_SOCKET_SPEC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Longest path of a unix socket, in bytes, without the NUL: one less than the kernel's, which libmilter does not use up. */
#define SOCKET_PATH_MAX (sizeof((struct sockaddr_un *)0)->sun_path - 2)

/* Longest spec that can be written. */
#define SOCKET_SPEC_SIZE (SOCKET_PATH_MAX + sizeof "local:" + INET6_ADDRSTRLEN)

struct socket_spec {
	int family;                     /* AF_UNIX, AF_INET, AF_INET6 */
	char path[SOCKET_PATH_MAX + 1]; /* AF_UNIX */
	bool public;                    /* written with `public:` */
	uint16_t port;                  /* else */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} host;
};

/*
 * NULL on success, else what is wrong and what would be right, in the form
 * `what; remedy`. Either a constant or made in `room`.
 */
const char *socket_spec_parse(const char *text, struct socket_spec *spec, char *room, size_t size);

/* Is it a unix socket or an address of the loopback? Others cannot reach it then. */
bool socket_spec_is_local(const struct socket_spec *spec);

/*
 * NULL, or that other hosts can reach the filter's socket although the setting does not say `public:`, as `what; remedy`, made in
 * `room` of SOCKET_WARNING_SIZE bytes.
 */
#define SOCKET_WARNING_SIZE 512
const char *socket_spec_warning(const struct socket_spec *spec, char *room);

/* The form libmilter takes, into `out` of SOCKET_SPEC_SIZE bytes; returns out. */
const char *socket_spec_print(const struct socket_spec *spec, char *out);

/* The form main.cf takes (unix:PATH, inet:HOST:PORT), into `out` of SOCKET_SPEC_SIZE bytes; returns out. */
const char *socket_spec_print_postfix(const struct socket_spec *spec, char *out);

/* The socket address; returns its length. */
socklen_t socket_spec_address(const struct socket_spec *spec, struct sockaddr_storage *address);

/*
 * A new stream socket, connected to the spec's address without waiting. -1 and
 * errno: ENOENT nothing there, ECONNREFUSED nobody listens, EAGAIN or
 * EINPROGRESS (the socket is closed) somebody may.
 */
int socket_spec_connect(const struct socket_spec *spec);

#endif
