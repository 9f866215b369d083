/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/refusal_text.h"

#include "ses/reply.h"

#include <stdio.h>
#include <string.h>

/* Cut to no less than this as long as something else can be cut. */
#define PART_LEAST 24

/* The texts in a sentence, in the order in which they stand. */
struct part {
	struct text text;
	bool keep;     /* cut only when nothing else helps */
	size_t length; /* of its printable form */
	char printable[REFUSAL_TEXT_SIZE];
};

static struct part *longest(struct part *parts, size_t count, bool keep)
{
	struct part *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (parts[i].keep == keep && parts[i].length > PART_LEAST && (!found || parts[i].length > found->length))
			found = &parts[i];
	return found;
}

/* Make all printable, in no more than `room` bytes together. */
static void fit(struct part *parts, size_t count, size_t room)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		parts[i].length = reply_escape(parts[i].text, parts[i].printable, sizeof parts[i].printable);
		total += parts[i].length;
	}
	for (; total > room; total--) {
		struct part *part = longest(parts, count, false);
		if (!part)
			part = longest(parts, count, true);
		if (!part)
			break;
		part->length--;
	}
	for (size_t i = 0; i < count; i++)
		reply_escape(parts[i].text, parts[i].printable, parts[i].length + 1);
}

enum { ADDRESS, PRINCIPAL, RESOURCE, POLICY, STATEMENT, PARTS };

static int sentence(char out[REFUSAL_TEXT_SIZE], const struct part *parts, const char *action, bool denied)
{
	if (denied)
		return snprintf(out, REFUSAL_TEXT_SIZE,
			"Access denied for %s: %s is not authorized to perform %s on resource %s (policy %s, statement %s)",
			parts[ADDRESS].printable, parts[PRINCIPAL].printable, action, parts[RESOURCE].printable,
			parts[POLICY].printable, parts[STATEMENT].printable);
	return snprintf(out, REFUSAL_TEXT_SIZE,
		"Access denied for %s: %s is not authorized to perform %s on resource %s (no policy allows it)",
		parts[ADDRESS].printable, parts[PRINCIPAL].printable, action, parts[RESOURCE].printable);
}

void refusal_by_policy(char out[REFUSAL_TEXT_SIZE], struct text address, struct text principal,
	const char *action, struct text resource, const struct statement *statement)
{
	struct part parts[PARTS] = {
		[ADDRESS] = { .text = address },
		[PRINCIPAL] = { .text = principal },
		[RESOURCE] = { .text = resource },
		[POLICY] = { .keep = true },
		[STATEMENT] = { .keep = true },
	};
	char number[16];

	if (statement) {
		snprintf(number, sizeof number, "%u", statement->index + 1);
		parts[POLICY].text = statement->policy->name;
		parts[STATEMENT].text = statement->sid.length ? statement->sid : text_of(number);
	}
	size_t frame = (size_t)sentence(out, parts, action, statement);
	fit(parts, PARTS, REFUSAL_TEXT_MAX - frame);
	/* It fits now; should the sentence itself ever be too long, its end shows that something is missing. */
	if (sentence(out, parts, action, statement) > REFUSAL_TEXT_MAX)
		memcpy(out + REFUSAL_TEXT_MAX - 3, "...", 4);
}

void refusal_bad_address(char out[REFUSAL_TEXT_SIZE], struct text argument)
{
	static const char end[] = " is not a valid mailbox";
	size_t used = reply_escape(argument.length ? argument : TEXT("<>"), out, REFUSAL_TEXT_SIZE - sizeof end + 1);

	memcpy(out + used, end, sizeof end);
}
