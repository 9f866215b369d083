/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/report_records.h"

#include "tool/replay_input.h"

#include <stdio.h>
#include <unistd.h>

/* One is filled while one is looked at. */
#define CHUNKS 3
#define INVALID_TOLD 10

struct records_reader {
	struct replay_input input;
	const struct word_list *files;
	struct report_tally *tally;
	struct replay_record record;
	unsigned file;  /* the one that the lines are of */
	uint64_t lines; /* of it, so far */
	bool memory_short;
};

/* False when memory is short. */
static bool take_line(struct records_reader *reader, struct text line)
{
	switch (replay_record_read(&reader->record, line)) {
	case RECORD_MEMORY:
		return false;
	case RECORD_READ:
		return report_tally_add(reader->tally, &reader->record);
	case RECORD_INVALID:
		break;
	}
	if (reader->tally->invalid++ < INVALID_TOLD)
		fprintf(stderr, "ses-policy report: %s:%llu: no decision record; it was left out\n",
			reader->files->at[reader->file], (unsigned long long)reader->lines);
	return true;
}

static bool take_chunk(struct records_reader *reader, const struct chunk *chunk)
{
	struct text all = { chunk->bytes, chunk->length };

	if (chunk->file != reader->file)
		reader->lines = 0;
	reader->file = chunk->file;
	for (size_t at = 0; at < all.length;) {
		size_t end = text_find(all, '\n', at);
		struct text line = { all.at + at, end - at };
		at = end + 1;
		reader->lines++;
		if (line.length && !take_line(reader, line))
			return false;
	}
	return true;
}

static void *take_all(void *argument)
{
	struct records_reader *reader = argument;
	struct chunk *chunk;

	while (!reader->memory_short && (chunk = replay_input_take(&reader->input))) {
		uint64_t before = reader->tally->records;
		reader->memory_short = !take_chunk(reader, chunk);
		replay_input_give_back(&reader->input, chunk, (size_t)(reader->tally->records - before));
	}
	if (reader->memory_short)
		replay_input_stop(&reader->input);
	return NULL;
}

bool report_records(const struct word_list *files, struct report_tally *tally)
{
	struct records_reader reader = { .files = files, .tally = tally };
	bool good = report_tally_init(tally);
	pthread_t thread;

	good = replay_input_init(&reader.input, "report", files, CHUNKS, isatty(STDERR_FILENO)) && good;
	reader.memory_short = !good || pthread_create(&thread, NULL, take_all, &reader) != 0;
	if (!reader.memory_short) {
		good = replay_input_read(&reader.input);
		pthread_join(thread, NULL);
	}
	if (reader.memory_short)
		fputs("ses-policy report: memory is short\n", stderr);
	replay_record_free(&reader.record);
	replay_input_free(&reader.input);
	return good && !reader.memory_short;
}
