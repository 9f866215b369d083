/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_LINE "Your parcel has left our warehouse and will be there on Thursday.\r\n"

const char *const dialogue_names[DIALOGUE_STAGES] = { "greeting", "ehlo", "mail", "rcpt", "data", "end", "rset", "quit" };
static const int codes[DIALOGUE_STAGES] = { 220, 250, 250, 250, 354, 250, 250, 221 };

/* Nobody here compares messages, so date and id are always the same. */
static const char content[] = "From: Application <%s>\r\n"
			      "To: <%s>\r\n"
			      "Subject: Your order has been sent\r\n"
			      "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n"
			      "Message-ID: <20260105100000.1@client.example>\r\n"
			      "MIME-Version: 1.0\r\n"
			      "Content-Type: text/plain; charset=utf-8\r\n"
			      "\r\n" BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE
				      BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE BODY_LINE ".\r\n";

static bool expected_parse(const char *text, struct dialogue_plan *plan)
{
	char *end;
	long code;

	plan->code = 250;
	plan->stage = DIALOGUE_CONTENT;
	if (!strcmp(text, "accept"))
		return true;
	code = strtol(text, &end, 10);
	if (code < 400 || code > 599 || *end != '@')
		return false;
	plan->code = (int)code;
	for (plan->stage = DIALOGUE_MAIL; plan->stage <= DIALOGUE_CONTENT; plan->stage++)
		if (!strcmp(end + 1, dialogue_names[plan->stage]))
			return true;
	return false;
}

static bool fits(int length, size_t size)
{
	return length >= 0 && (size_t)length < size;
}

bool dialogue_plan(struct dialogue_plan *plan, const char *client, const char *sender, const char *recipient, const char *expected)
{
	return expected_parse(expected, plan) &&
		fits(snprintf(plan->proxy, sizeof plan->proxy, "PROXY TCP4 %s 127.0.0.1 40000 25\r\n", client),
			sizeof plan->proxy) &&
		fits(snprintf(plan->mail, sizeof plan->mail, "MAIL FROM:<%s>\r\n", sender), sizeof plan->mail) &&
		fits(snprintf(plan->rcpt, sizeof plan->rcpt, "RCPT TO:<%s>\r\n", recipient), sizeof plan->rcpt) &&
		fits(snprintf(plan->content, sizeof plan->content, content, sender, recipient), sizeof plan->content);
}

void dialogue_begin(struct dialogue *dialogue, const struct dialogue_plan *plan, size_t messages)
{
	dialogue->plan = plan;
	dialogue->stage = DIALOGUE_GREETING;
	dialogue->left = messages;
	dialogue->out = plan->proxy;
	dialogue->in_size = 0;
}

int dialogue_reply(const char *bytes, size_t size)
{
	int code = 0;

	for (size_t line = 0; line < size;) {
		const char *at = bytes + line, *end = memchr(at, '\n', size - line);
		int this;

		if (!end)
			return 0;
		if (end - at < 4 || end[-1] != '\r' || at[0] < '2' || at[0] > '5' || at[1] < '0' || at[1] > '9' || at[2] < '0' ||
			at[2] > '9' || (at[3] != '-' && at[3] != ' ' && end != at + 4))
			return -1;
		this = (at[0] - '0') * 100 + (at[1] - '0') * 10 + at[2] - '0';
		if (code && code != this)
			return -1;
		code = this;
		line = (size_t)(end + 1 - bytes);
		if (at[3] != '-')
			return line == size ? code : -1;
	}
	return 0;
}

int dialogue_expected(const struct dialogue *dialogue)
{
	return dialogue->stage == dialogue->plan->stage ? dialogue->plan->code : codes[dialogue->stage];
}

static void say(struct dialogue *dialogue, enum dialogue_stage stage)
{
	const struct dialogue_plan *plan = dialogue->plan;
	const char *const texts[DIALOGUE_STAGES] = { plan->proxy, "EHLO client.example\r\n", plan->mail, plan->rcpt, "DATA\r\n",
		plan->content, "RSET\r\n", "QUIT\r\n" };

	dialogue->stage = stage;
	dialogue->out = texts[stage];
}

/* After the last word on a message. A transaction is over after its content, and has not begun when MAIL was refused. */
static enum dialogue_state over(struct dialogue *dialogue)
{
	bool begun = dialogue->stage == DIALOGUE_RCPT || dialogue->stage == DIALOGUE_DATA;

	if (dialogue->left)
		dialogue->left--;
	say(dialogue, !dialogue->left ? DIALOGUE_QUIT : begun ? DIALOGUE_RESET : DIALOGUE_MAIL);
	return DIALOGUE_OVER;
}

enum dialogue_state dialogue_input(struct dialogue *dialogue)
{
	int code = dialogue_reply(dialogue->in, dialogue->in_size);
	bool full = dialogue->in_size == sizeof dialogue->in;

	if (!code && !full)
		return DIALOGUE_WAITS;
	dialogue->in[dialogue->in_size - full] = '\0';
	dialogue->in_size = 0;
	if (code != dialogue_expected(dialogue))
		return DIALOGUE_WRONG;
	if (dialogue->stage == dialogue->plan->stage)
		return over(dialogue);
	if (dialogue->stage == DIALOGUE_QUIT)
		return DIALOGUE_ENDED;
	if (dialogue->stage == DIALOGUE_HELLO || dialogue->stage == DIALOGUE_RESET)
		say(dialogue, dialogue->left ? DIALOGUE_MAIL : DIALOGUE_QUIT);
	else
		say(dialogue, dialogue->stage + 1);
	return DIALOGUE_GOES_ON;
}
