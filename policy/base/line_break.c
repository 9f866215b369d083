/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/line_break.h"

typedef unsigned char sixteen __attribute__((vector_size(16)));

static inline sixteen load(const char *at)
{
	sixteen bytes;

	memcpy(&bytes, at, sizeof bytes);
	return bytes;
}

/* All bits of a byte are set where it is that one. */
static inline sixteen are(sixteen bytes, char byte)
{
	return (sixteen)(bytes == (unsigned char)byte);
}

static inline sixteen breaks(sixteen bytes)
{
	return are(bytes, '\r') | are(bytes, '\n');
}

static inline bool any(sixteen bytes)
{
	uint64_t halves[2];

	memcpy(halves, &bytes, sizeof halves);
	return halves[0] | halves[1];
}

/* All bytes of one that is shorter than sixteen, and not empty; some of them twice. */
static inline sixteen load_short(struct text t)
{
	uint64_t halves[2] = { 0 };
	const char *end = t.at + t.length;
	sixteen bytes;

	if (t.length >= 8) {
		memcpy(&halves[0], t.at, 8);
		memcpy(&halves[1], end - 8, 8);
	} else if (t.length >= 4) {
		memcpy(&halves[0], t.at, 4);
		memcpy(&halves[1], end - 4, 4);
	} else {
		halves[0] = (uint64_t)(unsigned char)t.at[0] << 8 | (unsigned char)end[-1];
		halves[1] = (unsigned char)t.at[t.length / 2];
	}
	memcpy(&bytes, halves, sizeof bytes);
	return bytes;
}

static inline bool has_any(struct text t)
{
	if (t.length < sizeof(sixteen))
		return t.length && any(breaks(load_short(t)));
	/* The last sixteen may overlap those before. */
	const char *last = t.at + t.length - sizeof(sixteen);
	sixteen found = breaks(load(last));
	for (const char *at = t.at; at < last; at += sizeof(sixteen))
		found |= breaks(load(at));
	return any(found);
}

/* What the break at a byte needs behind it, `next` being the bytes behind `bytes`, is not there. */
static inline sixteen wrong(sixteen bytes, sixteen next)
{
	return (are(bytes, '\r') & ~are(next, '\n')) | (are(bytes, '\n') & ~(are(next, ' ') | are(next, '\t')));
}

/* There is a line break. The same as above, but of sixteen bytes and those behind each. */
__attribute__((noinline)) static bool folds(struct text t)
{
	const char *end = t.at + t.length, *at = t.at;
	sixteen found = { 0 };

	if (end[-1] == '\r' || end[-1] == '\n')
		return false;
	for (; end - at > (ptrdiff_t)sizeof found; at += sizeof found)
		found |= wrong(load(at), load(at + 1));
	for (; at + 1 < end; at++)
		if ((at[0] == '\r' && at[1] != '\n') || (at[0] == '\n' && at[1] != ' ' && at[1] != '\t'))
			return false;
	return !any(found);
}

bool line_break_folds_all(struct text t)
{
	return !has_any(t) || folds(t);
}
