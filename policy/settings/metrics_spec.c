/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings/metrics_spec.h"

#include "base/fault.h"

#include <stdio.h>
#include <string.h>

#define SPELLINGS "write 127.0.0.1:9816, [::1]:9816 or unix:/run/ses-policy-milter/metrics.sock"

/* The socket's words for HOST and PORT; their check is the socket's. */
static bool parse_host_port(const char *text, struct socket_spec *spec)
{
	char other[128], room[128];
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (length == 0 || length > 64 || strchr(text, '@') || strlen(colon + 1) > 5)
		return false;
	/* An IPv6 address without brackets would lose its last part to the port. */
	if (text[0] != '[' && memchr(text, ':', length))
		return false;
	snprintf(other, sizeof other, "%s:%s@%.*s", text[0] == '[' ? "inet6" : "inet", colon + 1, (int)length, text);
	return !socket_spec_parse(other, spec, room, sizeof room);
}

const char *metrics_spec_parse(const char *text, struct socket_spec *spec, char *room, size_t size)
{
	static const char unix_prefix[] = "unix:", public_prefix[] = "public:";
	bool public = strncmp(text, public_prefix, sizeof public_prefix - 1) == 0;
	char shown[64];

	if (strncmp(text, unix_prefix, sizeof unix_prefix - 1) == 0)
		return socket_spec_parse(text, spec, room, size);
	if (public)
		text += sizeof public_prefix - 1;
	if (!parse_host_port(text, spec))
		return "not a place to serve metrics; " SPELLINGS;
	if (public || socket_spec_is_local(spec))
		return NULL;
	text_escape(text_of(text), shown, sizeof shown);
	snprintf(room, size,
		"other hosts can reach %s, and the metrics have no authentication; " SPELLINGS ", or public:%s to allow that",
		shown, shown);
	return room;
}
