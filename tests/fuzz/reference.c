/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/reference.h"

bool reference_add(struct reference *pattern, struct text t, bool literal)
{
	if (t.length > REFERENCE_SYMBOLS - pattern->count)
		return false;
	for (size_t i = 0; i < t.length; i++) {
		char byte = t.at[i];

		pattern->symbols[pattern->count].byte = byte;
		pattern->symbols[pattern->count++].kind = literal ? REFERENCE_BYTE
			: byte == '*'                             ? REFERENCE_RUN
			: byte == '?'                             ? REFERENCE_ONE
								  : REFERENCE_BYTE;
	}
	return true;
}

/*
 * Row by row: which starts of the value do the first so many symbols cover? A
 * `?` takes one whole character, counted from the start of the value.
 */
bool reference_match(const struct reference *pattern, struct text value, bool fold)
{
	size_t next[REFERENCE_LONGEST + 1] = { 0 }; /* where the character that begins here ends; 0: none begins here */
	bool covered[REFERENCE_LONGEST + 1] = { true };

	for (size_t at = 0; at < value.length; at = next[at])
		next[at] = at + text_character(value, at);
	for (size_t i = 0; i < pattern->count; i++) {
		bool row[REFERENCE_LONGEST + 1] = { false }, run = false;
		char byte = pattern->symbols[i].byte;

		for (size_t at = 0; at <= value.length; at++) {
			run |= covered[at];
			switch (pattern->symbols[i].kind) {
			case REFERENCE_RUN:
				row[at] = run;
				break;
			case REFERENCE_ONE:
				if (at < value.length && covered[at] && next[at])
					row[next[at]] = true;
				break;
			case REFERENCE_BYTE:
				if (at < value.length && covered[at] &&
					(value.at[at] == byte || (fold && text_lower(value.at[at]) == text_lower(byte))))
					row[at + 1] = true;
				break;
			}
		}
		for (size_t at = 0; at <= value.length; at++)
			covered[at] = row[at];
	}
	return covered[value.length];
}
