/* SPDX-License-Identifier: BSD-2-Clause */
#include "ses/refusal_text.h"

#include "ses/reply_escape.h"

#include <stdio.h>
#include <string.h>

/* Cut to no less than this as long as something else can be cut. */
#define PART_LEAST 24

/* The texts in a sentence, in the order in which they stand. */
struct refusal_part {
	struct text text;
	bool keep;     /* cut only when nothing else helps */
	size_t length; /* of its printable form */
	char printable[REFUSAL_TEXT_SIZE];
};

static struct refusal_part *longest(struct refusal_part *parts, size_t count, bool keep)
{
	struct refusal_part *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (parts[i].keep == keep && parts[i].length > PART_LEAST && (!found || parts[i].length > found->length))
			found = &parts[i];
	return found;
}

/* Make all printable, in no more than `room` bytes together. */
static void fit(struct refusal_part *parts, size_t count, size_t room)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		parts[i].length = reply_escape(parts[i].text, parts[i].printable, sizeof parts[i].printable);
		total += parts[i].length;
	}
	if (total <= room)
		return;
	for (; total > room; total--) {
		struct refusal_part *part = longest(parts, count, false);
		if (!part)
			part = longest(parts, count, true);
		if (!part)
			break;
		part->length--;
	}
	for (size_t i = 0; i < count; i++)
		reply_escape(parts[i].text, parts[i].printable, parts[i].length + 1);
}

enum { ADDRESS, PRINCIPAL, RESOURCE, POLICY, STATEMENT, EGRESS, PARTS };

/* What a policy of a layer is called beside its name. */
static const char *const policy_words[] = {
	[LAYER_RESOURCE] = "policy",
	[LAYER_IDENTITY] = "policy",
	[LAYER_BOUNDARY] = "permissions boundary",
	[LAYER_SCP] = "service control policy",
	[LAYERS] = "policy",
};

/* Who does not allow it. */
static void without(char out[64], const struct verdict *verdict)
{
	if (verdict->layer == LAYER_SCP)
		snprintf(out, 64, "no service control policy of level %u allows it", verdict->level);
	else
		snprintf(out, 64, "%s",
			verdict->layer == LAYER_BOUNDARY ? "the permissions boundary does not allow it" : "no policy allows it");
}

static int sentence(char out[REFUSAL_TEXT_SIZE], const struct refusal_part *parts, const char *action,
	const struct verdict *verdict)
{
	const char *with = parts[EGRESS].text.length ? ", aws:SourceIp " : "";
	char nobody[64];

	if (verdict->statement)
		return snprintf(out, REFUSAL_TEXT_SIZE,
			"Access denied for %s: %s is not authorized to perform %s on resource %s (%s %s, statement %s%s%s)",
			parts[ADDRESS].printable, parts[PRINCIPAL].printable, action, parts[RESOURCE].printable,
			policy_words[verdict->layer], parts[POLICY].printable, parts[STATEMENT].printable, with,
			parts[EGRESS].printable);
	without(nobody, verdict);
	return snprintf(out, REFUSAL_TEXT_SIZE, "Access denied for %s: %s is not authorized to perform %s on resource %s (%s%s%s)",
		parts[ADDRESS].printable, parts[PRINCIPAL].printable, action, parts[RESOURCE].printable, nobody, with,
		parts[EGRESS].printable);
}

void refusal_by_policy(char out[REFUSAL_TEXT_SIZE], struct text address, struct text principal, const char *action,
	struct text resource, struct text egress, const struct verdict *verdict)
{
	const struct statement *statement = verdict->statement;
	struct refusal_part parts[PARTS] = {
		[ADDRESS] = { .text = address },
		[PRINCIPAL] = { .text = principal },
		[RESOURCE] = { .text = resource },
		[POLICY] = { .keep = true },
		[STATEMENT] = { .keep = true },
		[EGRESS] = { .text = egress, .keep = true },
	};
	char number[16];

	if (statement) {
		snprintf(number, sizeof number, "%u", statement->index + 1);
		parts[POLICY].text = statement->policy->name;
		parts[STATEMENT].text = statement->sid.length ? statement->sid : text_of(number);
	}
	size_t frame = (size_t)sentence(out, parts, action, verdict);
	fit(parts, PARTS, REFUSAL_TEXT_MAX - frame);
	/* It fits now; should the sentence itself ever be too long, its end shows that something is missing. */
	if (sentence(out, parts, action, verdict) > REFUSAL_TEXT_MAX)
		memcpy(out + REFUSAL_TEXT_MAX - 3, "...", 4);
}

/* `before`, then as much of the text from outside as there is room for, then `behind`. */
static void around(char out[REFUSAL_TEXT_SIZE], const char *before, struct text outside, const char *behind)
{
	size_t room = REFUSAL_TEXT_SIZE - strlen(before) - strlen(behind);
	char *at = stpcpy(out, before);

	strcpy(at + reply_escape(outside, at, room), behind);
}

void refusal_bad_address(char out[REFUSAL_TEXT_SIZE], struct text argument)
{
	around(out, "", argument.length ? argument : TEXT("<>"), " is not a valid mailbox");
}

void refusal_unverified(char out[REFUSAL_TEXT_SIZE], struct text address, struct text region)
{
	char before[160], *at = before;

	at += snprintf(before, sizeof before,
		"Message rejected: Email address is not verified. "
		"The following identities failed the check in region ");
	/* In capitals, as SES writes it; a region has at most 32 letters, digits and hyphens. */
	for (size_t i = 0; i < region.length && i < 32; i++)
		*at++ = region.at[i] >= 'a' && region.at[i] <= 'z' ? (char)(region.at[i] - 'a' + 'A') : region.at[i];
	strcpy(at, ": ");
	around(out, before, address, "");
}

void refusal_suppressed(char out[REFUSAL_TEXT_SIZE], struct text address)
{
	around(out, "", address, " is on the suppression list of this account");
}

void refusal_unknown_set(char out[REFUSAL_TEXT_SIZE], struct text name)
{
	around(out, "Configuration Set does not exist: Configuration set ", name, " does not exist.");
}

void refusal_unknown_tenant(char out[REFUSAL_TEXT_SIZE], struct text name)
{
	around(out, "Tenant ", name, " does not exist.");
}

void refusal_tenant_resource(char out[REFUSAL_TEXT_SIZE], struct text resource)
{
	around(out, "Tenant not associated with resources [", resource, "]");
}

void refusal_paused(char out[REFUSAL_TEXT_SIZE], const char *what, struct text name)
{
	char before[64];

	snprintf(before, sizeof before, "Sending is paused for %s ", what);
	around(out, before, name, "");
}

void refusal_login(char out[REFUSAL_TEXT_SIZE], struct text login)
{
	around(out, "Access denied: the login ", login, " can be no principal");
}

void refusal_login_case(char out[REFUSAL_TEXT_SIZE], struct text login)
{
	around(out, "Access denied: the login ", login, " is known here in other upper and lower case letters");
}

void refusal_unknown(char out[REFUSAL_TEXT_SIZE], struct text login)
{
	if (login.length)
		around(out, "Access denied: IAM knows no principal for the login ", login, "");
	else
		strcpy(out, "Access denied: IAM knows no principal for this client");
}

void refusal_twins(char out[REFUSAL_TEXT_SIZE], struct text login)
{
	around(out, "Access denied: IAM has several users for the login ", login, ", in other upper and lower case letters");
}

void refusal_client(char out[REFUSAL_TEXT_SIZE], struct text login)
{
	if (login.length)
		around(out, "Access denied: the login ", login, " may not send by this relay");
	else
		strcpy(out, "Access denied: this client may not send by this relay");
}

void refusal_unwanted(char out[REFUSAL_TEXT_SIZE], struct text name)
{
	around(out, "Header ", name, " is not allowed at this relay");
}

void refusal_form(char out[REFUSAL_TEXT_SIZE], const char *what, struct text name)
{
	char before[80];

	snprintf(before, sizeof before, "Transaction failed: %s '", what);
	around(out, before, name, "'.");
}

void refusal_not_ascii(char out[REFUSAL_TEXT_SIZE], const char *command)
{
	snprintf(out, REFUSAL_TEXT_SIZE, "Invalid %s address provided: Amazon SES takes ASCII only", command);
}

void refusal_too_long(char out[REFUSAL_TEXT_SIZE])
{
	strcpy(out, "Transaction failed: Address length is more than 320 bytes long");
}

void refusal_line_break(char out[REFUSAL_TEXT_SIZE], struct text name)
{
	around(out, "Header ", name,
		" has a line break with no blank behind it, or half of one: a reader may take what follows for another header");
}

void refusal_header(char out[REFUSAL_TEXT_SIZE], const char *name, const char *what)
{
	snprintf(out, REFUSAL_TEXT_SIZE, "Header %s %s", name, what);
}
