/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replace_file.h"

#include "iam/policy_set.h"
#include "settings/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOWN_SIZE 256

static bool failed(const char *path, const char *what, struct faults *faults)
{
	char shown[SHOWN_SIZE];

	fault_system(faults, errno, "it is as it was; correct that, and run --fix again", "%s: %s",
		text_escape(text_of(path), shown, sizeof shown), what);
	return false;
}

static bool refused(const char *path, const char *why, struct faults *faults)
{
	char shown[SHOWN_SIZE];

	fault_add(faults, "%s: is not written: %s", text_escape(text_of(path), shown, sizeof shown), why);
	return false;
}

/* Does it hold that text? False and errno: it cannot be read; false and 0: it holds another. */
static bool holds(const char *path, struct text text)
{
	size_t size;
	char *bytes = read_file(path, POLICY_FILE_MAX, &size);
	bool same = bytes && text_equals((struct text){ bytes, size }, text);

	if (bytes)
		errno = 0;
	free(bytes);
	return same;
}

static bool write_all(int file, struct text text)
{
	while (text.length) {
		ssize_t done = write(file, text.at, text.length);
		if (done < 0 && errno != EINTR)
			return false;
		if (done > 0)
			text = text_from(text, (size_t)done);
	}
	return true;
}

/* The folder's entry is on the disk when this returns, where the file system can tell. */
static void folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	int file = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (file >= 0) {
		fsync(file);
		close(file);
	}
	free(folder);
}

/* The new content under a name of its own; then under the file's. */
static bool put(const char *path, char *temporary, const struct stat *old, struct text before, struct text after,
	struct faults *faults)
{
	int file = mkostemp(temporary, O_CLOEXEC);

	if (file < 0)
		return failed(path, "no file can be made beside it", faults);
	/* The owner first: changing it takes set-id bits off the mode. */
	bool good = (geteuid() != 0 && old->st_uid == geteuid() && old->st_gid == getegid()) ||
		!fchown(file, old->st_uid, old->st_gid);
	good = good && !fchmod(file, old->st_mode & 07777) && write_all(file, after) && !fsync(file);
	int error = errno;
	good = !close(file) && good;
	errno = error;
	if (!good)
		failed(path, "a copy with its owner and mode cannot be written", faults);
	else if (!holds(path, before))
		good = errno ? failed(path, "cannot be read again", faults)
			     : refused(path, "it was changed meanwhile; run --fix again", faults);
	else if (rename(temporary, path))
		good = failed(path, "cannot be replaced", faults);
	if (!good)
		unlink(temporary);
	return good;
}

bool replace_file(const char *path, struct text before, struct text after, struct faults *faults)
{
	char *real = realpath(path, NULL), *temporary = NULL;
	struct stat old;
	bool good = false;

	if (!real || stat(real, &old)) {
		failed(path, "cannot be found any more", faults);
	} else if (!S_ISREG(old.st_mode)) {
		refused(path, "it is no file", faults);
	} else if (old.st_nlink > 1) {
		refused(path, "it has further names (hard links), which would keep the old content", faults);
	} else {
		const char *name = strrchr(real, '/') + 1;
		/* No reader of folders takes what begins with a dot. */
		if (asprintf(&temporary, "%.*s.%s.XXXXXX", (int)(name - real), real, name) < 0) {
			temporary = NULL;
			fault_memory(faults);
		} else {
			good = put(real, temporary, &old, before, after, faults);
		}
	}
	if (good)
		folder_sync(real);
	free(temporary);
	free(real);
	return good;
}
