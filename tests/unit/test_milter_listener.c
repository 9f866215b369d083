/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener: the socket has its mode, owner and group before anybody can find it, whatever the umask, and nobody but the
 * daemon's user may use it until then. What keeps it from being made is told, with a status that fits, and leaves nothing behind.
 */
#include "unit/check.h"

#include "callbacks.h"
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

static char folder[] = "/tmp/test-milter-listener.XXXXXX", path[64];
static mode_t at_chown, at_rename; /* the mode then; 0: it did not come to that */
static bool in_place_before;       /* something stood under the name before the rename */

/* What fails, and how. */
enum listener_step { NONE, CHOWN, CHMOD, RENAME, GROUP, SETCONN, BACKLOG, OPENSOCKET };
static enum listener_step failing;
static int failing_error;

static bool fails(enum listener_step step)
{
	if (failing != step)
		return false;
	errno = failing_error;
	return true;
}

int __real_chmod(const char *name, mode_t mode);
int __wrap_chmod(const char *name, mode_t mode);
struct group *__real_getgrnam(const char *name);
struct group *__wrap_getgrnam(const char *name);
int __real_smfi_setconn(char *spec);
int __wrap_smfi_setconn(char *spec);
int __real_smfi_setbacklog(int backlog);
int __wrap_smfi_setbacklog(int backlog);
int __real_smfi_opensocket(bool remove);
int __wrap_smfi_opensocket(bool remove);
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
	return fails(CHOWN) ? -1 : __real_chown(name, owner, group);
}

int __wrap_chmod(const char *name, mode_t mode)
{
	return fails(CHMOD) ? -1 : __real_chmod(name, mode);
}

struct group *__wrap_getgrnam(const char *name)
{
	return fails(GROUP) ? NULL : __real_getgrnam(name);
}

int __wrap_smfi_setconn(char *spec)
{
	return fails(SETCONN) ? MI_FAILURE : __real_smfi_setconn(spec);
}

int __wrap_smfi_setbacklog(int backlog)
{
	return fails(BACKLOG) ? MI_FAILURE : __real_smfi_setbacklog(backlog);
}

int __wrap_smfi_opensocket(bool remove)
{
	return fails(OPENSOCKET) ? MI_FAILURE : __real_smfi_opensocket(remove);
}

int __wrap_rename(const char *from, const char *to)
{
	at_rename = mode_of(from);
	in_place_before = mode_of(to) != 0;
	return fails(RENAME) ? -1 : __real_rename(from, to);
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

/* What stands at the path before. */
enum before { NOTHING, A_FILE, STALE, ANSWERS, FULL, LOCKED };

static int held[3];

static int socket_at(const char *name, int backlog)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(un.sun_path, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof un), 0);
	if (backlog >= 0)
		assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static void put_before(enum before before)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char lock[80];

	memset(held, -1, sizeof held);
	strcpy(un.sun_path, path);
	snprintf(lock, sizeof lock, "%s.lock", path);
	switch (before) {
	case NOTHING:
		break;
	case A_FILE:
		held[0] = open(path, O_CREAT | O_WRONLY, 0600);
		break;
	case STALE:
		close(socket_at(path, 1));
		break;
	case ANSWERS:
		held[0] = socket_at(path, 5);
		break;
	case FULL:
		/* Nobody more finds room at its door. */
		held[0] = socket_at(path, 0);
		for (int i = 1; i < 3; i++) {
			held[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
			(void)!connect(held[i], (struct sockaddr *)&un, sizeof un);
		}
		break;
	case LOCKED:
		held[0] = open(lock, O_CREAT | O_RDWR, 0600);
		assert_int_equal(flock(held[0], LOCK_EX | LOCK_NB), 0);
		break;
	}
}

static void take_away(void)
{
	char other[80];

	for (size_t i = 0; i < COUNT_OF(held); i++)
		if (held[i] >= 0)
			close(held[i]);
	unlink(path);
	snprintf(other, sizeof other, "%s.lock", path);
	unlink(other);
}

static const struct {
	const char *name;
	enum before before;
	enum listener_step failing;
	int error;
	const char *group;
	int status;
	const char *want; /* in the fault */
} refusals[] = {
	{ "over a socket that nobody answers at", STALE, NONE, 0, NULL, 0, NULL },
	{ "a group by its number", NOTHING, NONE, 0, "54321", 0, NULL },
	{ "a file is there", A_FILE, NONE, 0, NULL, LISTENER_FAILED, "is there and is not a socket; remove it" },
	{ "a stranger answers", ANSWERS, NONE, 0, NULL, LISTENER_TAKEN, "another program answers at" },
	{ "a stranger has no time", FULL, NONE, 0, NULL, LISTENER_TAKEN, "another program answers at" },
	{ "another daemon has it", LOCKED, NONE, 0, NULL, LISTENER_TAKEN, "listens at" },
	{ "no such group", NOTHING, NONE, 0, "no-such-group", EX_CONFIG, "there is no group `no-such-group`; create it" },
	{ "groups cannot be looked up", NOTHING, GROUP, EIO, "mail", EX_OSERR, "`mail` cannot be looked up" },
	{ "the group cannot be given", NOTHING, CHOWN, EPERM, NULL, LISTENER_FAILED, "the socket cannot be given to group" },
	{ "nor one without a name", NOTHING, CHOWN, EPERM, "54321", LISTENER_FAILED, "the socket cannot be given to group `?`" },
	{ "the mode cannot be set", NOTHING, CHMOD, EROFS, NULL, LISTENER_FAILED, "socket: /tmp/" },
	{ "it cannot be put in place", NOTHING, RENAME, EACCES, NULL, LISTENER_FAILED,
		"let the user of the daemon own that folder" },
	{ "libmilter does not take it", NOTHING, SETCONN, 0, NULL, LISTENER_FAILED, "libmilter cannot listen at unix:/tmp/" },
	{ "nor how many wait", NOTHING, BACKLOG, 0, NULL, LISTENER_FAILED, "libmilter cannot listen at" },
	{ "nor opens it", NOTHING, OPENSOCKET, 0, NULL, LISTENER_FAILED, "libmilter cannot listen at" },
};

/* libmilter opens one socket in the life of a process. What is wrong, as a number of things. */
static int apart(int (*what)(size_t row), size_t row)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(what(row));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static int refused(size_t row)
{
	const struct service_user identity = { .uid = geteuid(), .gid = getegid(), .name = "daemon" };
	struct settings settings = { .socket_mode = 0660, .socket_group = refusals[row].group };
	const char *name = refusals[row].name, *want = refusals[row].want;
	char room[256], text[80], other[80];
	struct listener listener;
	struct faults faults;
	int failures = 0;

	snprintf(text, sizeof text, "unix:%s", path);
	if (socket_spec_parse(text, &settings.listen, room, sizeof room))
		return 99;
	put_before(refusals[row].before);
	faults_init(&faults);
	failing = refusals[row].failing;
	failing_error = refusals[row].error;
	int status = listener_open(&listener, &settings, &identity, &faults);
	failing = NONE;
	const char *said = faults.first ? faults.first->text : "";
	CHECK_CASE(failures, name, status == refusals[row].status);
	CHECK_CASE(failures, name, want ? strstr(said, want) != NULL : !*said);
	/* Why, too. */
	CHECK_CASE(failures, name, !refusals[row].error || strstr(said, strerror(refusals[row].error)));
	if (failures)
		print_error("%d: %s\n", status, said);
	/* The name under which it is made is not left behind, and what was there is not taken away. */
	snprintf(other, sizeof other, "%.*s~", (int)strlen(path) - 1, path);
	CHECK_CASE(failures, name, access(other, F_OK) != 0);
	if (refusals[row].before == A_FILE || refusals[row].before == ANSWERS)
		CHECK_CASE(failures, name, access(path, F_OK) == 0);
	if (status == 0) {
		CHECK_CASE(failures, name, mode_of(path) == 0660);
		listener_close(&listener);
		CHECK_CASE(failures, name, access(path, F_OK) != 0);
	}
	take_away();
	faults_free(&faults);
	return failures;
}

static void what_keeps_it_is_told(void **state)
{
	int failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		failures += apart(refused, i);
	assert_int_equal(failures, 0);
}

/* The other name of one that ends in the sign of the other is another one. */
static int other_name(size_t row)
{
	const struct service_user identity = { .uid = geteuid(), .gid = getegid() };
	struct settings settings = { .socket_mode = 0600 };
	char room[256], text[80];
	struct listener listener;
	struct faults faults;
	int failures = 0;

	(void)row;
	snprintf(text, sizeof text, "unix:%s/m~", folder);
	if (socket_spec_parse(text, &settings.listen, room, sizeof room))
		return 99;
	faults_init(&faults);
	CHECK_CASE(failures, "it opens", listener_open(&listener, &settings, &identity, &faults) == 0);
	CHECK_CASE(failures, "its mode", mode_of(settings.listen.path) == 0600);
	/* One that somebody has put in its place stays. */
	unlink(settings.listen.path);
	close(open(settings.listen.path, O_CREAT | O_WRONLY, 0600));
	listener_close(&listener);
	CHECK_CASE(failures, "another stays", access(settings.listen.path, F_OK) == 0);
	unlink(settings.listen.path);
	faults_free(&faults);
	return failures;
}

static void each_path_has_another_name(void **state)
{
	(void)state;
	assert_int_equal(apart(other_name, 0), 0);
}

static void addresses_are_tried_first(void **state)
{
	const struct service_user identity = { .uid = geteuid(), .gid = getegid() };
	struct sockaddr_in taken = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof taken;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char room[256], specs[4][64];
	const struct {
		enum listener_step failing;
		int status;
		const char *want;
	} cases[] = {
		{ NONE, LISTENER_TAKEN, "stop the program that listens there" },
		{ NONE, LISTENER_FAILED, "choose another address" },
		{ SETCONN, LISTENER_FAILED, "libmilter cannot listen at inet:" },
	};

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&taken, sizeof taken), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&taken, &length), 0);
	snprintf(specs[0], sizeof *specs, "inet:%u@127.0.0.1", ntohs(taken.sin_port));
	/* RFC 5737: nobody's. */
	strcpy(specs[1], "public:inet:20025@192.0.2.77");
	snprintf(specs[2], sizeof *specs, "inet:%u@127.0.0.99", ntohs(taken.sin_port));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct settings settings = { .socket_mode = 0600 };
		struct listener listener;
		struct faults faults;

		assert_null(socket_spec_parse(specs[i], &settings.listen, room, sizeof room));
		faults_init(&faults);
		failing = cases[i].failing;
		assert_int_equal(listener_open(&listener, &settings, &identity, &faults), cases[i].status);
		failing = NONE;
		assert_non_null(faults.first);
		assert_non_null(strstr(faults.first->text, cases[i].want));
		faults_free(&faults);
	}
	close(fd);
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
		cmocka_unit_test(what_keeps_it_is_told),
		cmocka_unit_test(each_path_has_another_name),
		cmocka_unit_test(addresses_are_tried_first),
		cmocka_unit_test(the_mode_is_there_from_the_first_moment),
	};

	return cmocka_run_group_tests(tests, prepare, tidy);
}
