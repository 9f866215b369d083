/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock: one holder at a time, the second is told who has it, and a lock file
 * that is left over or removed does no harm.
 */
#include "unit/check.h"

#include "lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], socket_path[96], lock_path[96];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test-lock.XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(socket_path, sizeof socket_path, "%s/s", folder);
	snprintf(lock_path, sizeof lock_path, "%s/s.lock", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(lock_path);
	return rmdir(folder);
}

static void one_holder(void **state)
{
	struct lock first, second;
	long holder;

	(void)state;
	assert_int_equal(lock_acquire(&first, socket_path, &holder), LOCK_HELD);
	assert_int_equal(lock_acquire(&second, socket_path, &holder), LOCK_TAKEN);
	assert_int_equal(holder, getpid());
	assert_int_equal(second.fd, -1);
	lock_release(&second);
	assert_return_code(access(lock_path, F_OK), errno);
	lock_release(&first);
	assert_int_equal(access(lock_path, F_OK), -1);
	assert_int_equal(lock_acquire(&second, socket_path, &holder), LOCK_HELD);
	lock_release(&second);
}

static void a_dead_holder_holds_nothing(void **state)
{
	struct lock lock;
	long holder;
	int status;

	(void)state;
	pid_t child = fork();
	if (child == 0)
		_exit(lock_acquire(&lock, socket_path, &holder) == LOCK_HELD ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_return_code(access(lock_path, F_OK), errno);
	assert_int_equal(lock_acquire(&lock, socket_path, &holder), LOCK_HELD);
	lock_release(&lock);
}

/* Somebody cleaned up: the new file is another holder's, and releasing ours leaves it alone. */
static void a_removed_file_is_not_ours(void **state)
{
	struct lock first, second;
	long holder;

	(void)state;
	assert_int_equal(lock_acquire(&first, socket_path, &holder), LOCK_HELD);
	assert_return_code(unlink(lock_path), errno);
	assert_int_equal(lock_acquire(&second, socket_path, &holder), LOCK_HELD);
	lock_release(&first);
	assert_return_code(access(lock_path, F_OK), errno);
	lock_release(&second);
}

/* Held: nothing happens. Its file is gone: a new one, unless somebody else was quicker; then nothing is held. */
static void renewed(void **state)
{
	struct lock first, second;
	long holder;

	(void)state;
	assert_int_equal(lock_acquire(&first, socket_path, &holder), LOCK_HELD);
	int fd = first.fd;
	assert_int_equal(lock_renew(&first, socket_path, &holder), LOCK_HELD);
	assert_int_equal(first.fd, fd);
	assert_return_code(unlink(lock_path), errno);
	assert_int_equal(lock_renew(&first, socket_path, &holder), LOCK_HELD);
	assert_int_equal(lock_acquire(&second, socket_path, &holder), LOCK_TAKEN);
	assert_return_code(unlink(lock_path), errno);
	assert_int_equal(lock_acquire(&second, socket_path, &holder), LOCK_HELD);
	assert_int_equal(lock_renew(&first, socket_path, &holder), LOCK_TAKEN);
	assert_int_equal(holder, getpid());
	assert_int_equal(first.fd, -1);
	lock_release(&first);
	assert_return_code(access(lock_path, F_OK), errno);
	lock_release(&second);
	/* Never held. */
	assert_int_equal(lock_renew(&first, socket_path, &holder), LOCK_HELD);
	lock_release(&first);
}

static void failures_say_why(void **state)
{
	struct lock lock;
	char missing[128];
	long holder;

	(void)state;
	snprintf(missing, sizeof missing, "%s/no/s", folder);
	assert_int_equal(lock_acquire(&lock, missing, &holder), LOCK_FAILED);
	assert_int_equal(errno, ENOENT);
	assert_return_code(symlink("/nonexistent", lock_path), errno);
	assert_int_equal(lock_acquire(&lock, socket_path, &holder), LOCK_FAILED);
	assert_int_equal(errno, ELOOP);
	unlink(lock_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_holder),
		cmocka_unit_test(a_dead_holder_holds_nothing),
		cmocka_unit_test(a_removed_file_is_not_ours),
		cmocka_unit_test(renewed),
		cmocka_unit_test(failures_say_why),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
