/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/short_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_fstatat(int folder, const char *path, struct stat *status, int flags);
DIR *__real_fdopendir(int folder);
ssize_t __real_read(int file, void *bytes, size_t size);
int __real_fstat(int file, struct stat *status);
int __real_stat(const char *path, struct stat *status);
int __real_lstat(const char *path, struct stat *status);
DIR *__real_opendir(const char *path);
struct dirent *__real_readdir(DIR *folder);
int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags);
DIR *__wrap_fdopendir(int folder);
ssize_t __wrap_read(int file, void *bytes, size_t size);
int __wrap_fstat(int file, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);
int __wrap_lstat(const char *path, struct stat *status);
DIR *__wrap_opendir(const char *path);
struct dirent *__wrap_readdir(DIR *folder);

static size_t fails_at, asked;
static int reason, from_there;

void short_files(size_t n, int error, int on)
{
	fails_at = n;
	reason = error;
	from_there = on;
	asked = 0;
}

size_t short_files_count(void)
{
	return asked;
}

static bool fails(void)
{
	asked++;
	if (!fails_at || (from_there ? asked < fails_at : asked != fails_at))
		return false;
	errno = reason;
	return true;
}

int __wrap_open(const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	int mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return fails() ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	va_list arguments;

	va_start(arguments, flags);
	int mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
	va_end(arguments);
	return fails() ? -1 : __real_openat(folder, path, flags, mode);
}

int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags)
{
	return fails() ? -1 : __real_fstatat(folder, path, status, flags);
}

DIR *__wrap_fdopendir(int folder)
{
	return fails() ? NULL : __real_fdopendir(folder);
}

ssize_t __wrap_read(int file, void *bytes, size_t size)
{
	return fails() ? -1 : __real_read(file, bytes, size);
}

int __wrap_fstat(int file, struct stat *status)
{
	return fails() ? -1 : __real_fstat(file, status);
}

int __wrap_stat(const char *path, struct stat *status)
{
	return fails() ? -1 : __real_stat(path, status);
}

int __wrap_lstat(const char *path, struct stat *status)
{
	return fails() ? -1 : __real_lstat(path, status);
}

DIR *__wrap_opendir(const char *path)
{
	return fails() ? NULL : __real_opendir(path);
}

struct dirent *__wrap_readdir(DIR *folder)
{
	return fails() ? NULL : __real_readdir(folder);
}
