/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const char *path, const char *remedy, struct faults *faults)
{
	char shown[300];

	fault_system(faults, errno, remedy, "%s: cannot be written", text_escape(text_of(path), shown, sizeof shown));
	return false;
}

/* The content, to the disk. False: errno says why; 0: memory is short. */
static bool fill(int file, bool (*put)(FILE *out, const void *with), const void *with)
{
	FILE *out = fdopen(file, "w");

	if (!out) {
		close(file);
		return false;
	}
	errno = 0;
	bool made = put(out, with);
	bool written = !fflush(out) && !ferror(out) && !fsync(file);
	int error = written && !made ? 0 : errno;
	bool good = !fclose(out) && made && written;
	if (error || !made)
		errno = error;
	return good;
}

bool report_write(const char *path, bool (*put)(FILE *out, const void *with), const void *with, struct faults *faults)
{
	struct stat there;
	char *temporary;

	/* A folder would take the new file's place only to fail; what is no file (a pipe, /dev/null) is not to be replaced. */
	if (!stat(path, &there) && !S_ISREG(there.st_mode)) {
		errno = S_ISDIR(there.st_mode) ? EISDIR : EINVAL;
		return failed(path, "name a file; - is standard output", faults);
	}
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
		fault_memory(faults);
		return false;
	}
	int file = mkostemp(temporary, O_CLOEXEC);
	bool good = file >= 0;
	if (!good) {
		failed(path, "name a file in a folder that is there and that you may write", faults);
	} else if (fchmod(file, S_IRUSR | S_IWUSR) || !fill(file, put, with)) {
		good = false;
		if (errno)
			failed(path, "make room on the disk, or name another file", faults);
		else
			fault_memory(faults);
	} else if (rename(temporary, path)) {
		good = failed(path, "name another file", faults);
	}
	if (!good && file >= 0)
		unlink(temporary);
	free(temporary);
	return good;
}
