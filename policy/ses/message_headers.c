/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the headers add to a message: the mailboxes of From are senders, Sender
 * and Return-Path stand for identities that SES checks as well, the steering
 * fields name resources. (SES developer guide, "Verified identities",
 * "Delegate sender tasks", "Using configuration sets".)
 */
#include "ses/message_headers.h"

#include "ses/configuration_set.h"
#include "ses/header_refuse.h"
#include "ses/message_account.h"
#include "ses/message_form.h"
#include "ses/message_query.h"
#include "ses/message_identity.h"
#include "ses/message_readings.h"
#include "ses/message_tenant.h"

#include <string.h>

_Static_assert(HEADERS_MAX >= 4 * FROM_HEADER_MAX, "From, Sender, Return-Path and Full-Name find room, each as long as it is read");

static bool refuse_header(struct message *message, enum header_field field, const char *what, struct text value,
	struct outcome *against)
{
	return header_refuse(message, field, field < HEADER_STEERING ? REASON_BAD_HEADER : REASON_BAD_STEERING, what, value,
		against);
}

static bool trouble(struct message *message, struct outcome *against)
{
	*against = outcome_trouble(message, against->stage);
	return false;
}

/* The steering fields are not wanted at this site, but for the tenant that a principal is pinned to (message_tenant_settle). */
static bool allow_no_steering(struct message *message, struct outcome *against)
{
	/* Nearly no message has any. */
	unsigned steering = message->headers.seen >> HEADER_STEERING;

	for (enum header_field field = HEADER_STEERING; steering; field++, steering >>= 1) {
		struct text value = headers_first(&message->headers, field);
		if (!(steering & 1) || (field == HEADER_TENANT && message->rule->tenant.length))
			continue;
		refusal_unwanted(message->text, field >= HEADER_SES_PLAIN && value.length ? value : text_of(header_name(field)));
		*against = outcome_refuse(message, against->stage, REASON_SES_HEADER, value);
		return false;
	}
	return true;
}

/* Is what a field says looked at for this message? */
static bool is_read(const struct message *message, enum header_field field)
{
	const struct generation *generation = message->generation;

	switch (field) {
	case HEADER_RETURN_PATH:
		return generation->wants_from || generation->slot[KEY_FEEDBACK_ADDRESS] >= 0;
	case HEADER_CONFIGURATION_SET:
		return generation->wants_configuration_set;
	case HEADER_TENANT:
		return generation->slot[KEY_TENANT_NAME] >= 0 || message->rule->tenant.length ||
			generation->account_state.has[PART_TENANTS];
	case HEADER_SES_PLAIN:
	case HEADER_SES_UNKNOWN:
		return false;
	default:
		return generation->wants_from;
	}
}

/* Is all there of what is going to be read? */
static bool all_are_kept(struct message *message, struct outcome *against)
{
	unsigned seen = message->headers.seen;

	for (enum header_field field = 0; seen; field++, seen >>= 1)
		if ((seen & 1) && header_is_cut(&message->headers, field) && is_read(message, field))
			return header_refuse(message, field, field < HEADER_STEERING ? REASON_HEADER_LIMIT : REASON_STEERING_LIMIT,
				field == HEADER_FROM ? "occurs too often, or is too long" : "is too long, or those before it are",
				TEXT(""), against);
	return true;
}

/* Does a policy look at display names? */
static bool names_matter(const struct message *message)
{
	return message->generation->slot[KEY_FROM_DISPLAY_NAME] >= 0;
}

/* There is no From header: what Sendmail makes one of. */
static bool read_full_name(struct message *message, struct outcome *against)
{
	const struct header_values *values = &message->headers.of[HEADER_FULL_NAME];

	if (!values->count)
		return true;
	if (values->count > 1)
		return refuse_header(message, HEADER_FULL_NAME, "occurs twice", values->values[0], against);
	switch (full_name_read(&message->arena, values->values[0], names_matter(message), &message->full_name,
		&message->full_name_ses)) {
	case HEADER_MAILBOXES:
		return true;
	case HEADER_MEMORY:
		return trouble(message, against);
	default:
		return refuse_header(message, HEADER_FULL_NAME, "is not a name", values->values[0], against);
	}
}

/*
 * An address in a header that this MTA may complete with a domain behind us is an address that nobody here has seen.
 * (Sendmail does; what Postfix completes it has completed before it shows it.)
 */
static bool is_complete(struct message *message, enum header_field field, const struct mailbox *mailbox, struct outcome *against)
{
	const struct generation *generation = message->generation;
	bool looked_at = generation->from_address != FROM_ENVELOPE ||
		(field == HEADER_RETURN_PATH && generation->slot[KEY_FEEDBACK_ADDRESS] >= 0);

	if (!looked_at || !generation->unqualified_headers_refuse || message->client->headers_complete ||
		mailbox->kind != MAILBOX_ADDRESS || !spellings_is_unqualified(mailbox->domain))
		return true;
	return header_refuse(message, field, REASON_UNQUALIFIED_HEADER, "has an address whose domain is not written in full",
		mailbox->address, against);
}

/* All mailboxes of the From header. */
static bool read_from(struct message *message, struct outcome *against)
{
	const struct header_values *from = &message->headers.of[HEADER_FROM];

	message->from_read = true;
	if (!from->count)
		return read_full_name(message, against);
	/* SES takes no second one (developer guide, "Amazon SES header fields"); what readers make of two is anybody's guess. */
	if (from->count > 1)
		return refuse_header(message, HEADER_FROM, "occurs twice", from->values[0], against);
	if (from->values[0].length > FROM_HEADER_MAX)
		return header_refuse(message, HEADER_FROM, REASON_HEADER_LIMIT, "is too long", TEXT(""), against);
	switch (from_header_read(&message->arena, from->values[0], message->generation->address_case, names_matter(message),
		&message->from)) {
	case HEADER_MAILBOXES:
		break;
	case HEADER_MEMORY:
		return trouble(message, against);
	case HEADER_NULL:
		return refuse_header(message, HEADER_FROM, "has no address", from->values[0], against);
	case HEADER_INVALID:
		return refuse_header(message, HEADER_FROM, message->from.flaw, from->values[0], against);
	}
	if (!message_form_mailboxes(message, &message->from, against))
		return false;
	for (size_t i = 0; i < message->from.count; i++)
		if (!is_complete(message, HEADER_FROM, &message->from.at[i].mailbox, against))
			return false;
	return true;
}

/* The one mailbox of Sender or Return-Path. SES takes no second one. */
static bool read_mailbox(struct message *message, enum header_field field, struct header_mailbox *out, struct outcome *against)
{
	const struct header_values *values = &message->headers.of[field];
	struct header_mailboxes mailboxes = { 0 };

	if (values->count > 1)
		return refuse_header(message, field, "occurs twice", values->values[0], against);
	enum header_kind kind = from_header_read(&message->arena, values->values[0], message->generation->address_case, false,
		&mailboxes);
	if (kind == HEADER_MEMORY)
		return trouble(message, against);
	if (kind == HEADER_NULL && field == HEADER_RETURN_PATH)
		return true;
	if (kind != HEADER_MAILBOXES)
		return refuse_header(message, field, kind == HEADER_NULL ? "has no address" : mailboxes.flaw, values->values[0],
			against);
	if (mailboxes.count != 1)
		return refuse_header(message, field, "has several addresses", values->values[0], against);
	*out = mailboxes.at[0];
	return is_complete(message, field, &out->mailbox, against);
}

/* If there is such a field. */
static bool read_one(struct message *message, enum header_field field, struct header_mailbox *out, struct outcome *against)
{
	return !message->headers.of[field].count || read_mailbox(message, field, out, against);
}

/* The display names of the message, those of SES too: each From mailbox has two, and Full-Name. */
static size_t names_count(const struct message *message)
{
	return 2 * (message->from.count ? message->from.count : 1);
}

static struct text name_of(const struct message *message, size_t index)
{
	if (!message->from.count)
		return index % 2 ? message->full_name_ses : message->full_name;
	const struct header_mailbox *from = &message->from.at[index / 2];
	return index % 2 ? from->ses_name : from->name;
}

static bool name_seen_before(const struct message *message, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (text_equals(name_of(message, i), name_of(message, index)))
			return true;
	return false;
}

static bool named_sender(struct message *message, const struct mailbox *sender, unsigned readings)
{
	if (!names_matter(message))
		return query_sender(message, sender, TEXT(""), false, readings);
	for (size_t i = 0; i < names_count(message); i++)
		if (!name_seen_before(message, i) && !query_sender(message, sender, name_of(message, i), false, readings))
			return false;
	return true;
}

/*
 * The envelope sender with each display name that there is. Without a From
 * header that is Full-Name's, or none; where names matter to nobody one question is enough.
 */
static bool envelope_senders(struct message *message)
{
	/* The null sender has no address. */
	bool known = message->sender.kind == MAILBOX_ADDRESS;

	for (unsigned i = 0; i < message->envelope.count; i++) {
		unsigned readings = spelled_readings(&message->envelope, i);
		if (readings && !named_sender(message, known ? &message->envelope.at[i] : NULL, readings))
			return false;
	}
	return true;
}

/* Do the requests of the envelope's sender from MAIL stay? They do if the headers settle nothing that was open then. */
static bool envelope_stays(const struct message *message)
{
	return message->sender_count && message->senders[0].address.length && !names_matter(message);
}

/* In both spellings, with one of its names. The header is read alike in each reading of the envelope. */
static bool header_sender_named(struct message *message, const struct header_mailbox *from, struct text name)
{
	return query_sender(message, &from->mailbox, name, false, READINGS_ALL) &&
		(from->written.kind != MAILBOX_ADDRESS || query_sender(message, &from->written, name, false, READINGS_ALL));
}

static bool header_sender(struct message *message, const struct header_mailbox *from)
{
	return header_sender_named(message, from, from->name) &&
		(text_equals(from->name, from->ses_name) || header_sender_named(message, from, from->ses_name));
}

static bool all_senders(struct message *message)
{
	enum from_address mode = message->generation->from_address;
	bool header = mode != FROM_ENVELOPE;

	if (!envelope_stays(message))
		query_clear(message);
	/* A message without From counts as from its envelope's sender; the null one counts where nobody else does. */
	if (message->sender.kind == MAILBOX_ADDRESS ? mode != FROM_HEADER || !message->from.count : !header)
		if (!envelope_senders(message))
			return false;
	for (size_t i = 0; header && i < message->from.count; i++)
		if (!header_sender(message, &message->from.at[i]))
			return false;
	return true;
}

/* In both spellings. */
static bool check_mailbox(struct message *message, const struct header_mailbox *mailbox, struct outcome *against)
{
	return message_identity_check(message, &mailbox->mailbox, against) &&
		message_identity_check(message, &mailbox->written, against);
}

/* The identity of an address that is no sender, if there is one. False when memory is short. */
static bool query_for(struct message *message, const struct mailbox *mailbox, unsigned readings, bool recipient)
{
	return mailbox->kind != MAILBOX_ADDRESS || query_identity(message, mailbox, readings, recipient) != IDENTITY_MEMORY;
}

static bool query_for_mailbox(struct message *message, const struct header_mailbox *mailbox)
{
	return query_for(message, &mailbox->mailbox, READINGS_ALL, false) &&
		query_for(message, &mailbox->written, READINGS_ALL, false);
}

/*
 * The resource that a steering field names: an identity of SES, in the one
 * spelling that identities have here. Region `*` means the same identity in each
 * region of a global endpoint, so also in this one. (SES developer guide, "Delegate
 * sender tasks".) HEADER_INVALID: something else.
 */
static enum header_kind read_identity_arn(struct message *message, struct text value, struct text *resource)
{
	const struct generation *generation = message->generation;
	struct text identity, region;
	struct arn arn;

	if (value.length > 512 || !arn_split(value, &arn) || !text_equals(arn.field[ARN_SERVICE], TEXT("ses")) ||
		!text_starts_with(arn.field[ARN_RESOURCE], TEXT("identity/")) || !arn_is_account(arn.field[ARN_ACCOUNT]))
		return HEADER_INVALID;
	for (size_t i = 0; i < value.length; i++)
		if ((unsigned char)value.at[i] <= ' ' || value.at[i] == 0x7f)
			return HEADER_INVALID;
	region = text_equals(arn.field[ARN_REGION], TEXT("*")) ? generation->region : arn.field[ARN_REGION];
	switch (identity_read(&message->arena, text_from(arn.field[ARN_RESOURCE], strlen("identity/")), generation->address_case,
		&identity)) {
	case MAILBOX_ADDRESS:
		*resource = identity_arn(&message->arena, arn.field[ARN_PARTITION], region, arn.field[ARN_ACCOUNT], identity);
		return resource->at ? HEADER_MAILBOXES : HEADER_MEMORY;
	case MAILBOX_MEMORY:
		return HEADER_MEMORY;
	default:
		return HEADER_INVALID;
	}
}

/* The ARNs that steer SES: resources beside those of the addresses. */
static bool query_steering(struct message *message, struct outcome *against)
{
	unsigned steering = message->headers.seen >> HEADER_STEERING;

	for (enum header_field field = HEADER_STEERING; steering && field < HEADER_CONFIGURATION_SET; field++, steering >>= 1) {
		const struct header_values *values = &message->headers.of[field];
		if (!(steering & 1))
			continue;
		struct text resource;
		enum header_kind kind = read_identity_arn(message, values->values[0], &resource);
		if (kind == HEADER_INVALID)
			return refuse_header(message, field, "is not the ARN of an identity", values->values[0], against);
		if (kind == HEADER_MEMORY || !query_resource(message, resource, READINGS_ALL))
			return trouble(message, against);
	}
	return true;
}

/* The set that the message names, else those that the senders' identities have by default. */
static bool query_configuration_set(struct message *message, struct outcome *against)
{
	const struct header_values *values = &message->headers.of[HEADER_CONFIGURATION_SET];
	const struct generation *generation = message->generation;
	size_t senders = message->sender_count;

	if (values->count && !configuration_set_is_valid(values->values[0]))
		return refuse_header(message, HEADER_CONFIGURATION_SET, "is not the name of a configuration set", values->values[0],
			against);
	for (size_t i = 0; i < (values->count ? 1 : senders); i++) {
		struct text name = values->count ? values->values[0] : TEXT("");
		unsigned readings = values->count ? READINGS_ALL : message->senders[i].readings;
		if (!values->count)
			name = configuration_set_of_arn(generation, message->senders[i].resource);
		if (!name.length && (!generation->account_state.knows_defaults || !message->senders[i].address.length))
			message_account_any_set(message);
		else if (!message_account_set(message, name, against))
			return false;
		if (!name.length)
			continue;
		message->configuration_set = name;
		struct text resource = configuration_set_arn(&message->arena, generation, name);
		if (!resource.at || !query_resource(message, resource, readings))
			return trouble(message, against);
	}
	return true;
}

/* Recipients in the sandbox are resources of the senders, whose requests have been made again. */
static bool query_recipients(struct message *message)
{
	for (size_t i = 0, next = 0; message->generation->sandbox && i < message->recipient_count; i++) {
		struct mailbox mailbox;
		struct spelled spelled = { &mailbox, 1 };
		if (next < message->respelled_count && message->respelled[next].recipient == i)
			spelled = message->respelled[next++].spelled;
		else
			mailbox = mailbox_parse(&message->arena, message->recipients[i], TEXT(""),
				message->generation->address_case);
		for (unsigned k = 0; k < spelled.count; k++)
			if (spelled.at[k].kind == MAILBOX_MEMORY ||
				(!message_recipient_is_simulator(&spelled.at[k]) &&
					!query_for(message, &spelled.at[k], spelled_readings(&spelled, k), true)))
				return false;
	}
	return true;
}

static bool check_all(struct message *message, const struct header_mailbox *sender, const struct header_mailbox *return_path,
	struct outcome *against)
{
	bool good = check_mailbox(message, return_path, against);

	for (size_t i = 0; good && message->generation->from_address != FROM_ENVELOPE && i < message->from.count; i++)
		good = check_mailbox(message, &message->from.at[i], against);
	return good && check_mailbox(message, sender, against);
}

/* The From header and what goes with it; `sender` and `return_path` stay as they are if there is none. */
static bool settle_addresses(struct message *message, struct header_mailbox *sender, struct header_mailbox *return_path,
	struct outcome *against)
{
	const struct generation *generation = message->generation;
	bool wants_from = generation->wants_from;

	return (!wants_from || read_from(message, against)) &&
		(!wants_from || generation->from_address == FROM_ENVELOPE || read_one(message, HEADER_SENDER, sender, against)) &&
		((!wants_from && generation->slot[KEY_FEEDBACK_ADDRESS] < 0) ||
			read_one(message, HEADER_RETURN_PATH, return_path, against)) &&
		check_all(message, sender, return_path, against);
}

static bool settle_resources(struct message *message, const struct header_mailbox *sender, const struct header_mailbox *return_path,
	struct outcome *against)
{
	const struct generation *generation = message->generation;
	bool header = generation->from_address != FROM_ENVELOPE && generation->wants_from;

	if (header && (!query_for_mailbox(message, sender) || !query_for_mailbox(message, return_path)))
		return trouble(message, against);
	return (!header || query_steering(message, against)) &&
		(!generation->wants_configuration_set || query_configuration_set(message, against)) &&
		message_account_resources(message, against) && (query_recipients(message) || trouble(message, against));
}

bool message_headers_settle(struct message *message, enum stage stage, struct outcome *against)
{
	const struct generation *generation = message->generation;
	const struct header_mailbox none = { .mailbox.kind = MAILBOX_NULL, .written.kind = MAILBOX_NULL };
	struct header_mailbox sender = none, return_path = none;

	against->stage = stage;
	if (generation->ses_headers_refuse && !allow_no_steering(message, against))
		return false;
	if (!message_form_headers(message, against))
		return false;
	if (message->headers.broken.at) {
		refusal_line_break(message->text, message->headers.broken);
		*against = outcome_refuse(message, stage, REASON_BAD_HEADER, TEXT(""));
		return false;
	}
	if (!all_are_kept(message, against) || !message_tenant_settle(message, against))
		return false;
	if (!settle_addresses(message, &sender, &return_path, against))
		return false;
	message->return_path = return_path.written.kind == MAILBOX_ADDRESS ? return_path.written.address
									   : return_path.mailbox.address;
	/* A Return-Path of <> is one too: there is no address then. */
	if (!readings_feedback(message, message->headers.of[HEADER_RETURN_PATH].count ? &return_path : NULL) ||
		!all_senders(message))
		return trouble(message, against);
	/* Where no policy looks at From it was not read: with the null sender the answers are the same for every From. */
	if (!message->sender_count && !generation->wants_from && generation->from_address != FROM_ENVELOPE &&
		message->headers.of[HEADER_FROM].count && !query_sender(message, NULL, TEXT(""), false, READINGS_ALL))
		return trouble(message, against);
	if (!message->sender_count && generation->from_address != FROM_ENVELOPE) {
		refusal_header(message->text, header_name(HEADER_FROM), "is missing, and the envelope names no sender");
		*against = outcome_refuse(message, stage, REASON_NO_SENDER, TEXT(""));
		return false;
	}
	return settle_resources(message, &sender, &return_path, against) &&
		(message_tenant_query(message) || trouble(message, against));
}
