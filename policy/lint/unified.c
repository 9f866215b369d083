/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/unified.h"

#include "base/text_stream.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT UNIFIED_CONTEXT
/* Of longer parts that differ, not the shortest way is found, but one. */
#define COMPARED_MAX 500

struct lines {
	struct text *at;
	size_t count;
	bool unended; /* the last one has no newline */
};

static bool lines_split(struct text t, struct lines *out)
{
	size_t room = 1;

	for (size_t i = 0; i < t.length; i++)
		room += t.at[i] == '\n';
	*out = (struct lines){ .at = calloc(room, sizeof *out->at) };
	if (!out->at)
		return false;
	for (size_t at = 0; at < t.length;) {
		size_t end = text_find(t, '\n', at);
		out->at[out->count++] = text_first(text_from(t, at), end - at);
		out->unended = end == t.length;
		at = end + 1;
	}
	return true;
}

/* What becomes of the lines: those of both sides, in order. */
struct script {
	char *steps; /* ' ', '-' or '+' */
	size_t count;
};

static void script_add(struct script *script, char step, size_t count)
{
	memset(script->steps + script->count, step, count);
	script->count += count;
}

/* The longest common subsequence of a[0..n), b[0..m), by its lengths from behind. False when memory is short. */
static bool script_common(const struct text *a, size_t n, const struct text *b, size_t m, struct script *script)
{
	unsigned *length = calloc((n + 1) * (m + 1), sizeof *length);
	size_t i = n, j, row = m + 1;

	if (!length)
		return false;
	while (i-- > 0)
		for (j = m; j-- > 0;) {
			unsigned below = length[(i + 1) * row + j], right = length[i * row + j + 1];
			length[i * row + j] = text_equals(a[i], b[j]) ? length[(i + 1) * row + j + 1] + 1
				: below > right                       ? below
								      : right;
		}
	for (i = j = 0; i < n || j < m;) {
		if (i < n && j < m && text_equals(a[i], b[j])) {
			script_add(script, ' ', 1);
			i++, j++;
		} else if (i < n && (j == m || length[(i + 1) * row + j] >= length[i * row + j + 1])) {
			script_add(script, '-', 1);
			i++;
		} else {
			script_add(script, '+', 1);
			j++;
		}
	}
	free(length);
	return true;
}

static bool script_make(const struct lines *a, const struct lines *b, struct script *script)
{
	size_t least = a->count < b->count ? a->count : b->count, head = 0, tail = 0;

	*script = (struct script){ .steps = malloc(a->count + b->count + 1) };
	if (!script->steps)
		return false;
	while (head < least && text_equals(a->at[head], b->at[head]))
		head++;
	while (tail < least - head && text_equals(a->at[a->count - 1 - tail], b->at[b->count - 1 - tail]))
		tail++;
	size_t n = a->count - head - tail, m = b->count - head - tail;
	script_add(script, ' ', head);
	if (n > COMPARED_MAX || m > COMPARED_MAX) {
		script_add(script, '-', n);
		script_add(script, '+', m);
	} else if (!script_common(a->at + head, n, b->at + head, m, script)) {
		return false;
	}
	script_add(script, ' ', tail);
	return true;
}

/* Where a diff goes, and room for any of its lines, escaped. */
struct printing {
	FILE *out;
	char *shown;
	size_t room;
};

static void print_line(const struct printing *printing, char step, struct text line)
{
	FILE *out = printing->out;

	fputc(step, out);
	if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	for (size_t at = 0; at < line.length;) {
		size_t tab = text_find(line, '\t', at);
		fputs(text_escape(text_first(text_from(line, at), tab - at), printing->shown, printing->room), out);
		if (tab < line.length)
			fputc('\t', out);
		at = tab + 1;
	}
	fputc('\n', out);
}

/* Where a hunk that begins at `from` ends: CONTEXT lines behind its last change, which no other follows soon. */
static size_t hunk_end(const struct script *script, size_t from)
{
	size_t last = from, end;

	for (size_t i = from; i < script->count && i - last <= 2 * CONTEXT; i++)
		if (script->steps[i] != ' ')
			last = i;
	end = last + 1 + CONTEXT;
	return end < script->count ? end : script->count;
}

static void print_range(FILE *out, char sign, size_t first, size_t count)
{
	fprintf(out, " %c%zu", sign, count ? first + 1 : first);
	if (count != 1)
		fprintf(out, ",%zu", count);
}

static void print_hunk(const struct printing *printing, const struct script *script, size_t from, size_t to, const struct lines *a,
	const struct lines *b, size_t lines_before)
{
	size_t i = 0, j = 0, n = 0, m = 0;
	FILE *out = printing->out;

	for (size_t s = 0; s < from; s++) {
		i += script->steps[s] != '+';
		j += script->steps[s] != '-';
	}
	for (size_t s = from; s < to; s++) {
		n += script->steps[s] != '+';
		m += script->steps[s] != '-';
	}
	fputs("@@", out);
	print_range(out, '-', lines_before + i, n);
	print_range(out, '+', lines_before + j, m);
	fputs(" @@\n", out);
	for (size_t s = from; s < to; s++) {
		bool old = script->steps[s] != '+', last = old ? i + 1 == a->count && a->unended : j + 1 == b->count && b->unended;
		print_line(printing, script->steps[s], old ? a->at[i] : b->at[j]);
		if (last)
			fputs("\\ No newline at end of file\n", out);
		i += script->steps[s] != '+';
		j += script->steps[s] != '-';
	}
}

static void print_hunks(const struct printing *printing, const struct script *script, const struct lines *a, const struct lines *b,
	size_t lines_before)
{
	for (size_t s = 0; s < script->count; s++) {
		if (script->steps[s] == ' ')
			continue;
		size_t end = hunk_end(script, s);
		print_hunk(printing, script, s > CONTEXT ? s - CONTEXT : 0, end, a, b, lines_before);
		s = end - 1;
	}
}

const char *unified_diff(struct arena *arena, const char *name, struct text before, struct text after, size_t lines_before,
	bool ends)
{
	struct text_stream stream;
	struct lines a = { 0 }, b = { 0 };
	struct script script = { 0 };
	const char *made = NULL;
	FILE *out = text_stream_open(&stream) ? stream.out : NULL;
	/* Escaped, a byte becomes four. */
	struct printing printing = { .out = out, .room = 4 * (before.length > after.length ? before.length : after.length) + 8 };

	printing.shown = malloc(printing.room);
	bool good = out && printing.shown && lines_split(before, &a) && lines_split(after, &b) && script_make(&a, &b, &script);
	a.unended = a.unended && ends;
	b.unended = b.unended && ends;
	if (good) {
		fprintf(out, "--- %s\n+++ %s\n", name, name);
		print_hunks(&printing, &script, &a, &b, lines_before);
	}
	if (out && text_stream_close(&stream)) {
		if (good)
			made = arena_text(arena, (struct text){ stream.at, stream.length }).at;
		free(stream.at);
	}
	free(printing.shown);
	free(a.at);
	free(b.at);
	free(script.steps);
	return made;
}
