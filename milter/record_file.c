/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "record_file.h"

#include "counters.h"
#include "base/system_error.h"
#include "log.h"
#include "outlet.h"
#include "standard_output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of records that may wait: some ten thousand. */
#define WAITING_MAX (8u * 1024 * 1024)

/* Milliseconds to wait for a full pipe before looking whether another file is to be used. */
#define PATIENCE 200

#define FLAGS (O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static void write_put(int priority, const char *line, size_t length);

static struct outlet outlet = OUTLET(WAITING_MAX, write_put);

/* Held for single calls of write(2), which do not wait. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int current = -1;
static unsigned long serial; /* counts the files */
static bool torn;            /* the file ends within a line */

static atomic_bool losing; /* the log has said so */
static atomic_ulong lost;  /* since then */

int record_file_open(const char *path, struct faults *faults)
{
	char shown[256];

	if (!strcmp(path, STANDARD_OUTPUT))
		return standard_output_open(faults);
	int fd = open(path, FLAGS | O_CREAT | O_EXCL, 0640);

	/* Whatever the umask says. */
	if (fd >= 0 && fchmod(fd, 0640) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	else if (errno == EEXIST && (fd = open(path, FLAGS)) >= 0)
		return fd;
	int reason = errno;
	fault_system(faults, reason,
		reason == ENXIO            ? "start the reader of that pipe first"
			: reason == EISDIR ? "name a file in it"
			: reason == ENOENT ? "make the folder, owned by the user of the daemon"
					   : "let the user of the daemon write it, and make files in that folder",
		"records: %s", text_escape(text_of(path), shown, sizeof shown));
	return -1;
}

bool record_file_check(const char *path, struct faults *faults)
{
	char shown[256], folder[4096];
	const char *slash = strrchr(path, '/');
	struct stat status;

	/* That of the daemon is another one. */
	if (!strcmp(path, STANDARD_OUTPUT))
		return true;
	text_escape(text_of(path), shown, sizeof shown);
	if (stat(path, &status) == 0) {
		if (!S_ISDIR(status.st_mode) && euidaccess(path, W_OK) == 0)
			return true;
		fault_system(faults, S_ISDIR(status.st_mode) ? EISDIR : errno,
			S_ISDIR(status.st_mode) ? "name a file in it" : "let the user of the daemon write it", "records: %s",
			shown);
		return false;
	}
	if (system_error_remedy(errno)) {
		fault_system(faults, errno, "", "records: %s", shown);
		return false;
	}
	size_t length = slash ? (size_t)(slash - path) : 1;
	if (length >= sizeof folder) {
		fault_add(faults, "records: %s: %s; choose a shorter one", shown, strerror(ENAMETOOLONG));
		return false;
	}
	memcpy(folder, slash ? path : ".", length);
	strcpy(folder + length, length ? "" : "/");
	if (euidaccess(folder, W_OK | X_OK) == 0)
		return true;
	fault_system(faults, errno, "make the folder, owned by the user of the daemon", "records: %s", shown);
	return false;
}

void record_file_use(int fd)
{
	pthread_mutex_lock(&mutex);
	int before = current;
	current = fd;
	serial++;
	torn = false;
	pthread_mutex_unlock(&mutex);
	if (before >= 0)
		close(before);
}

bool record_file_start(void)
{
	return outlet_start(&outlet);
}

void record_file_lost(const char *reason)
{
	counters_add(&counters.records_lost, 1);
	counters_add(&lost, 1);
	if (!atomic_exchange(&losing, true))
		log_line(LOG_ERR, "records: not written: %s", reason);
}

static void note_written(void)
{
	if (atomic_load_explicit(&losing, memory_order_relaxed) && outlet_is_empty(&outlet) && atomic_exchange(&losing, false))
		log_line(LOG_NOTICE, "records: written again; %lu were not", atomic_exchange(&lost, 0));
}

/* Under the mutex. One call of write(2) for the rest of a line; errno. */
static ssize_t push(const char *line, size_t length, size_t done)
{
	if (current < 0) {
		errno = EBADF;
		return -1;
	}
	if (done == 0 && torn && write(current, "\n", 1) != 1)
		return -1;
	if (done == 0)
		torn = false;
	ssize_t n = write(current, line + done, length - done);
	if (n > 0)
		torn = done + (size_t)n < length;
	if (n == 0)
		errno = EIO;
	return n > 0 ? n : -1;
}

/* Under the mutex. Take back the beginning of a line whose end cannot be written. Where that fails, the next line begins with a line break. */
static void take_back(size_t done)
{
	off_t end = done ? lseek(current, 0, SEEK_CUR) : -1;

	if (end >= (off_t)done && ftruncate(current, end - (off_t)done) == 0)
		torn = false;
}

/* 0, or errno. EAGAIN: a pipe is full; `done` says how far it got, in which file. */
static int write_some(const char *line, size_t length, size_t *done, unsigned long *file, bool last)
{
	int reason = 0;

	pthread_mutex_lock(&mutex);
	/* In another file the line is written from its start. */
	if (*file != serial)
		*done = 0;
	*file = serial;
	while (*done < length && reason == 0) {
		ssize_t n = push(line, length, *done);
		if (n > 0)
			*done += (size_t)n;
		else if (errno != EINTR)
			reason = errno;
	}
	if (reason && (last || reason != EAGAIN))
		take_back(*done);
	pthread_mutex_unlock(&mutex);
	return reason;
}

static void wait_for_room(void)
{
	struct pollfd wait = { .events = POLLOUT };

	pthread_mutex_lock(&mutex);
	/* A descriptor of our own: the other may be closed, and its number taken, meanwhile. */
	wait.fd = current >= 0 ? fcntl(current, F_DUPFD_CLOEXEC, 3) : -1;
	pthread_mutex_unlock(&mutex);
	poll(&wait, 1, PATIENCE);
	if (wait.fd >= 0)
		close(wait.fd);
}

static void write_put(int priority, const char *line, size_t length)
{
	unsigned long file = 0;
	size_t done = 0;
	int reason;

	(void)priority;
	while ((reason = write_some(line, length, &done, &file, false)) == EAGAIN)
		wait_for_room();
	if (reason == 0)
		note_written();
	else if (reason != EBADF)
		record_file_lost(strerror(reason));
}

void record_file_put(const char *line, size_t length)
{
	if (!outlet_put(&outlet, 0, line, length))
		record_file_lost("they come faster than the file takes them");
}

bool record_file_write(const char *line, size_t length)
{
	unsigned long file = 0;
	size_t done = 0;
	int reason = write_some(line, length, &done, &file, true);

	if (reason) {
		record_file_lost(strerror(reason));
		return false;
	}
	note_written();
	return true;
}

void record_file_drain(unsigned milliseconds)
{
	outlet_drain(&outlet, milliseconds);
}
