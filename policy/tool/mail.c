/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/mail.h"

#include "ses/certain.h"

struct text mail_argument(struct arena *arena, const char *address)
{
	if (*address == '<')
		return text_of(address);
	const char *written = arena_printf(arena, "<%s>", address);
	return (struct text){ written, written ? text_of(written).length : 0 };
}

struct text mail_address(struct text argument)
{
	if (!text_starts_with(argument, TEXT("<")) || !text_ends_with(argument, TEXT(">")))
		return argument;
	return text_first(text_from(argument, 1), argument.length - 2);
}

/* The outcome lives only until the message's next call; its texts are wanted for longer. */
static bool keep(struct arena *arena, struct outcome *outcome)
{
	struct text text = arena_text(arena, text_of(outcome->text));

	outcome->principal = arena_text(arena, outcome->principal);
	outcome->resource = arena_text(arena, outcome->resource);
	outcome->address = arena_text(arena, outcome->address);
	outcome->text = text.at;
	return text.at && outcome->principal.at && outcome->resource.at && outcome->address.at;
}

static bool say_headers(struct message *message, const struct mail *mail)
{
	bool good = true;

	for (size_t i = 0; i < mail->header_count && good; i++)
		good = message_header(message, mail->headers[i].name, mail->headers[i].value);
	return good;
}

/* Does the daemon ask for a reply there: to refuse, or to let through as early as that is certain? */
static bool is_asked(const struct generation *generation, enum stage stage)
{
	return generation->may_refuse[stage] || certain_stage(generation) == stage;
}

/* DATA to the end; stages that were negotiated away do not happen. */
static bool decide_rest(struct message *message, const struct generation *generation, const struct mail *mail, struct arena *arena,
	struct decided *decided)
{
	struct outcome *outcome = &decided->outcome;

	if (is_asked(generation, STAGE_DATA))
		*outcome = message_data(message, true);
	if (outcome->action == OUTCOME_CONTINUE && !say_headers(message, mail))
		return false;
	if (outcome->action == OUTCOME_CONTINUE && generation->may_refuse[STAGE_EOH])
		*outcome = message_headers_end(message, true);
	if (outcome->action == OUTCOME_CONTINUE)
		*outcome = message_end(message);
	return outcome->action != OUTCOME_TROUBLE && keep(arena, outcome);
}

bool mail_decide(struct message *message, const struct generation *generation, const struct mail *mail, struct arena *arena,
	struct decided *decided)
{
	struct outcome *outcome = &decided->outcome;

	*decided = (struct decided){ .refused = arena_array(arena, mail->recipient_count, sizeof *decided->refused) };
	if (!decided->refused)
		return false;
	message_begin(message, generation, &mail->client, &mail->time, true);
	*outcome = message_sender(message, mail->sender, TEXT(""), is_asked(generation, STAGE_MAIL));
	for (size_t i = 0; outcome->action == OUTCOME_CONTINUE && i < mail->recipient_count; i++) {
		struct outcome one = message_recipient(message, mail->recipients[i], TEXT(""),
			generation->may_refuse[STAGE_RCPT] && !mail->submission);
		if (one.action == OUTCOME_TROUBLE || !keep(arena, &one))
			return false;
		decided->refused[i] = one;
		if (one.action == OUTCOME_CONTINUE)
			decided->taken++;
		else
			decided->refused_count++;
	}
	if (outcome->action == OUTCOME_CONTINUE && mail->recipient_count && !decided->taken) {
		/* Nobody is left to send it to: the MTA goes no further. */
		*outcome = decided->refused[mail->recipient_count - 1];
		return true;
	}
	if (outcome->action == OUTCOME_CONTINUE)
		return decide_rest(message, generation, mail, arena, decided);
	return outcome->action == OUTCOME_REFUSE && keep(arena, outcome);
}

bool mail_reach(struct message *message, const struct generation *generation, const struct mail *mail,
	const struct decided *decided, enum stage stage, size_t recipient)
{
	message_begin(message, generation, &mail->client, &mail->time, true);
	struct outcome outcome = message_sender(message, mail->sender, TEXT(""), false);
	for (size_t i = 0; stage >= STAGE_RCPT && i < mail->recipient_count && outcome.action != OUTCOME_TROUBLE; i++) {
		if (i == recipient || decided->refused[i].action == OUTCOME_CONTINUE)
			outcome = message_recipient(message, mail->recipients[i], TEXT(""), false);
		if (i == recipient && stage == STAGE_RCPT)
			break;
	}
	if (stage >= STAGE_DATA && outcome.action != OUTCOME_TROUBLE)
		outcome = message_data(message, false);
	if (stage >= STAGE_EOH && outcome.action != OUTCOME_TROUBLE) {
		if (!say_headers(message, mail))
			return false;
		outcome = message_headers_end(message, false);
	}
	return outcome.action != OUTCOME_TROUBLE;
}
