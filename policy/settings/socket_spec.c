/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/socket_spec.h"

#include "base/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct prefix {
	const char *text;
	int family;
} prefixes[] = {
	{ "unix:", AF_UNIX },
	{ "local:", AF_UNIX },
	{ "inet:", AF_INET },
	{ "inet6:", AF_INET6 },
};

/* In front of those of the network. */
#define PUBLIC "public:"

#define SPELLINGS "unix:/PATH, inet:PORT@HOST or inet6:PORT@HOST"

static const char *parse_path(const char *text, struct socket_spec *spec, char *room, size_t size)
{
	if (!*text)
		return "no path; write unix:/run/ses-policy-milter/milter.sock";
	if (strlen(text) > SOCKET_PATH_MAX) {
		snprintf(room, size, "the path has %zu bytes; libmilter takes at most %zu, so choose a shorter one", strlen(text),
			SOCKET_PATH_MAX);
		return room;
	}
	if (text[strlen(text) - 1] == '/')
		return "the path ends in `/`; name the socket itself, not its folder";
	strcpy(spec->path, text);
	return NULL;
}

/* One to five digits, in range; the length of them, or 0. */
static size_t parse_port(const char *text, uint16_t *port)
{
	unsigned long value = 0;
	size_t n = 0;

	for (; text[n] >= '0' && text[n] <= '9' && n < 6; n++)
		value = value * 10 + (unsigned long)(text[n] - '0');
	if (n == 0 || n > 5 || value == 0 || value > 65535)
		return 0;
	*port = (uint16_t)value;
	return n;
}

static bool parse_host(const char *text, struct socket_spec *spec)
{
	bool v6 = spec->family == AF_INET6;
	char host[INET6_ADDRSTRLEN];
	size_t length = strlen(text);

	if (strcasecmp(text, "localhost") == 0)
		return inet_pton(spec->family, v6 ? "::1" : "127.0.0.1", &spec->host) == 1;
	if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	if (length >= sizeof host)
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return inet_pton(spec->family, host, &spec->host) == 1;
}

static const char *parse_inet(const char *text, struct socket_spec *spec, char *room, size_t size)
{
	const char *word = spec->family == AF_INET ? "inet" : "inet6";
	const char *example = spec->family == AF_INET ? "127.0.0.1" : "::1";
	char shown[64];
	size_t digits = parse_port(text, &spec->port);

	if (digits == 0 || (text[digits] && text[digits] != '@')) {
		/* Postfix writes it the other way round. This helps an operator who copied it from main.cf. */
		if (strchr(text, '@') || !strchr(text, ':'))
			snprintf(room, size, "the port must be a number from 1 to 65535; write %s:8899@%s", word, example);
		else
			snprintf(room, size, "the port comes first here (main.cf has it last); write %s:8899@%s", word, example);
		return room;
	}
	const char *host = text[digits] ? text + digits + 1 : "";
	if (!*host) {
		snprintf(room, size, "no host: that would listen on every interface; write %s:%.*s@%s", word, (int)digits, text,
			example);
		return room;
	}
	if (!parse_host(host, spec)) {
		snprintf(room, size, "`%s` is not a numeric IPv%d address; write for instance %s:%.*s@%s",
			text_escape(text_of(host), shown, sizeof shown), spec->family == AF_INET ? 4 : 6, word, (int)digits, text,
			example);
		return room;
	}
	return NULL;
}

static const char *parse_any(const char *text, struct socket_spec *spec, char *room, size_t size)
{
	if (!*text)
		return "is empty; write " SPELLINGS;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t length = strlen(prefixes[i].text);
		if (strncasecmp(text, prefixes[i].text, length) != 0)
			continue;
		spec->family = prefixes[i].family;
		return spec->family == AF_UNIX ? parse_path(text + length, spec, room, size)
					       : parse_inet(text + length, spec, room, size);
	}
	/* libmilter takes whatever stands before a colon for the kind of socket. */
	if (strchr(text, ':'))
		return "not a socket; write " SPELLINGS;
	spec->family = AF_UNIX;
	return parse_path(text, spec, room, size);
}

const char *socket_spec_parse(const char *text, struct socket_spec *spec, char *room, size_t size)
{
	memset(spec, 0, sizeof *spec);
	if (strncasecmp(text, PUBLIC, strlen(PUBLIC)) == 0) {
		spec->public = true;
		text += strlen(PUBLIC);
	}
	const char *wrong = parse_any(text, spec, room, size);
	if (!wrong && spec->public && spec->family == AF_UNIX)
		return "its mode says who can reach a unix socket; leave `public:` out";
	return wrong;
}

static const char *host_print(const struct socket_spec *spec, char out[INET6_ADDRSTRLEN])
{
	return inet_ntop(spec->family, &spec->host, out, INET6_ADDRSTRLEN);
}

const char *socket_spec_print(const struct socket_spec *spec, char *out)
{
	char host[INET6_ADDRSTRLEN];

	if (spec->family == AF_UNIX)
		snprintf(out, SOCKET_SPEC_SIZE, "unix:%s", spec->path);
	else
		snprintf(out, SOCKET_SPEC_SIZE, "%s:%u@[%s]", spec->family == AF_INET ? "inet" : "inet6", spec->port,
			host_print(spec, host));
	return out;
}

const char *socket_spec_print_postfix(const struct socket_spec *spec, char *out)
{
	char host[INET6_ADDRSTRLEN];

	if (spec->family == AF_UNIX)
		snprintf(out, SOCKET_SPEC_SIZE, "unix:%s", spec->path);
	else if (spec->family == AF_INET)
		snprintf(out, SOCKET_SPEC_SIZE, "inet:%s:%u", host_print(spec, host), spec->port);
	else
		snprintf(out, SOCKET_SPEC_SIZE, "inet:[%s]:%u", host_print(spec, host), spec->port);
	return out;
}

bool socket_spec_is_local(const struct socket_spec *spec)
{
	if (spec->family == AF_UNIX)
		return true;
	if (spec->family == AF_INET)
		return ntohl(spec->host.v4.s_addr) >> 24 == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&spec->host.v6) ||
		(IN6_IS_ADDR_V4MAPPED(&spec->host.v6) && spec->host.v6.s6_addr[12] == IN_LOOPBACKNET);
}

const char *socket_spec_warning(const struct socket_spec *spec, char *room)
{
	char shown[SOCKET_SPEC_SIZE];

	if (spec->public || socket_spec_is_local(spec))
		return NULL;
	socket_spec_print(spec, shown);
	snprintf(room, SOCKET_WARNING_SIZE,
		"other hosts can reach %s; a client there counts as the MTA and can end the daemon; "
		"listen at unix:/run/ses-policy-milter/milter.sock or %s:%u@%s, or write " PUBLIC "%s to allow that",
		shown, spec->family == AF_INET ? "inet" : "inet6", spec->port, spec->family == AF_INET ? "127.0.0.1" : "::1",
		shown);
	return room;
}

socklen_t socket_spec_address(const struct socket_spec *spec, struct sockaddr_storage *address)
{
	memset(address, 0, sizeof *address);
	address->ss_family = (sa_family_t)spec->family;
	switch (spec->family) {
	case AF_INET: {
		struct sockaddr_in *in = (struct sockaddr_in *)address;
		in->sin_port = htons(spec->port);
		in->sin_addr = spec->host.v4;
		return sizeof *in;
	}
	case AF_INET6: {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;
		in6->sin6_port = htons(spec->port);
		in6->sin6_addr = spec->host.v6;
		return sizeof *in6;
	}
	default: {
		struct sockaddr_un *un = (struct sockaddr_un *)address;
		memcpy(un->sun_path, spec->path, sizeof spec->path);
		return sizeof *un;
	}
	}
}

int socket_spec_connect(const struct socket_spec *spec)
{
	struct sockaddr_storage address;
	socklen_t length = socket_spec_address(spec, &address);
	int fd = socket(spec->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, length) == 0)
		return fd;
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}
