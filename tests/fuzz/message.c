/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: lines. The first: a letter chooses one of 52 random sites, a second one the client's address. Then what comes over
 * the wire, the form of the MTA behind a tab: `M<sender>`, `R<recipient>`, `HName:value`.
 *
 * Promises, for whatever is sent: what is refused at a stage is refused when all of it is known; a message that passes every
 * stage passes in a look at the whole, too, and the other way round; a yes that is certain early is the yes of the whole;
 * a reply is one line of printable ASCII.
 */
#include "fuzz/fuzz.h"
#include "unit/random_site.h"

#include "ses/certain.h"
#include "ses/message.h"

#include <stdlib.h>
#include <string.h>

enum { SITES = 52, LINES = 40 };

struct talk {
	struct text sender, sender_form;
	struct {
		struct text raw, form;
		bool left; /* refused at RCPT: as if it had never been named */
	} recipients[LINES];
	size_t recipient_count;
	struct {
		struct text name, value;
	} headers[LINES];
	size_t header_count;
	struct client client;
};

static struct generation *sites[SITES];

/* The folder that they are made from is of no use afterwards. */
static void sites_make(void)
{
	void *folder;

	FUZZ_CHECK(random_limits_make(&folder) == 0);
	for (size_t i = 0; i < SITES; i++) {
		uint64_t seed = i;
		sites[i] = random_generation(&seed, i % 2);
	}
	FUZZ_CHECK(random_limits_remove(&folder) == 0);
}

static size_t letter(struct text *line)
{
	static const char letters[SITES + 1] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *found = line->length ? memchr(letters, line->at[0], SITES) : NULL;

	*line = text_from(*line, 1);
	return found ? (size_t)(found - letters) : 0;
}

/* libmilter hands over texts that end at their NUL. */
static struct text until_nul(struct text t)
{
	return text_first(t, text_find(t, '\0', 0));
}

static void two(struct text line, char byte, struct text *first, struct text *second)
{
	size_t cut = text_find(line, byte, 0);

	*first = until_nul(text_first(line, cut));
	*second = until_nul(text_from(line, cut + 1));
}

static void talk_read(struct text rest, struct talk *talk)
{
	for (size_t i = 0; i < LINES && rest.length; i++) {
		struct text line = fuzz_line(&rest), tail = text_from(line, 1);
		switch (line.length ? line.at[0] : '\0') {
		case 'M':
			two(tail, '\t', &talk->sender, &talk->sender_form);
			break;
		case 'R':
			two(tail, '\t', &talk->recipients[talk->recipient_count].raw,
				&talk->recipients[talk->recipient_count].form);
			talk->recipient_count++;
			break;
		case 'H':
			two(tail, ':', &talk->headers[talk->header_count].name, &talk->headers[talk->header_count].value);
			talk->header_count++;
			break;
		}
	}
}

/* How far it came: the last word, whether a yes was certain before the headers, and how many recipients were taken. */
struct course {
	struct outcome last;
	bool certain;
	size_t taken;
};

static const struct instant now = { .seconds = 1700000000 };

static bool goes_on(struct course *course, const struct message *message, struct outcome outcome, bool early)
{
	course->last = outcome;
	if (outcome.text && outcome.action != OUTCOME_CONTINUE)
		for (const char *c = outcome.text; *c; c++)
			FUZZ_CHECK(*c >= ' ' && *c <= '~');
	if (outcome.action == OUTCOME_CONTINUE && early && outcome.stage <= STAGE_DATA)
		course->certain = course->certain || certain_yes(message, outcome.stage);
	return outcome.action == OUTCOME_CONTINUE;
}

static struct course run(struct message *message, const struct generation *generation, struct talk *talk, bool early)
{
	struct course course = { 0 };

	message_begin(message, generation, &talk->client, &now, true);
	if (!goes_on(&course, message, message_sender(message, talk->sender, talk->sender_form, early), early))
		return course;
	for (size_t i = 0; i < talk->recipient_count; i++) {
		if (talk->recipients[i].left)
			continue;
		struct outcome outcome = message_recipient(message, talk->recipients[i].raw, talk->recipients[i].form, early);
		talk->recipients[i].left = outcome.action == OUTCOME_REFUSE;
		/* A yes at RCPT would hide the recipients that follow: here they do follow. */
		if (outcome.action == OUTCOME_TROUBLE) {
			course.last = outcome;
			return course;
		}
		course.taken += outcome.action == OUTCOME_CONTINUE;
	}
	if (!course.taken)
		return course;
	if (!goes_on(&course, message, message_data(message, early), early))
		return course;
	for (size_t i = 0; i < talk->header_count; i++)
		FUZZ_CHECK(message_header(message, talk->headers[i].name, talk->headers[i].value));
	if (early && !goes_on(&course, message, message_headers_end(message, true), true))
		return course;
	goes_on(&course, message, message_end(message), false);
	return course;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct message *message;
	struct text rest = fuzz_text(data, size), first = fuzz_line(&rest);
	struct talk talk = { .sender = TEXT("") };

	if (!message) {
		sites_make();
		message = message_new();
	}
	FUZZ_CHECK(message);
	const struct generation *generation = sites[letter(&first)];
	size_t address = letter(&first);
	if (address < RANDOM_ADDRESSES)
		FUZZ_CHECK(ip_parse(text_of(random_addresses[address]), &talk.client.ip));
	talk.client.tls = address & 4;
	talk.client.headers_complete = address & 8;
	talk_read(rest, &talk);
	struct course early = run(message, generation, &talk, true);
	/* The codes outlive the message. */
	enum outcome_action told = early.last.action;
	if (early.taken) {
		struct course whole = run(message, generation, &talk, false);
		FUZZ_CHECK((whole.last.action == OUTCOME_CONTINUE) == (told == OUTCOME_CONTINUE));
		FUZZ_CHECK(!early.certain || told == OUTCOME_CONTINUE);
	}
	message_clear(message);
	return 0;
}
