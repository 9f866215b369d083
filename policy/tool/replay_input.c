/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zlib.h>

bool replay_input_init(struct replay_input *input, const char *command, const struct word_list *files, unsigned chunks,
	bool progress)
{
	*input = (struct replay_input){ .command = command, .files = files, .progress = progress };
	input->full_end = &input->full;
	pthread_mutex_init(&input->lock, NULL);
	pthread_cond_init(&input->filled, NULL);
	pthread_cond_init(&input->emptied, NULL);
	for (unsigned i = 0; i < chunks; i++) {
		struct chunk *chunk = calloc(1, sizeof *chunk);
		if (!chunk)
			return false;
		chunk->next = input->empty;
		input->empty = chunk;
		chunk->bytes = malloc(CHUNK_SIZE);
		if (!chunk->bytes)
			return false;
	}
	return true;
}

static void free_list(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;
		free(chunk->bytes);
		free(chunk);
		chunk = next;
	}
}

void replay_input_free(struct replay_input *input)
{
	free_list(input->full);
	free_list(input->empty);
	pthread_cond_destroy(&input->filled);
	pthread_cond_destroy(&input->emptied);
	pthread_mutex_destroy(&input->lock);
}

/* NULL: stopped. */
static struct chunk *take_empty(struct replay_input *input)
{
	pthread_mutex_lock(&input->lock);
	while (!input->empty && !input->stop)
		pthread_cond_wait(&input->emptied, &input->lock);
	struct chunk *chunk = input->stop ? NULL : input->empty;
	if (chunk)
		input->empty = chunk->next;
	pthread_mutex_unlock(&input->lock);
	return chunk;
}

static void put_full(struct replay_input *input, struct chunk *chunk)
{
	pthread_mutex_lock(&input->lock);
	chunk->next = NULL;
	*input->full_end = chunk;
	input->full_end = &chunk->next;
	pthread_cond_signal(&input->filled);
	pthread_mutex_unlock(&input->lock);
}

struct chunk *replay_input_take(struct replay_input *input)
{
	pthread_mutex_lock(&input->lock);
	while (!input->full && !input->ended && !input->stop)
		pthread_cond_wait(&input->filled, &input->lock);
	struct chunk *chunk = input->stop ? NULL : input->full;
	if (chunk) {
		input->full = chunk->next;
		if (!input->full)
			input->full_end = &input->full;
	}
	pthread_mutex_unlock(&input->lock);
	return chunk;
}

void replay_input_give_back(struct replay_input *input, struct chunk *chunk, size_t records)
{
	pthread_mutex_lock(&input->lock);
	chunk->next = input->empty;
	input->empty = chunk;
	input->records += records;
	pthread_cond_signal(&input->emptied);
	pthread_mutex_unlock(&input->lock);
}

static void set(struct replay_input *input, bool *what)
{
	pthread_mutex_lock(&input->lock);
	*what = true;
	pthread_cond_broadcast(&input->filled);
	pthread_cond_broadcast(&input->emptied);
	pthread_mutex_unlock(&input->lock);
}

void replay_input_stop(struct replay_input *input)
{
	set(input, &input->stop);
}

/* One file on its way. */
struct input_source {
	const char *command, *name;
	gzFile file;
	off_t size; /* of the file; 0: not known */
	char *rest; /* what begins a line that is not at its end yet */
	size_t rest_length;
};

static void show_progress(struct replay_input *input, const struct input_source *source, bool last)
{
	static struct timespec shown;
	struct timespec now;

	if (!input->progress)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!last && (now.tv_sec - shown.tv_sec) * 1000 + (now.tv_nsec - shown.tv_nsec) / 1000000 < 200)
		return;
	shown = now;
	if (last) {
		fputs("\r\033[K", stderr);
		return;
	}
	pthread_mutex_lock(&input->lock);
	unsigned long long records = input->records;
	pthread_mutex_unlock(&input->lock);
	int tenths = source->size ? (int)(40 * gzoffset(source->file) / source->size) : 0;
	fprintf(stderr, "\r\033[K%s [%-40.*s] %llu records", source->name, tenths, "########################################",
		records);
}

static bool fault(const struct input_source *source, const char *what)
{
	fprintf(stderr, "ses-policy %s: %s: %s\n", source->command, source->name, what);
	return false;
}

static const char *read_error(const struct input_source *source)
{
	int number;
	const char *text = gzerror(source->file, &number);

	return number == Z_ERRNO ? strerror(errno) : number == Z_BUF_ERROR ? "ends in the middle of the compressed data" : text;
}

/* Fill a chunk with whole lines; a last line without its end counts as one. */
static bool fill(struct input_source *source, struct chunk *chunk, bool *ended)
{
	size_t length = source->rest_length;

	memcpy(chunk->bytes, source->rest, length);
	source->rest_length = 0;
	while (length < CHUNK_SIZE && !*ended) {
		int got = gzread(source->file, chunk->bytes + length, CHUNK_SIZE - (unsigned)length);
		if (got < 0)
			return fault(source, read_error(source));
		*ended = got == 0;
		length += (size_t)got;
	}
	/* zlib tells of data that is cut off only with the end. */
	if (*ended) {
		int number;
		gzerror(source->file, &number);
		chunk->length = length;
		return number == Z_OK || number == Z_STREAM_END || fault(source, read_error(source));
	}
	char *end = memrchr(chunk->bytes, '\n', length);
	if (!end)
		return fault(source, "holds a line of more than 4 MiB; is it a file of decision records?");
	chunk->length = (size_t)(end + 1 - chunk->bytes);
	source->rest_length = length - chunk->length;
	memcpy(source->rest, end + 1, source->rest_length);
	return true;
}

static bool read_source(struct replay_input *input, struct input_source *source, unsigned file, uint64_t *number)
{
	for (bool ended = false; !ended;) {
		struct chunk *chunk = take_empty(input);
		if (!chunk)
			return false;
		chunk->number = (*number)++;
		chunk->file = file;
		if (!fill(source, chunk, &ended)) {
			replay_input_give_back(input, chunk, 0);
			return false;
		}
		put_full(input, chunk);
		show_progress(input, source, false);
	}
	return true;
}

static bool read_file_at(struct replay_input *input, unsigned file, uint64_t *number)
{
	bool standard = !strcmp(input->files->at[file], "-");
	struct input_source source = { .command = input->command, .name = standard ? "standard input" : input->files->at[file] };
	int fd = standard ? dup(STDIN_FILENO) : open(source.name, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return fault(&source, strerror(errno));
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
		close(fd);
		return fault(&source, "is a folder; name its files");
	}
	source.size = S_ISREG(status.st_mode) ? status.st_size : 0;
	source.file = gzdopen(fd, "rb");
	source.rest = malloc(CHUNK_SIZE);
	if (!source.file)
		close(fd);
	bool good = source.file && source.rest ? gzbuffer(source.file, 1 << 18) == 0 && read_source(input, &source, file, number)
					       : fault(&source, "memory is short");
	free(source.rest);
	if (source.file)
		gzclose(source.file);
	return good;
}

bool replay_input_read(struct replay_input *input)
{
	uint64_t number = 0;
	bool good = true;

	for (unsigned i = 0; i < input->files->count && !input->stop; i++)
		good = read_file_at(input, i, &number) && good;
	show_progress(input, NULL, true);
	set(input, &input->ended);
	return good;
}
