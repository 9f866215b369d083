/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/replay_worker.h"

#include "tool/replay_decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers that are remembered: a power of two. Longer keys are evaluated anew. */
#define MEMO_ROOM 32768
#define MEMO_KEY 500

struct replay_answer {
	struct judgement now, before; /* before: of the old policies */
};

struct memo {
	uint64_t hash;
	unsigned short length;
	char key[MEMO_KEY];
	struct replay_answer answer;
};

/* What a worker needs from record to record. */
struct desk {
	struct replay_worker *worker;
	struct message *message;
	struct replay_record record;
	struct arena arena; /* one record long */
	struct memo *memos;
	struct replay_needs needs; /* of both sets of policies */
};

static bool put(char *key, size_t *used, struct text text)
{
	if (*used + text.length + 1 > MEMO_KEY)
		return false;
	if (text.length)
		memcpy(key + *used, text.at, text.length);
	*used += text.length;
	key[(*used)++] = '\0';
	return true;
}

/*
 * All of the message, which has been reduced to what counts, with a NUL behind each part. 0: too long to be remembered,
 * or there may be a NUL in a part: jansson read it, for its escapes.
 */
static size_t memo_key(const struct replay_record *record, char key[MEMO_KEY])
{
	size_t used = 0;

	if (record->root)
		return 0;
	key[used++] = record->tls ? 't' : 'f';
	for (enum record_text text = RECORD_MESSAGE; text < RECORD_TEXTS; text++)
		if (!put(key, &used, record->of[text]))
			return 0;
	if (!put(key, &used, record->has_from ? TEXT("from") : TEXT("")) || !put(key, &used, record->raw))
		return 0;
	for (size_t i = 0; i < record->from_count; i++) {
		const struct record_mailbox *one = &record->from[i];
		if (!put(key, &used, one->address) || !put(key, &used, one->name) ||
			!put(key, &used, one->named ? TEXT("named") : TEXT("")))
			return 0;
	}
	/* A newline is in no address: the lists do not run into one another. */
	if (!put(key, &used, TEXT("\n")))
		return 0;
	for (size_t i = 0; i < record->completed_count; i++)
		if (!put(key, &used, record->completed[i].address) || !put(key, &used, record->completed[i].as))
			return 0;
	if (!put(key, &used, TEXT("\n")))
		return 0;
	for (size_t i = 0; i < record->recipient_count; i++)
		if (!put(key, &used, record->recipients[i]))
			return 0;
	return used;
}

static uint64_t hash_key(const char *key, size_t length)
{
	uint64_t hash = length * 0x9e3779b97f4a7c15, word;

	for (; length >= sizeof word; key += sizeof word, length -= sizeof word) {
		memcpy(&word, key, sizeof word);
		hash = (hash ^ word) * 0x9fb21c651e98df25;
		hash ^= hash >> 29;
	}
	word = 0;
	memcpy(&word, key, length);
	hash = (hash ^ word) * 0x9fb21c651e98df25;
	return hash ^ (hash >> 32);
}

static bool decide(struct desk *desk, struct replay_answer *out)
{
	const struct replay *replay = desk->worker->replay;

	arena_reset(&desk->arena);
	return replay_decide(desk->message, replay->policies, &desk->record, &desk->arena, &out->now) &&
		(!replay->old || replay_decide(desk->message, replay->old, &desk->record, &desk->arena, &out->before));
}

/* The same by memory, if it is there. */
static bool answer(struct desk *desk, struct replay_answer *out)
{
	char key[MEMO_KEY];
	size_t length = memo_key(&desk->record, key);

	if (!length)
		return decide(desk, out);
	uint64_t hash = hash_key(key, length);
	struct memo *memo = &desk->memos[hash & (MEMO_ROOM - 1)];
	if (memo->hash != hash || memo->length != length || memcmp(memo->key, key, length) != 0) {
		if (!decide(desk, &memo->answer)) {
			memo->length = 0;
			return false;
		}
		memo->hash = hash;
		memo->length = (unsigned short)length;
		memcpy(memo->key, key, length);
	}
	*out = memo->answer;
	return true;
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
		return true;
	}
	replay_reduce(&desk->record, &desk->needs);
	if (!answer(desk, &found))
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
	struct desk desk = { .worker = worker, .message = message_new(), .memos = calloc(MEMO_ROOM, sizeof *desk.memos) };
	struct replay_input *input = worker->replay->input;
	struct chunk *chunk;

	replay_find_needs(worker->replay->policies, &desk.needs);
	if (worker->replay->old)
		replay_find_needs(worker->replay->old, &desk.needs);
	worker->failed = !desk.message || !desk.memos;
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
	free(desk.memos);
	return NULL;
}

void replay_worker_free(struct replay_worker *worker)
{
	replay_tally_free(&worker->tally);
	free(worker->chunks);
}
