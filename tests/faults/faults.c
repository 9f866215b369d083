/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults: put in front of the C library (LD_PRELOAD), it makes the n-th allocation, call that has to do with files, sockets
 * or maps, or start of a thread fail, once or from there on. A test tells it what and when while the program runs, by a
 * page that both map: the file that the variable FAULTS names, laid out as struct page is (tests/lib/faults.py).
 *
 * A program that runs to its end and not on is told by FAULTS_FORK=IN,OUT, two descriptors, to wait before its main: for
 * each byte that comes from IN, a child runs it, and what became of that is written to OUT (struct end). That takes a tenth
 * of the time of a new program.
 *
 * What is lost to a signal is seen by its calls in FAULTS_TRACE; signal SIGRTMAX writes those of the thread that gets it.
 *
 * GLib ends the process when it gets no memory (SECURITY.md says where that can happen): its own allocations never fail
 * here, and those of GMime, which come through it.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* COUNT: nothing fails, and for each call it is written down from where it comes. */
enum fault_mode { MODE_OFF, MODE_ONCE, MODE_ON, MODE_COUNT };

/* What of a group of calls fails. */
struct group {
	_Atomic int64_t mode;   /* enum mode */
	_Atomic int64_t n;      /* the first that does, from 1 */
	_Atomic int64_t count;  /* calls since the test set it to 0 */
	_Atomic int64_t failed; /* of them */
	_Atomic int64_t mask;   /* calls that take part (enum call); memory and threads have no other */
	_Atomic int64_t error;  /* errno; memory says ENOMEM */
};

struct page {
	struct group memory, files, threads;
	_Atomic int64_t live;    /* allocations that were not given back */
	_Atomic int64_t signals; /* that sigtimedwait has brought */
	_Atomic int64_t idle;    /* is a thread in it? */
};

enum call {
	CALL_OPEN = 1,
	CALL_READ = 2,
	CALL_LIST = 4,
	CALL_STAT = 8,
	CALL_WRITE = 16,
	CALL_SYNC = 32,
	CALL_RENAME = 64,
	CALL_SOCKET = 128, /* socket, connect, accept */
	CALL_TALK = 256,   /* what is read from a socket, or written to it */
	CALL_MAP = 512,
	CALL_OUT = 1024,    /* written to standard output or standard error */
	CALL_CHANGE = 2048, /* a file's owner, mode, size, locks and name */
};

/* What became of a child: struct end is written when it begins, and again when it has ended. */
struct end {
	int32_t pid, status;
};

static struct page unmapped; /* before and without FAULTS */
static struct page *page = &unmapped;
static int trace = -1; /* where it is said what failed; -1: nowhere */

/* Where GLib's code is. */
static struct {
	uintptr_t from, to;
} spared[8];
static size_t spared_count;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *at);

static int note_library(struct dl_phdr_info *library, size_t size, void *unused)
{
	(void)size, (void)unused;
	if (!strstr(library->dlpi_name, "libglib-2.0") && !strstr(library->dlpi_name, "libgobject-2.0"))
		return 0;
	for (int i = 0; i < library->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &library->dlpi_phdr[i];
		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) || spared_count == sizeof spared / sizeof *spared)
			continue;
		spared[spared_count].from = library->dlpi_addr + part->p_vaddr;
		spared[spared_count++].to = library->dlpi_addr + part->p_vaddr + part->p_memsz;
	}
	return 0;
}

/* Nothing fails from now on: for what a build writes at a program's end that is no part of it (coverage/gcov_exit.c). */
void faults_over(void)
{
	page = &unmapped;
}

/* Is this thread in say_place()? What looks for the calls allocates, too, and is not counted. */
static _Thread_local bool saying;

/* "at COUNT PLACE": calls that come the same way through the program have the same place. */
static void say_place(int64_t count)
{
	void *frames[24];

	saying = true;
	int depth = backtrace(frames, 24);
	uint64_t place = 14695981039346656037u; /* FNV-1a */

	for (int i = 0; i < depth; i++)
		place = (place ^ (uintptr_t)frames[i]) * 1099511628211u;
	dprintf(trace, "at %" PRId64 " %" PRIx64 "\n", count, place);
	saying = false;
}

/* Is it this call's turn? */
static bool fails(struct group *group, const char *what)
{
	enum fault_mode mode = (enum fault_mode)group->mode;
	void *frames[24];

	if (mode == MODE_OFF || saying)
		return false;
	int64_t count = ++group->count;
	if (mode == MODE_COUNT) {
		if (trace >= 0)
			say_place(count);
		return false;
	}
	if (mode == MODE_ONCE ? count != group->n : count < group->n)
		return false;
	group->failed++;
	if (trace >= 0 && count == group->n) {
		dprintf(trace, "%s %lld\n", what, (long long)count);
		backtrace_symbols_fd(frames, backtrace(frames, 24), trace);
	}
	return true;
}

/* The C library's own function of that name. */
#define REAL(name) \
	static __typeof__(name) *real; \
	if (!real) \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* ---- memory ---- */

static bool memory_fails(const void *caller)
{
	for (size_t i = 0; i < spared_count; i++)
		if ((uintptr_t)caller >= spared[i].from && (uintptr_t)caller < spared[i].to)
			return false;
	if (!fails(&page->memory, "allocation"))
		return false;
	errno = ENOMEM;
	return true;
}

static void *taken(void *at)
{
	page->live += at != NULL;
	return at;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
	return memory_fails(CALLER) ? NULL : taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return memory_fails(CALLER) ? NULL : taken(__libc_calloc(count, size));
}

void *realloc(void *at, size_t size)
{
	if (size && memory_fails(CALLER))
		return NULL;
	void *moved = __libc_realloc(at, size);
	page->live += (moved != NULL && at == NULL) - (at != NULL && size == 0);
	return moved;
}

void *reallocarray(void *at, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(at, bytes);
}

void *memalign(size_t align, size_t size)
{
	return memory_fails(CALLER) ? NULL : taken(__libc_memalign(align, size));
}

void *aligned_alloc(size_t align, size_t size)
{
	return memory_fails(CALLER) ? NULL : taken(__libc_memalign(align, size));
}

int posix_memalign(void **out, size_t align, size_t size)
{
	void *at = memory_fails(CALLER) ? NULL : taken(__libc_memalign(align, size));

	if (!at)
		return ENOMEM;
	*out = at;
	return 0;
}

void free(void *at)
{
	page->live -= at != NULL;
	__libc_free(at);
}

/* ---- files ---- */

static bool file_fails(enum call call, const char *what)
{
	if (!(page->files.mask & call) || !fails(&page->files, what))
		return false;
	errno = (int)page->files.error;
	return true;
}

/* A call that fails with -1, or NULL, and is else the C library's. */
#define PASS(type, name, call, failed, parameters, arguments) \
	type name parameters \
	{ \
		REAL(name); \
		return file_fails(call, #name) ? failed : real arguments; \
	}

/* The argument that there is only when a file may be made. */
#define MODE_OF(flags) \
	va_list arguments; \
	va_start(arguments, flags); \
	int mode = (flags) & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0; \
	va_end(arguments)

int open(const char *path, int flags, ...)
{
	REAL(open);
	MODE_OF(flags);
	return file_fails(CALL_OPEN, "open") ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	REAL(open64);
	MODE_OF(flags);
	return file_fails(CALL_OPEN, "open64") ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	REAL(openat);
	MODE_OF(flags);
	return file_fails(CALL_OPEN, "openat") ? -1 : real(folder, path, flags, mode);
}

PASS(FILE *, fopen, CALL_OPEN, NULL, (const char *path, const char *mode), (path, mode))
PASS(FILE *, fopen64, CALL_OPEN, NULL, (const char *path, const char *mode), (path, mode))
PASS(int, mkostemp, CALL_OPEN, -1, (char *path, int flags), (path, flags))
PASS(DIR *, opendir, CALL_OPEN, NULL, (const char *path), (path))
PASS(DIR *, fdopendir, CALL_OPEN, NULL, (int fd), (fd))
PASS(struct dirent *, readdir, CALL_LIST, NULL, (DIR * folder), (folder))
PASS(struct dirent64 *, readdir64, CALL_LIST, NULL, (DIR * folder), (folder))
PASS(int, fstat, CALL_STAT, -1, (int fd, struct stat *status), (fd, status))
PASS(int, fstat64, CALL_STAT, -1, (int fd, struct stat64 *status), (fd, status))
PASS(int, stat, CALL_STAT, -1, (const char *path, struct stat *status), (path, status))
PASS(int, stat64, CALL_STAT, -1, (const char *path, struct stat64 *status), (path, status))
PASS(int, lstat, CALL_STAT, -1, (const char *path, struct stat *status), (path, status))
PASS(int, lstat64, CALL_STAT, -1, (const char *path, struct stat64 *status), (path, status))
PASS(int, fstatat, CALL_STAT, -1, (int folder, const char *path, struct stat *status, int flags), (folder, path, status, flags))
PASS(int, euidaccess, CALL_STAT, -1, (const char *path, int mode), (path, mode))
PASS(char *, realpath, CALL_STAT, NULL, (const char *path, char *out), (path, out))
/* No test turns the power off: a file is taken to be on the disk. */
int fsync(int fd)
{
	(void)fd;
	return file_fails(CALL_SYNC, "fsync") ? -1 : 0;
}

int fdatasync(int fd)
{
	(void)fd;
	return file_fails(CALL_SYNC, "fdatasync") ? -1 : 0;
}

PASS(int, rename, CALL_RENAME, -1, (const char *from, const char *to), (from, to))
PASS(int, fchmod, CALL_CHANGE, -1, (int fd, mode_t mode), (fd, mode))
PASS(int, fchown, CALL_CHANGE, -1, (int fd, uid_t user, gid_t group), (fd, user, group))
PASS(int, ftruncate, CALL_CHANGE, -1, (int fd, off_t size), (fd, size))
PASS(int, ftruncate64, CALL_CHANGE, -1, (int fd, off64_t size), (fd, size))
PASS(int, flock, CALL_CHANGE, -1, (int fd, int how), (fd, how))
PASS(int, unlink, CALL_CHANGE, -1, (const char *path), (path))

static int is_of(int fd, mode_t first, mode_t second)
{
	struct stat status;
	int before = errno;
	static int (*real)(int fd, struct stat *status);

	if (!real)
		real = (int (*)(int, struct stat *))dlsym(RTLD_NEXT, "fstat");
	bool is = real(fd, &status) == 0 && ((status.st_mode & S_IFMT) == first || (status.st_mode & S_IFMT) == second);
	errno = before;
	return is;
}

/* Pipes are neither. */
static bool read_fails(int fd, const char *what)
{
	if (!page->files.mode)
		return false;
	if (is_of(fd, S_IFREG, S_IFDIR))
		return file_fails(CALL_READ, what);
	return is_of(fd, S_IFSOCK, S_IFSOCK) && file_fails(CALL_TALK, what);
}

static bool write_fails(int fd, const char *what)
{
	if (!page->files.mode)
		return false;
	if (fd == STDOUT_FILENO || fd == STDERR_FILENO)
		return file_fails(CALL_OUT, what);
	if (is_of(fd, S_IFREG, S_IFDIR))
		return file_fails(CALL_WRITE, what);
	return is_of(fd, S_IFSOCK, S_IFSOCK) && file_fails(CALL_TALK, what);
}

#define MOVE(type, name, fails, parameters, arguments) \
	type name parameters \
	{ \
		REAL(name); \
		return fails(fd, #name) ? -1 : real arguments; \
	}

MOVE(ssize_t, read, read_fails, (int fd, void *bytes, size_t size), (fd, bytes, size))
MOVE(ssize_t, readv, read_fails, (int fd, const struct iovec *parts, int count), (fd, parts, count))
MOVE(ssize_t, pread, read_fails, (int fd, void *bytes, size_t size, off_t at), (fd, bytes, size, at))
MOVE(ssize_t, pread64, read_fails, (int fd, void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
MOVE(ssize_t, recv, read_fails, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
MOVE(ssize_t, write, write_fails, (int fd, const void *bytes, size_t size), (fd, bytes, size))
MOVE(ssize_t, writev, write_fails, (int fd, const struct iovec *parts, int count), (fd, parts, count))
MOVE(ssize_t, pwrite, write_fails, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
MOVE(ssize_t, pwrite64, write_fails, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
MOVE(ssize_t, send, write_fails, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))

/* ---- sockets and maps ---- */

PASS(int, socket, CALL_SOCKET, -1, (int family, int type, int protocol), (family, type, protocol))
PASS(int, connect, CALL_SOCKET, -1, (int fd, const struct sockaddr *to, socklen_t size), (fd, to, size))
PASS(int, accept, CALL_SOCKET, -1, (int fd, struct sockaddr *from, socklen_t *size), (fd, from, size))
PASS(int, accept4, CALL_SOCKET, -1, (int fd, struct sockaddr *from, socklen_t *size, int flags), (fd, from, size, flags))
PASS(void *, mmap, CALL_MAP, MAP_FAILED, (void *at, size_t size, int may, int flags, int fd, off_t from),
	(at, size, may, flags, fd, from))
PASS(void *, mmap64, CALL_MAP, MAP_FAILED, (void *at, size_t size, int may, int flags, int fd, off64_t from),
	(at, size, may, flags, fd, from))

/* ---- threads ---- */

struct beginning {
	void *(*start)(void *argument);
	void *argument;
	atomic_bool named;
};

/* Called after what the thread runs, as "libmilter+9a40": the system shows who is there (/proc/PID/task/TID/comm). */
static void *begin_named(void *at)
{
	struct beginning *beginning = at;
	void *(*start)(void *argument) = beginning->start, *argument = beginning->argument;
	Dl_info place;
	char name[16];

	if (dladdr((void *)(uintptr_t)start, &place) != 0) {
		const char *slash = strrchr(place.dli_fname, '/');
		uintptr_t offset = (uintptr_t)start - (uintptr_t)place.dli_fbase;
		snprintf(name, sizeof name, "%.9s+%" PRIxPTR, slash ? slash + 1 : place.dli_fname, offset);
		prctl(PR_SET_NAME, name);
	}
	atomic_store(&beginning->named, true);
	return start(argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *argument), void *argument)
{
	REAL(pthread_create);
	struct beginning beginning = { start, argument, false };

	if (fails(&page->threads, "thread"))
		return EAGAIN;
	int error = real(thread, attributes, begin_named, &beginning);
	while (!error && !atomic_load(&beginning.named))
		sched_yield();
	return error;
}

/* ---- signals that are waited for ---- */

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *seconds)
{
	REAL(sigtimedwait);
	bool waits = seconds && (seconds->tv_sec || seconds->tv_nsec);

	page->idle += waits;
	int number = real(set, info, seconds);
	page->signals += waits && number >= 0;
	page->idle -= waits;
	return number;
}

/* ---- what died, and where it hangs ---- */

static void say_calls(int number)
{
	void *frames[32];

	dprintf(trace, "signal %d\n", number);
	backtrace_symbols_fd(frames, backtrace(frames, 32), trace);
}

/* No thread keeps the signal off that asks where it is. */
int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
	REAL(pthread_sigmask);
	sigset_t less;

	if (set && how != SIG_UNBLOCK) {
		less = *set;
		sigdelset(&less, SIGRTMAX);
		set = &less;
	}
	return real(how, set, before);
}

static void watch_signals(void)
{
	static const int deadly[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
	struct sigaction action = { .sa_handler = say_calls, .sa_flags = SA_RESETHAND };

	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		sigaction(deadly[i], &action, NULL);
	action.sa_flags = SA_RESTART;
	sigaction(SIGRTMAX, &action, NULL);
}

/* ---- before main ---- */

static ssize_t read_in(void *unused, char *bytes, size_t size)
{
	(void)unused;
	return read(STDIN_FILENO, bytes, size);
}

static ssize_t write_out(void *fd, const char *bytes, size_t size)
{
	ssize_t done = write((int)(intptr_t)fd, bytes, size);
	return done < 0 ? 0 : done; /* fopencookie(3): it never returns less */
}

static int close_out(void *fd)
{
	return close((int)(intptr_t)fd);
}

FILE *fdopen(int fd, const char *mode)
{
	REAL(fdopen);
	if (file_fails(CALL_OPEN, "fdopen"))
		return NULL;
	if (*mode != 'w')
		return real(fd, mode);
	return fopencookie((void *)(intptr_t)fd, mode, (cookie_io_functions_t){ .write = write_out, .close = close_out });
}

/* The C library's own streams read and write behind the functions above. These take a small step each time. */
static void take_streams(void)
{
	static char out[256], in[256];

	stdin = fopencookie(NULL, "r", (cookie_io_functions_t){ .read = read_in });
	stdout = fopencookie((void *)STDOUT_FILENO, "w", (cookie_io_functions_t){ .write = write_out });
	if (!stdin || !stdout)
		abort();
	setvbuf(stdin, in, _IOFBF, sizeof in);
	setvbuf(stdout, out, _IOFBF, sizeof out);
}

static void say_end(int to, struct end end)
{
	if (write(to, &end, sizeof end) != sizeof end)
		_exit(1);
}

/* Returns in each child, whose standard input and output are at their beginnings. */
static void serve(int from, int to)
{
	char byte;

	while (read(from, &byte, 1) == 1) {
		lseek(STDIN_FILENO, 0, SEEK_SET);
		for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
			if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
				_exit(1);
		if (trace >= 0 && ftruncate(trace, 0))
			_exit(1);
		pid_t child = fork();
		if (child == 0) {
			close(from);
			close(to);
			return;
		}
		struct end end = { .pid = child };
		say_end(to, end);
		if (child < 0 || waitpid(child, &end.status, 0) != child)
			_exit(1);
		say_end(to, end);
	}
	_exit(0);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTS"), *says = getenv("FAULTS_TRACE"), *forks = getenv("FAULTS_FORK");
	void *frames[2];
	int from, to;

	dl_iterate_phdr(note_library, NULL);
	/* The first call loads a library. */
	backtrace(frames, 2);
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	struct page *mapped = mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		abort();
	if (says)
		trace = open(says, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	watch_signals();
	if (forks && sscanf(forks, "%d,%d", &from, &to) == 2) {
		take_streams();
		/* What fails is made known while it waits here, and is the child's. */
		serve(from, to);
	}
	mapped->live += unmapped.live;
	page = mapped;
}
