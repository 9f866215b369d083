/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * socket_spec: libmilter's spellings of sockets, without those that listen
 * where nobody wanted (no host, a port beyond 65535).
 */
#include "unit/check.h"

#include "settings/socket_spec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *input;
	const char *printed, *postfix; /* NULL: refused */
	const char *fault;             /* what the message must hold */
} cases[] = {
	{ "unix", "unix:/run/x.sock", "unix:/run/x.sock", "unix:/run/x.sock", NULL },
	{ "local", "local:/run/x.sock", "unix:/run/x.sock", "unix:/run/x.sock", NULL },
	{ "bare path", "/run/x.sock", "unix:/run/x.sock", "unix:/run/x.sock", NULL },
	{ "relative path", "x.sock", "unix:x.sock", "unix:x.sock", NULL },
	{ "prefix in capitals", "UNIX:/x", "unix:/x", "unix:/x", NULL },
	{ "colon in a path", "unix:/run/a:b", "unix:/run/a:b", "unix:/run/a:b", NULL },
	{ "inet", "inet:8899@127.0.0.1", "inet:8899@[127.0.0.1]", "inet:127.0.0.1:8899", NULL },
	{ "inet, brackets", "inet:8899@[127.0.0.1]", "inet:8899@[127.0.0.1]", "inet:127.0.0.1:8899", NULL },
	{ "inet, localhost", "inet:1@localhost", "inet:1@[127.0.0.1]", "inet:127.0.0.1:1", NULL },
	{ "inet, every interface on purpose", "inet:65535@0.0.0.0", "inet:65535@[0.0.0.0]", "inet:0.0.0.0:65535", NULL },
	{ "inet6", "inet6:8899@::1", "inet6:8899@[::1]", "inet:[::1]:8899", NULL },
	{ "inet6, brackets", "inet6:8899@[2001:db8::1]", "inet6:8899@[2001:db8::1]", "inet:[2001:db8::1]:8899", NULL },
	{ "inet6, localhost", "inet6:8899@localhost", "inet6:8899@[::1]", "inet:[::1]:8899", NULL },
	{ "public", "public:inet:8899@0.0.0.0", "inet:8899@[0.0.0.0]", "inet:0.0.0.0:8899", NULL },
	{ "public, IPv6", "public:inet6:8899@[2001:db8::1]", "inet6:8899@[2001:db8::1]", "inet:[2001:db8::1]:8899", NULL },
	{ "public loopback", "public:inet:8899@127.0.0.1", "inet:8899@[127.0.0.1]", "inet:127.0.0.1:8899", NULL },
	{ "public in capitals", "Public:Inet:8899@192.0.2.1", "inet:8899@[192.0.2.1]", "inet:192.0.2.1:8899", NULL },
	{ "public unix", "public:unix:/run/x.sock", NULL, NULL, "leave `public:` out" },
	{ "public path", "public:/run/x.sock", NULL, NULL, "leave `public:` out" },
	{ "public twice", "public:public:inet:8899@0.0.0.0", NULL, NULL, "inet:PORT@HOST" },
	{ "public nothing", "public:", NULL, NULL, "unix:/PATH" },
	{ "public without host", "public:inet:8899", NULL, NULL, "write inet:8899@127.0.0.1" },
	{ "a file of that name", "./public:x", NULL, NULL, "unix:/PATH" },
	{ "empty", "", NULL, NULL, "unix:/PATH" },
	{ "no path", "unix:", NULL, NULL, "no path" },
	{ "a folder", "unix:/run/", NULL, NULL, "ends in `/`" },
	{ "unknown kind", "tcp:8899@127.0.0.1", NULL, NULL, "inet:PORT@HOST" },
	{ "inet without host", "inet:8899", NULL, NULL, "write inet:8899@127.0.0.1" },
	{ "inet with an empty host", "inet:8899@", NULL, NULL, "write inet:8899@127.0.0.1" },
	{ "inet6 without host", "inet6:8899", NULL, NULL, "write inet6:8899@::1" },
	{ "main.cf's spelling", "inet:127.0.0.1:8899", NULL, NULL, "main.cf has it last" },
	{ "port 0", "inet:0@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "port 65536", "inet:65536@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "port 99999", "inet:99999@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "port of many digits", "inet:18446744073709551617@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "port by name", "inet:smtp@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "port with a sign", "inet:+25@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "junk behind the port", "inet:25x@127.0.0.1", NULL, NULL, "1 to 65535" },
	{ "host by name", "inet:25@relay.example.net", NULL, NULL, "not a numeric IPv4 address" },
	{ "IPv6 host with inet", "inet:25@::1", NULL, NULL, "not a numeric IPv4 address" },
	{ "IPv4 host with inet6", "inet6:25@127.0.0.1", NULL, NULL, "not a numeric IPv6 address" },
	{ "short IPv4 host", "inet:25@127.1", NULL, NULL, "not a numeric IPv4 address" },
	{ "a control byte in the host", "inet:25@\033[31m", NULL, NULL, "\\x1b[31m" },
};

static void specs_are_parsed(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct socket_spec spec;
		char room[256], out[SOCKET_SPEC_SIZE];
		const char *fault = socket_spec_parse(cases[i].input, &spec, room, sizeof room);

		CHECK_CASE(failures, cases[i].name, !fault == !cases[i].fault);
		if (fault && cases[i].fault)
			CHECK_CASE(failures, cases[i].name, strstr(fault, cases[i].fault));
		if (fault || cases[i].fault)
			continue;
		CHECK_CASE(failures, cases[i].name, strcmp(socket_spec_print(&spec, out), cases[i].printed) == 0);
		CHECK_CASE(failures, cases[i].name, strcmp(socket_spec_print_postfix(&spec, out), cases[i].postfix) == 0);
		/* What is printed is taken again. */
		socket_spec_print(&spec, out);
		CHECK_CASE(failures, cases[i].name, socket_spec_parse(out, &spec, room, sizeof room) == NULL);
	}
	assert_int_equal(failures, 0);
}

static const struct {
	const char *input;
	const char *warning; /* what it must hold; NULL: none */
} reached[] = {
	{ "unix:/run/x.sock", NULL },
	{ "inet:8899@127.0.0.1", NULL },
	{ "inet:8899@127.8.8.8", NULL },
	{ "inet:8899@localhost", NULL },
	{ "inet6:8899@::1", NULL },
	{ "inet6:8899@[::ffff:127.0.0.1]", NULL },
	{ "public:inet:8899@0.0.0.0", NULL },
	{ "public:inet6:8899@[2001:db8::1]", NULL },
	{ "inet:8899@0.0.0.0", "other hosts can reach inet:8899@[0.0.0.0]" },
	{ "inet:8899@0.0.0.0",
		"; listen at unix:/run/ses-policy-milter/milter.sock or inet:8899@127.0.0.1, or write public:inet:8899@[0.0.0.0] to allow that" },
	{ "inet:8899@192.0.2.1", "other hosts can reach inet:8899@[192.0.2.1]" },
	{ "inet:8899@10.1.2.3", "other hosts can reach inet:8899@[10.1.2.3]" },
	{ "inet6:8899@::", "or inet6:8899@::1, or write public:inet6:8899@[::] to allow that" },
	{ "inet6:8899@[2001:db8::1]", "other hosts can reach inet6:8899@[2001:db8::1]" },
	{ "inet6:8899@[::ffff:192.0.2.1]", "other hosts can reach" },
};

static void an_address_that_others_reach_is_warned_of(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(reached); i++) {
		struct socket_spec spec;
		char room[SOCKET_WARNING_SIZE];
		const char *fault = socket_spec_parse(reached[i].input, &spec, room, sizeof room);
		CHECK_CASE(failures, reached[i].input, !fault);
		const char *warning = fault ? fault : socket_spec_warning(&spec, room);
		CHECK_CASE(failures, reached[i].input,
			reached[i].warning ? warning && strstr(warning, reached[i].warning) : !warning);
	}
	assert_int_equal(failures, 0);
}

static void path_length_is_bounded(void **state)
{
	struct socket_spec spec;
	char text[SOCKET_PATH_MAX + 16] = "unix:", room[256];

	(void)state;
	memset(text + 5, 'x', SOCKET_PATH_MAX);
	assert_null(socket_spec_parse(text, &spec, room, sizeof room));
	assert_int_equal(strlen(spec.path), SOCKET_PATH_MAX);
	text[5 + SOCKET_PATH_MAX] = 'x';
	const char *fault = socket_spec_parse(text, &spec, room, sizeof room);
	assert_non_null(fault);
	assert_non_null(strstr(fault, "has 107 bytes"));
}

static void connect_tells_vacancy(void **state)
{
	char folder[] = "/tmp/test-socket-spec.XXXXXX", text[64], room[256];
	struct socket_spec spec;
	struct sockaddr_storage address;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(text, sizeof text, "unix:%s/s", folder);
	assert_null(socket_spec_parse(text, &spec, room, sizeof room));
	assert_int_equal(socket_spec_connect(&spec), -1);
	assert_int_equal(errno, ENOENT);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t length = socket_spec_address(&spec, &address);
	assert_return_code(bind(fd, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(fd, 1), errno);
	int client = socket_spec_connect(&spec);
	assert_true(client >= 0);
	close(client);
	close(fd);
	assert_int_equal(socket_spec_connect(&spec), -1);
	assert_int_equal(errno, ECONNREFUSED);
	unlink(spec.path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs_are_parsed),
		cmocka_unit_test(an_address_that_others_reach_is_warned_of),
		cmocka_unit_test(path_length_is_bounded),
		cmocka_unit_test(connect_tells_vacancy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
