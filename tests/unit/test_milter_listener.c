/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener: the socket has its mode, owner and group before anybody can find it, whatever the umask, and nobody but the
 * daemon's user may use it until then.
 */
#include "unit/check.h"

#include "callbacks.h"
#include "listener.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test-milter-listener.XXXXXX", path[64];
static mode_t at_chown, at_rename; /* the mode then; 0: it did not come to that */
static bool in_place_before;       /* something stood under the name before the rename */

int __real_chown(const char *name, uid_t owner, gid_t group);
int __wrap_chown(const char *name, uid_t owner, gid_t group);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

static mode_t mode_of(const char *name)
{
	struct stat status;

	return lstat(name, &status) == 0 ? status.st_mode & 07777 : 0;
}

int __wrap_chown(const char *name, uid_t owner, gid_t group)
{
	at_chown = mode_of(name);
	return __real_chown(name, owner, group);
}

int __wrap_rename(const char *from, const char *to)
{
	at_rename = mode_of(from);
	in_place_before = mode_of(to) != 0;
	return __real_rename(from, to);
}

static void the_mode_is_there_from_the_first_moment(void **state)
{
	struct settings settings = { .socket_mode = 0660 };
	const struct service_user identity = { .uid = geteuid(), .gid = getegid() };
	struct listener listener;
	struct faults faults;
	char room[256], text[80];

	(void)state;
	snprintf(text, sizeof text, "unix:%s", path);
	assert_null(socket_spec_parse(text, &settings.listen, room, sizeof room));
	faults_init(&faults);
	umask(0);
	assert_int_equal(listener_open(&listener, &settings, &identity, &faults), 0);
	assert_int_equal(at_chown, 0600);
	assert_int_equal(at_rename, 0660);
	assert_false(in_place_before);
	assert_int_equal(mode_of(path), 0660);
	listener_close(&listener);
	assert_int_equal(mode_of(path), 0);
	faults_free(&faults);
}

static int prepare(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/m.sock", folder);
	return callbacks_register() ? 0 : -1;
}

static int tidy(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mode_is_there_from_the_first_moment),
	};

	return cmocka_run_group_tests(tests, prepare, tidy);
}
