/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/system_error.h"

#include <errno.h>
#include <stddef.h>

struct error_row {
	int error;
	const char *remedy;
};

#define SERVER "the file server does not answer: look at it, and at the network"

static const struct error_row passing[] = {
	{ ENOMEM, "free some memory" },
	{ EMFILE, "this process has too many files open: raise LimitNOFILE= of the service (ulimit -n)" },
	{ ENFILE, "the system has too many files open: raise fs.file-max, or end what holds them" },
	{ EIO, "the disk or the file server fails: look in the kernel's log (dmesg)" },
	{ ESTALE, "the file server has lost the file: mount the folder again if it stays so" },
	{ EINTR, "a signal came between: try again" },
	{ EAGAIN, "the system was busy: try again" },
	{ EBUSY, "something else holds it: try again" },
	{ ENOBUFS, "the kernel has no memory for it: free some" },
	{ ENOLCK, "the system has no locks left: try again" },
	{ ENOSPC, "make room on that disk" },
	{ EDQUOT, "make room in that quota" },
	{ ETIMEDOUT, SERVER },
	{ EHOSTDOWN, SERVER },
	{ EHOSTUNREACH, SERVER },
	{ ENETDOWN, SERVER },
	{ ENETUNREACH, SERVER },
	{ ENETRESET, SERVER },
	{ ECONNABORTED, SERVER },
	{ ECONNRESET, SERVER },
	{ ENOTCONN, SERVER },
	{ EREMOTEIO, SERVER },
};

static const struct error_row reading[] = {
	{ ENOENT, "create it, or name another" },
	{ EACCES, "let the filter's user read it, and search the folders above it" },
	{ EPERM, "let the filter's user read it" },
	{ ENOTDIR, "a part of the path is no folder: name it as it is" },
	{ ELOOP, "its links lead in a circle: correct them" },
	{ EISDIR, "it is a folder: name a file" },
	{ ENAMETOOLONG, "choose a shorter path" },
	{ EINVAL, "it is not a regular file: name one" },
};

static const char *find(const struct error_row *rows, size_t count, int error)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].error == error)
			return rows[i].remedy;
	return NULL;
}

const char *system_error_remedy(int error)
{
	return find(passing, sizeof passing / sizeof *passing, error);
}

const char *system_error_read_remedy(int error)
{
	const char *remedy = find(reading, sizeof reading / sizeof *reading, error);

	return remedy ? remedy : "the filter's user must be able to read it";
}
