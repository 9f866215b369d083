/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults: put in front of the C library (LD_PRELOAD), it makes the n-th allocation, look at a file, or start of a thread
 * fail, once or from there on. A test tells it what and when while the program runs, by a page that both map: the file
 * that the variable FAULTS names, laid out as struct page is (tests/lib/faults.py).
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
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum fault_mode { MODE_OFF, MODE_ONCE, MODE_ON };

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
	_Atomic int64_t live; /* allocations that were not given back */
};

enum call { CALL_OPEN = 1, CALL_READ = 2, CALL_LIST = 4, CALL_STAT = 8, CALL_WRITE = 16 };

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

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTS"), *says = getenv("FAULTS_TRACE");
	void *frames[2];

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
	mapped->live += unmapped.live;
	page = mapped;
	if (says)
		trace = open(says, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

/* Is it this call's turn? */
static bool fails(struct group *group, const char *what)
{
	enum fault_mode mode = (enum fault_mode)group->mode;
	void *frames[24];

	if (mode == MODE_OFF)
		return false;
	int64_t count = ++group->count;
	if (mode == MODE_ONCE ? count != group->n : count < group->n)
		return false;
	group->failed++;
	if (trace >= 0 && count == group->n) {
		dprintf(trace, "%s %lld\n", what, (long long)count);
		backtrace_symbols_fd(frames, backtrace(frames, 24), trace);
	}
	return true;
}

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

/* The C library's own function of that name. */
#define REAL(name) \
	static __typeof__(name) *real; \
	if (!real) \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int open(const char *path, int flags, ...)
{
	REAL(open);
	va_list arguments;

	va_start(arguments, flags);
	int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return file_fails(CALL_OPEN, "open") ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	REAL(openat);
	va_list arguments;

	va_start(arguments, flags);
	int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return file_fails(CALL_OPEN, "openat") ? -1 : real(folder, path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	REAL(fopen);
	return file_fails(CALL_OPEN, "fopen") ? NULL : real(path, mode);
}

/* Sockets and pipes are not files. */
static bool is_file(int fd)
{
	struct stat status;
	int before = errno;
	static int (*real)(int fd, struct stat *status);

	if (!real)
		real = (int (*)(int, struct stat *))dlsym(RTLD_NEXT, "fstat");
	bool is = real(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
	errno = before;
	return is;
}

ssize_t read(int fd, void *bytes, size_t size)
{
	REAL(read);
	return page->files.mode && is_file(fd) && file_fails(CALL_READ, "read") ? -1 : real(fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
	REAL(pread);
	return page->files.mode && is_file(fd) && file_fails(CALL_READ, "pread") ? -1 : real(fd, bytes, size, at);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	REAL(write);
	return page->files.mode && fd > STDERR_FILENO && is_file(fd) && file_fails(CALL_WRITE, "write") ? -1
													: real(fd, bytes, size);
}

DIR *opendir(const char *path)
{
	REAL(opendir);
	return file_fails(CALL_OPEN, "opendir") ? NULL : real(path);
}

struct dirent *readdir(DIR *folder)
{
	REAL(readdir);
	return file_fails(CALL_LIST, "readdir") ? NULL : real(folder);
}

int fstat(int fd, struct stat *status)
{
	REAL(fstat);
	return file_fails(CALL_STAT, "fstat") ? -1 : real(fd, status);
}

int stat(const char *path, struct stat *status)
{
	REAL(stat);
	return file_fails(CALL_STAT, "stat") ? -1 : real(path, status);
}

int lstat(const char *path, struct stat *status)
{
	REAL(lstat);
	return file_fails(CALL_STAT, "lstat") ? -1 : real(path, status);
}

int euidaccess(const char *path, int mode)
{
	REAL(euidaccess);
	return file_fails(CALL_STAT, "euidaccess") ? -1 : real(path, mode);
}

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
