/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/file.h"

#include "fuzz/fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 16 };
static char folder[64];
static char paths[FILES][128];
static pid_t owner;

static void clear(void)
{
	if (getpid() != owner)
		return;
	for (size_t i = 0; i < FILES && paths[i][0]; i++) {
		char *slash = strrchr(paths[i], '/');
		unlink(paths[i]);
		*slash = '\0';
		/* The last one takes it. */
		rmdir(paths[i]);
	}
	rmdir(folder);
}

/* In memory where there is such a place: a million of them are written. */
static void prepare(void)
{
	if (folder[0])
		return;
	snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	FUZZ_CHECK(mkdtemp(folder));
	owner = getpid();
	atexit(clear);
}

const char *fuzz_file(const char *name, struct text text)
{
	char wanted[sizeof *paths];
	size_t i = 0;

	prepare();
	FUZZ_CHECK((size_t)snprintf(wanted, sizeof wanted, "%s/%s", folder, name) < sizeof wanted);
	while (i < FILES && paths[i][0] && strcmp(paths[i], wanted) != 0)
		i++;
	FUZZ_CHECK(i < FILES);
	if (!paths[i][0] && strchr(name, '/')) {
		snprintf(paths[i], sizeof paths[i], "%s/%.*s", folder, (int)strcspn(name, "/"), name);
		FUZZ_CHECK(mkdir(paths[i], 0700) == 0 || errno == EEXIST);
	}
	strcpy(paths[i], wanted);
	int fd = open(paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CHECK(fd >= 0 && write(fd, text.at, text.length) == (ssize_t)text.length);
	close(fd);
	return paths[i];
}
