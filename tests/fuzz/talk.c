/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/talk.h"

#include "fuzz/fuzz.h"
#include "unit/random_site.h"

size_t talk_letter(struct text *line)
{
	static const char letters[TALK_SITES + 1] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *found = line->length ? memchr(letters, line->at[0], TALK_SITES) : NULL;

	*line = text_from(*line, 1);
	return found ? (size_t)(found - letters) : 0;
}

/* The folder that it is made from is of no use afterwards. */
struct generation *talk_site(size_t number)
{
	static struct generation *sites[TALK_SITES];
	uint64_t seed = number;
	void *folder;

	if (!sites[number]) {
		FUZZ_CHECK(random_limits_make(&folder) == 0);
		sites[number] = random_generation(&seed, number % 2);
		FUZZ_CHECK(random_limits_remove(&folder) == 0);
	}
	return sites[number];
}

struct text talk_until_nul(struct text t)
{
	return text_first(t, text_find(t, '\0', 0));
}

void talk_cut(struct text line, char byte, struct text *first, struct text *second)
{
	size_t cut = text_find(line, byte, 0);

	*first = talk_until_nul(text_first(line, cut));
	*second = talk_until_nul(text_from(line, cut + 1));
}

void talk_read(struct text rest, struct talk *talk)
{
	*talk = (struct talk){ .sender = TEXT("") };
	for (size_t i = 0; i < TALK_LINES && rest.length; i++) {
		struct text line = fuzz_line(&rest), tail = text_from(line, 1);
		switch (line.length ? line.at[0] : '\0') {
		case 'M':
			talk_cut(tail, '\t', &talk->sender, &talk->sender_form);
			break;
		case 'R':
			talk_cut(tail, '\t', &talk->recipients[talk->recipient_count].raw,
				&talk->recipients[talk->recipient_count].form);
			talk->recipient_count++;
			break;
		case 'H':
			talk_cut(tail, ':', &talk->headers[talk->header_count].name, &talk->headers[talk->header_count].value);
			talk->header_count++;
			break;
		case 'L':
			talk->login = talk_until_nul(tail);
			break;
		case 'Q':
			talk->queue = talk_until_nul(tail);
			break;
		case 'K':
			talk->limit = talk_until_nul(tail);
			break;
		}
	}
}
