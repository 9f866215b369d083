/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command.h"

#include "tool/answer_json.h"
#include "tool/answer_text.h"
#include "tool/eml.h"
#include "tool/eval_raw.h"
#include "tool/command_site.h"
#include "ses/message_report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct eval {
	struct site_words site;
	const char *sender, *client, *login, *time, *message;
	struct word_list recipients, headers, context;
	bool tls, submission, explain, json;
};

#define AT(member) offsetof(struct eval, member)

static const struct option_row rows[] = {
	SITE_WORDS_ROWS(struct eval, site),
	{ "sender", "ADDRESS", "as in MAIL FROM; <> is the null sender", OPTION_TEXT, AT(sender), COMPLETE_NONE },
	{ "recipient", "ADDRESS", "as in RCPT TO", OPTION_LIST, AT(recipients), COMPLETE_NONE },
	{ "client", "IP", "address of the client (default: not known)", OPTION_TEXT, AT(client), COMPLETE_NONE },
	{ "login", "NAME", "SASL login of the client, as the MTA reports it", OPTION_TEXT, AT(login), COMPLETE_NONE },
	{ "tls", NULL, "the client uses TLS", OPTION_FLAG, AT(tls), COMPLETE_NONE },
	{ "header", "'NAME: VALUE'", "a header field of the message", OPTION_LIST, AT(headers), COMPLETE_NONE },
	{ "time", "TIME", "the moment of MAIL, as policies write it (default: now)", OPTION_TEXT, AT(time), COMPLETE_NONE },
	{ "context", "KEY=VALUE", "a condition key; it replaces the value from the settings", OPTION_LIST, AT(context),
		COMPLETE_NONE },
	{ "message", "FILE", "header fields from a file that holds a message", OPTION_TEXT, AT(message), COMPLETE_PATH },
	{ "submission", NULL, "mail that did not come by SMTP: never refused at RCPT", OPTION_FLAG, AT(submission), COMPLETE_NONE },
	{ "explain", NULL, "say why: each policy, each statement", OPTION_FLAG, AT(explain), COMPLETE_NONE },
	{ "json", NULL, "one JSON object; without a message, decide raw requests from standard input", OPTION_FLAG, AT(json),
		COMPLETE_NONE },
};

const struct option_table eval_options = {
	.command = "eval",
	.summary = "Decide one message just as the daemon would: at which stage, with which reply.",
	.status = "0 all of it is allowed, 1 the message or a recipient is denied, 2 it could not be decided.",
	.rows = rows,
	.count = sizeof rows / sizeof *rows,
};

static bool wrong(const char *option, const char *value, const char *what)
{
	char shown[128];

	fprintf(stderr, "ses-policy eval: --%s %s: %s\n", option, text_escape(text_of(value), shown, sizeof shown), what);
	return false;
}

static bool short_of_memory(void)
{
	fputs("ses-policy eval: memory is short\n", stderr);
	return false;
}

static bool read_time(const char *text, struct instant *out)
{
	struct timespec now;

	if (text)
		return instant_parse(text_of(text), out) || wrong("time", text, "is no time; write 2026-11-24T08:00:00Z");
	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct instant){ now.tv_sec, (uint32_t)now.tv_nsec };
	return true;
}

static bool read_headers(const struct eval *eval, struct arena *arena, struct mail *mail)
{
	const char *what = eval->message ? eml_read(arena, eval->message, mail) : NULL;

	if (what)
		return wrong("message", eval->message, what);
	for (size_t i = 0; i < eval->headers.count; i++) {
		struct mail_header header;
		if (!eml_field(arena, text_of(eval->headers.at[i]), &header))
			return header.name.at
				? wrong("header", eval->headers.at[i], "is no header field; write --header 'From: a@example.com'")
				: short_of_memory();
		if (!eml_append(arena, mail, header))
			return short_of_memory();
	}
	return true;
}

/* False: what is wrong was told. */
static bool read_mail(const struct eval *eval, struct arena *arena, struct mail *mail)
{
	*mail = (struct mail){ .submission = eval->submission };
	mail->client.tls = eval->tls;
	mail->client.login = text_of(eval->login);
	if (eval->client && !ip_parse(text_of(eval->client), &mail->client.ip))
		return wrong("client", eval->client, "is no address; write 192.0.2.1 or 2001:db8::1");
	if (!read_time(eval->time, &mail->time))
		return false;
	mail->sender = mail_argument(arena, eval->sender);
	mail->recipients = arena_array(arena, eval->recipients.count, sizeof *mail->recipients);
	if (!mail->sender.at || !mail->recipients)
		return short_of_memory();
	for (size_t i = 0; i < eval->recipients.count; i++) {
		mail->recipients[i] = mail_argument(arena, eval->recipients.at[i]);
		mail->recipient_count++;
		if (!mail->recipients[i].at)
			return short_of_memory();
	}
	return read_headers(eval, arena, mail);
}

/* `stray`: what is to be said of the login (ses/stray_login.h), or empty. */
static bool print(const struct eval *eval, struct arena *arena, const struct mail *mail, const struct decided *decided,
	const struct explained *why, const struct explained *whys, const char *stray)
{
	if (!eval->json)
		return answer_print(arena, mail, decided, why, whys, eval->explain) && (!*stray || printf("note: %s\n", stray) > 0);
	json_t *json = answer_json(arena, mail, decided, why, whys, eval->explain);
	bool good = json && (!*stray || !json_object_set_new(json, "stray_login", json_string(stray))) &&
		!json_dumpf(json, stdout, JSON_COMPACT) && putchar('\n') != EOF;
	json_decref(json);
	return good;
}

/* False when memory is short. */
static bool decide(const struct eval *eval, const struct generation *generation, const struct mail *mail, struct message *message,
	struct arena *arena, enum status *status)
{
	struct explained *whys = arena_array(arena, mail->recipient_count, sizeof *whys), why;
	char stray[STRAY_LOGIN_SIZE] = "";
	struct decided decided;

	if (!whys || !mail_decide(message, generation, mail, arena, &decided))
		return false;
	if (message_login_strays(message))
		message_login_stray(message, stray);
	*status = decided.outcome.action == OUTCOME_CONTINUE && !decided.refused_count ? STATUS_YES : STATUS_NO;
	for (size_t i = 0; i < mail->recipient_count; i++)
		if (decided.refused[i].action == OUTCOME_REFUSE &&
			!explain(message, generation, mail, &decided, i, arena, &whys[i]))
			return false;
	if (!decided.taken && decided.refused_count)
		why = whys[mail->recipient_count - 1];
	else if (!explain(message, generation, mail, &decided, mail->recipient_count, arena, &why))
		return false;
	return print(eval, arena, mail, &decided, &why, whys, stray);
}

static enum status eval_message(const struct eval *eval)
{
	struct message *message = message_new();
	struct arena arena = { 0 };
	struct mail mail;
	struct command_site site;
	enum status status = STATUS_TROUBLE;

	bool ready = command_site_load(&site, &eval->site, &eval->context) && read_mail(eval, &arena, &mail);
	if (ready && (!message || !decide(eval, site.generation, &mail, message, &arena, &status))) {
		short_of_memory();
		status = STATUS_TROUBLE;
	}
	message_free(message);
	arena_free(&arena);
	command_site_free(&site);
	return status;
}

/* Is there a message on the command line? */
static bool has_message(const struct eval *eval)
{
	return eval->sender || eval->recipients.count || eval->headers.count || eval->message || eval->client || eval->login ||
		eval->tls || eval->time || eval->context.count || eval->submission || eval->explain || eval->site.settings ||
		eval->site.account_state || site_words_name_policies(&eval->site);
}

static enum status eval_given(const struct eval *eval)
{
	if (eval->json && !has_message(eval))
		return eval_raw();
	if (eval->sender && eval->recipients.count)
		return eval_message(eval);
	fprintf(stderr,
		"ses-policy eval: no message; give --sender and at least one --recipient, or --json alone for raw requests\n"
		"Try `ses-policy eval --help`.\n");
	return STATUS_TROUBLE;
}

enum status command_eval(int argc, char **argv)
{
	struct eval eval = { 0 };
	enum options_found found = options_read(&eval_options, argc, argv, &eval);
	enum status status = found == OPTIONS_HELP ? STATUS_YES : STATUS_TROUBLE;

	if (found == OPTIONS_READ)
		status = eval_given(&eval);
	options_free(&eval_options, &eval);
	return status;
}
