/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_spec: which spellings are taken as which place, and which are refused.
 */
#include "unit/check.h"

#include "settings/metrics_spec.h"

#include <string.h>

static const struct {
	const char *name, *input;
	const char *want; /* as socket_spec_print has it, or what the fault must say */
	bool good;
} cases[] = {
	{ "IPv4", "127.0.0.1:9816", "inet:9816@[127.0.0.1]", true },
	{ "another loopback address", "127.8.8.8:1", "inet:1@[127.8.8.8]", true },
	{ "IPv6", "[::1]:9816", "inet6:9816@[::1]", true },
	{ "localhost", "localhost:9816", "inet:9816@[127.0.0.1]", true },
	{ "unix", "unix:/run/m.sock", "unix:/run/m.sock", true },
	{ "public", "public:0.0.0.0:9816", "inet:9816@[0.0.0.0]", true },
	{ "public, IPv6", "public:[::]:9816", "inet6:9816@[::]", true },
	{ "every interface", "0.0.0.0:9816", "other hosts can reach 0.0.0.0:9816", false },
	{ "every interface, remedy", "0.0.0.0:9816", "or public:0.0.0.0:9816 to allow that", false },
	{ "IPv6 of others", "[2001:db8::1]:9816", "other hosts can reach", false },
	{ "mapped loopback", "[::ffff:127.0.0.1]:9816", "inet6:9816@[::ffff:127.0.0.1]", true },
	{ "mapped address of others", "[::ffff:192.0.2.1]:9816", "other hosts can reach", false },
	{ "no host", ":9816", "write 127.0.0.1:9816", false },
	{ "no port", "127.0.0.1", "write 127.0.0.1:9816", false },
	{ "empty port", "127.0.0.1:", "write 127.0.0.1:9816", false },
	{ "port 0", "127.0.0.1:0", "write 127.0.0.1:9816", false },
	{ "port too large", "127.0.0.1:65536", "write 127.0.0.1:9816", false },
	{ "port of six digits", "127.0.0.1:009816", "write 127.0.0.1:9816", false },
	{ "libmilter's way", "inet:9816@127.0.0.1", "write 127.0.0.1:9816", false },
	{ "IPv6 without brackets", "::1:9816", "write 127.0.0.1:9816", false },
	{ "a name", "relay.example:9816", "write 127.0.0.1:9816", false },
	{ "a URL", "http://127.0.0.1:9816", "write 127.0.0.1:9816", false },
	{ "unix without a path", "unix:", "no path", false },
	{ "empty", "", "write 127.0.0.1:9816", false },
};

static void spellings(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char room[512], shown[SOCKET_SPEC_SIZE];
		struct socket_spec spec;
		const char *wrong = metrics_spec_parse(cases[i].input, &spec, room, sizeof room);

		if (cases[i].good)
			CHECK_CASE(failures, cases[i].name, !wrong && strcmp(socket_spec_print(&spec, shown), cases[i].want) == 0);
		else
			CHECK_CASE(failures, cases[i].name, wrong && strstr(wrong, cases[i].want));
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
