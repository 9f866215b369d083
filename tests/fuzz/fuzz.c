/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_broken(const char *file, int line, const char *promise)
{
	fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
	abort();
}

struct text fuzz_line(struct text *rest)
{
	size_t end = text_find(*rest, '\n', 0);
	struct text line = text_first(*rest, end);

	*rest = text_from(*rest, end + 1);
	return line;
}

size_t fuzz_lines(struct text input, struct text *lines, size_t room)
{
	size_t count = 0;

	while (count < room && input.length)
		lines[count++] = fuzz_line(&input);
	return count;
}

/* FNV-1a */
uint64_t fuzz_hash(struct text input)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < input.length; i++)
		h = (h ^ (unsigned char)input.at[i]) * 0x100000001b3u;
	return h;
}

/* splitmix64 */
uint64_t fuzz_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

bool fuzz_printable(struct text t)
{
	if (!text_is_utf8(t))
		return false;
	for (size_t i = 0; i < t.length; i++) {
		unsigned char byte = (unsigned char)t.at[i];

		if (byte < 0x20 || byte == 0x7f)
			return false;
		/* U+0080 to U+009F: control characters too. */
		if (byte == 0xc2 && (unsigned char)t.at[i + 1] < 0xa0)
			return false;
	}
	return true;
}

void fuzz_faults(const struct faults *faults, const char *file)
{
	size_t kept = 0;

	for (const struct fault *fault = faults->first; fault; fault = fault->next, kept++) {
		const char *remedy = strstr(fault->text, "; ");

		FUZZ_CHECK(fuzz_printable(text_of(fault->text)));
		FUZZ_CHECK(text_starts_with(text_of(fault->text), text_of(file)));
		FUZZ_CHECK(remedy && remedy[2]);
	}
	FUZZ_CHECK(kept <= FAULTS_KEPT);
	FUZZ_CHECK(faults->count == kept || (faults->count > kept && kept == FAULTS_KEPT));
	FUZZ_CHECK(!faults->out_of_memory);
}
