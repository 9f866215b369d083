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
#include "fuzz/talk.h"
#include "unit/random_site.h"

#include "ses/certain.h"
#include "ses/message.h"

#include <stdlib.h>
#include <string.h>

struct sent {
	struct talk talk;
	struct client client;
	bool left[TALK_LINES]; /* refused at RCPT: as if it had never been named */
};

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

static struct course run(struct message *message, const struct generation *generation, struct sent *sent, bool early)
{
	const struct talk *talk = &sent->talk;
	struct course course = { 0 };

	message_begin(message, generation, &sent->client, &now, true);
	if (!goes_on(&course, message, message_sender(message, talk->sender, talk->sender_form, early), early))
		return course;
	for (size_t i = 0; i < talk->recipient_count; i++) {
		if (sent->left[i])
			continue;
		struct outcome outcome = message_recipient(message, talk->recipients[i].raw, talk->recipients[i].form, early);
		sent->left[i] = outcome.action == OUTCOME_REFUSE;
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
	struct sent sent = { .left = { false } };

	if (!message)
		message = message_new();
	FUZZ_CHECK(message);
	const struct generation *generation = talk_site(talk_letter(&first));
	size_t address = talk_letter(&first);
	if (address < RANDOM_ADDRESSES)
		FUZZ_CHECK(ip_parse(text_of(random_addresses[address]), &sent.client.ip));
	sent.client.tls = address & 4;
	sent.client.headers_complete = address & 8;
	talk_read(rest, &sent.talk);
	struct course early = run(message, generation, &sent, true);
	/* The codes outlive the message. */
	enum outcome_action told = early.last.action;
	if (early.taken) {
		struct course whole = run(message, generation, &sent, false);
		FUZZ_CHECK((whole.last.action == OUTCOME_CONTINUE) == (told == OUTCOME_CONTINUE));
		FUZZ_CHECK(!early.certain || told == OUTCOME_CONTINUE);
	}
	message_clear(message);
	return 0;
}
