/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/account_files.h"

#include "ses/account_member.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHOWN_SIZE 512
#define REMEDY "let the user of the daemon read it"

static const char *show(const struct account_folder *folder, const char *name, char shown[SHOWN_SIZE])
{
	size_t used = strlen(text_escape(text_of(folder->path), shown, SHOWN_SIZE - 100));

	if (name)
		snprintf(shown + used, SHOWN_SIZE - used, "/%.80s", name);
	return shown;
}

static void tell(const struct account_folder *folder, const char *name, int error)
{
	char shown[SHOWN_SIZE];

	if (error == ENOMEM)
		fault_memory(folder->faults);
	else
		fault_system(folder->faults, error, error == ENOENT ? ACCOUNT_AGAIN : REMEDY, "account_state: %s",
			show(folder, name, shown));
}

/* May nobody but its owner write it? */
static bool is_owners(const struct account_folder *folder, const char *name, const struct stat *seen)
{
	char shown[SHOWN_SIZE];

	if (!(seen->st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	fault_add(folder->faults, "account_state: %s: others than its owner may write it (mode %04o); run chmod go-w on it",
		show(folder, name, shown), (unsigned)seen->st_mode & 07777);
	return false;
}

static bool open_at(struct account_folder *folder, int where, const char *name, const char *path)
{
	struct stat seen;

	folder->path = path;
	folder->descriptor = openat(where, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->descriptor < 0 || fstat(folder->descriptor, &seen))
		tell(folder, NULL, errno);
	else if (is_owners(folder, NULL, &seen))
		return true;
	account_folder_close(folder);
	return false;
}

bool account_folder_open(struct account_folder *folder, const char *path)
{
	return open_at(folder, AT_FDCWD, path, path);
}

bool account_folder_enter(const struct account_folder *folder, const char *name, struct account_folder *inner)
{
	const char *path = arena_printf(folder->arena, "%s/%s", folder->path, name);

	*inner = (struct account_folder){ .descriptor = -1, .arena = folder->arena, .faults = folder->faults };
	if (!path)
		fault_memory(folder->faults);
	return path && open_at(inner, folder->descriptor, name, path);
}

void account_folder_close(struct account_folder *folder)
{
	if (folder->descriptor >= 0)
		close(folder->descriptor);
	folder->descriptor = -1;
}

void account_folder_check(const struct account_folder *folder)
{
	const struct stat *before = &folder->state;
	char shown[SHOWN_SIZE];
	struct stat now;

	int gone = fstatat(folder->descriptor, "state.json", &now, 0);

	/* Taken away is changed, too. */
	if (gone && errno != ENOENT) {
		tell(folder, "state.json", errno);
		return;
	}
	if (!gone && now.st_ino == before->st_ino && now.st_size == before->st_size &&
		now.st_mtim.tv_sec == before->st_mtim.tv_sec && now.st_mtim.tv_nsec == before->st_mtim.tv_nsec)
		return;
	fault_add_as(folder->faults, FAULT_PASSING, "account_state: %s: has changed while it was read; reload again",
		show(folder, "state.json", shown));
}

/* All of an open file of `size` bytes. NULL and errno; EAGAIN: it has another size now. */
static char *read_all(int file, size_t size)
{
	char *bytes = malloc(size + 1);
	size_t used = 0;
	ssize_t got = 1;

	while (bytes && got) {
		got = read(file, bytes + used, size + 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0)
			used += (size_t)got;
		if (got >= 0 && (got ? used <= size : used == size))
			continue;
		int reason = got < 0 ? errno : EAGAIN;
		free(bytes);
		bytes = NULL;
		errno = reason;
	}
	return bytes;
}

/* What was opened is a file that may be believed, of this size at most. */
static bool is_good(const struct account_folder *folder, const char *name, const struct stat *seen, size_t limit)
{
	char shown[SHOWN_SIZE];

	if (!S_ISREG(seen->st_mode))
		fault_add(folder->faults, "account_state: %s: is no file; fetch the account's state again",
			show(folder, name, shown));
	else if (seen->st_size < 0 || (uintmax_t)seen->st_size > limit)
		fault_add(folder->faults, "account_state: %s: is larger than %zu bytes; fetch the account's state again",
			show(folder, name, shown), limit);
	else
		return is_owners(folder, name, seen);
	return false;
}

bool account_file_read(const struct account_folder *folder, const char *name, size_t limit, struct json_source *source,
	struct stat *seen)
{
	char shown[SHOWN_SIZE], *bytes = NULL;
	struct stat own, *status = seen ? seen : &own;
	/* Should it be a FIFO, opening must not wait for its writer. */
	int file = openat(folder->descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	*source = (struct json_source){ 0 };
	if (file < 0 || fstat(file, status))
		tell(folder, name, errno);
	else if (is_good(folder, name, status, limit) && !(bytes = read_all(file, (size_t)status->st_size)))
		tell(folder, name, errno);
	if (file >= 0)
		close(file);
	if (!bytes)
		return false;
	source->text = (struct text){ bytes, (size_t)status->st_size };
	source->file = arena_printf(folder->arena, "account_state: %s", show(folder, name, shown));
	if (source->file)
		return true;
	fault_memory(folder->faults);
	account_source_free(source);
	return false;
}

void account_source_free(struct json_source *source)
{
	free((char *)source->text.at);
	source->text = (struct text){ 0 };
}

json_t *account_json_read(const struct account_folder *folder, const char *name, struct json_source *source, struct stat *seen)
{
	if (!account_file_read(folder, name, ACCOUNT_FILE_MAX, source, seen))
		return NULL;
	json_t *root = json_source_read(source, folder->faults);
	if (root && !json_is_object(root)) {
		json_fault(source, NULL, folder->faults, "is no object; fetch the account's state again");
		json_decref(root);
		root = NULL;
	}
	return root;
}
