/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_worker.h"

#include "tool/replay_decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay_answer {
	struct judgement now, before; /* before: of the old policies */
};

/* What a worker needs from record to record. */
struct desk {
	struct replay_worker *worker;
	struct message *message;
	struct replay_record record;
	struct arena arena; /* one record long */
};

static bool decide(struct desk *desk, uint64_t order, struct replay_answer *out)
{
	const struct replay *replay = desk->worker->replay;

	arena_reset(&desk->arena);
	return replay_decide(desk->message, replay->policies, &desk->record, &desk->arena, &out->now) &&
		(!generation_counts(replay->policies) ||
			replay_quota_take(&desk->worker->quota, desk->message, &desk->record, &out->now, order)) &&
		(!replay->old || replay_decide(desk->message, replay->old, &desk->record, &desk->arena, &out->before));
}

static struct text address_domain(struct text address)
{
	const char *at = address.length ? memrchr(address.at, '@', address.length) : NULL;

	return at ? text_from(address, (size_t)(at + 1 - address.at)) : TEXT("");
}

static enum change change_of(const struct judgement *now, const struct judgement *before)
{
	if (now->refused != before->refused)
		return now->refused ? CHANGE_REFUSED : CHANGE_ALLOWED;
	if (!now->refused)
		return CHANGE_NONE;
	/* What no statement decided has no name to compare. */
	if (now->statement < 0 || before->statement < 0)
		return (now->statement < 0) == (before->statement < 0) ? CHANGE_NONE : CHANGE_STATEMENT;
	return now->statement == before->statement && text_equals(now->policy, before->policy) ? CHANGE_NONE : CHANGE_STATEMENT;
}

static bool tell(struct desk *desk, enum change change, const struct replay_answer *answer, uint64_t order)
{
	const struct judgement *by = change == CHANGE_ALLOWED ? &answer->before : &answer->now;
	const struct replay_record *record = &desk->record;
	size_t number = by->recipient < record->recipient_count ? by->recipient : 0;
	struct text recipient = record->recipient_count ? record->recipients[number] : TEXT("");
	const char *word = by->reason == REASON_NONE ? "recorded" : reason_rows[by->reason].word;
	char index[24];

	snprintf(index, sizeof index, "%d", by->statement + 1);
	struct replay_group group = {
		.change = change,
		.policy = by->policy,
		.sid = by->sid.length ? by->sid : text_of(by->statement < 0 ? word : index),
		.sender_domain = address_domain(record->of[RECORD_SENDER]),
		.recipient_domain = address_domain(recipient),
	};
	const struct example example = {
		.order = order,
		.id = record->of[RECORD_ID],
		.queue_id = record->of[RECORD_QUEUE_ID],
		.sender = record->of[RECORD_SENDER],
		.recipient = recipient,
		.stage = stage_name(by->stage),
	};
	return replay_tally_add(&desk->worker->tally, &group, &example);
}

/* False when memory is short. */
static bool take_record(struct desk *desk, uint64_t order)
{
	struct replay_tally *tally = &desk->worker->tally;
	struct judgement recorded;
	struct replay_answer found;

	tally->records++;
	if (!replay_recorded(&desk->record, &recorded)) {
		tally->skipped++;
		desk->worker->quota.unknown += generation_counts(desk->worker->replay->policies) &&
			replay_was_cut_short(&desk->record);
		return true;
	}
	if (!decide(desk, order, &found))
		return false;
	if (!desk->worker->replay->old)
		found.before = recorded;
	if (found.now.unknown || found.before.unknown) {
		tally->unknown++;
		return true;
	}
	enum change change = change_of(&found.now, &found.before);
	tally->changes[change]++;
	return change == CHANGE_NONE || tell(desk, change, &found, order);
}

static void note_invalid(struct replay_worker *worker, const struct chunk *chunk, size_t line)
{
	if (worker->invalid_count < INVALID_KEPT)
		worker->invalid[worker->invalid_count++] = (struct invalid_line){ chunk->number, chunk->file, line };
	worker->tally.invalid++;
}

static bool note_lines(struct replay_worker *worker, const struct chunk *chunk, size_t lines)
{
	if (worker->chunk_count == worker->chunk_room) {
		size_t room = worker->chunk_room ? 2 * worker->chunk_room : 64;
		struct chunk_lines *grown = reallocarray(worker->chunks, room, sizeof *grown);
		if (!grown)
			return false;
		worker->chunks = grown;
		worker->chunk_room = room;
	}
	worker->chunks[worker->chunk_count++] = (struct chunk_lines){ chunk->number, chunk->file, lines };
	return true;
}

/* False when memory is short. */
static bool take_chunk(struct desk *desk, const struct chunk *chunk)
{
	struct text all = { chunk->bytes, chunk->length };
	size_t lines = 0;

	for (size_t at = 0; at < all.length; lines++) {
		size_t end = text_find(all, '\n', at);
		struct text line = { all.at + at, end - at };
		at = end + 1;
		if (!line.length)
			continue;
		switch (replay_record_read(&desk->record, line)) {
		case RECORD_MEMORY:
			return false;
		case RECORD_INVALID:
			note_invalid(desk->worker, chunk, lines);
			break;
		case RECORD_READ:
			/* No chunk has 2^24 lines. */
			if (!take_record(desk, chunk->number << 24 | lines))
				return false;
		}
	}
	return note_lines(desk->worker, chunk, lines);
}

void *replay_worker_run(void *argument)
{
	struct replay_worker *worker = argument;
	struct desk desk = { .worker = worker, .message = message_new() };
	struct replay_input *input = worker->replay->input;
	struct chunk *chunk;

	worker->failed = !desk.message;
	while (!worker->failed && (chunk = replay_input_take(input))) {
		size_t before = worker->tally.records;
		worker->failed = !take_chunk(&desk, chunk);
		replay_input_give_back(input, chunk, worker->tally.records - before);
	}
	if (worker->failed)
		replay_input_stop(input);
	message_free(desk.message);
	replay_record_free(&desk.record);
	arena_free(&desk.arena);
	return NULL;
}

void replay_worker_free(struct replay_worker *worker)
{
	replay_tally_free(&worker->tally);
	replay_quota_free(&worker->quota);
	free(worker->chunks);
}
