/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason_list: why a message is not let through, each reason once, with what the client is told. No guard: the file
 * that includes it defines
 *
 *   REASON(NAME, word, REFUSAL or TROUBLE, reply code, enhanced code, reply text, when)
 *
 * Words are stable: they stand in the log, in records and in the metrics. Refusals that differ only in their codes
 * share one word, and follow each other. The text is NULL where it is made for each message (refusal_text.h). TROUBLE is
 * our own: the MTA tries again. `when` is for the manual, ses-policy-milter(8), which lists them as they stand here.
 * Codes: RFC 5321, 4.2.2 and 4.2.3; RFC 3463, 3.2, 3.4 and 3.8; those of SES where it would refuse the same.
 */

REASON(POLICY, "policy", REFUSAL, "550", "5.7.1", NULL, "A Deny matches.")
REASON(NO_ALLOW, "no-allow", REFUSAL, "550", "5.7.1", NULL, "The request needs an Allow, and no Allow matches.")
REASON(BOUNDARY, "boundary", REFUSAL, "550", "5.7.1", NULL, "The permissions boundary of the principal has no Allow that matches.")
REASON(ORGANIZATION, "organization", REFUSAL, "550", "5.7.1", NULL, "A level of the organization has no Allow that matches.")
REASON(BAD_SENDER, "bad-address", REFUSAL, "553", "5.1.7", NULL,
	"The envelope sender is not a valid mailbox, or the MTA relays it in a form that it does not report to the filter.")
REASON(BAD_RECIPIENT, "bad-address", REFUSAL, "553", "5.1.3", NULL,
	"A recipient is not a valid mailbox, or is routed through another host, or the MTA relays it in a form that it does not report to the filter.")
REASON(FORM, "form", REFUSAL, "554", "5.6.0", NULL,
	"Amazon SES would refuse the headers, whatever the policies say: a second header of a name that may occur only once, a header without a valid name, no From or an empty From, a mailbox of more than 320 bytes. The setting form asks for this check.")
REASON(FORM_ADDRESS, "form", REFUSAL, "553", "5.6.7", NULL,
	"The envelope sender or a recipient has bytes that are not ASCII. The setting form asks for this check.")
REASON(BAD_HEADER, "bad-header", REFUSAL, "550", "5.1.7", NULL,
	"A header with addresses can be read in more than one way, by RFC 5322 and by Amazon SES, or it has too many addresses, or it occurs twice. Or a header of any name has a line break that does not fold the line.")
REASON(BAD_STEERING, "bad-header", REFUSAL, "550", "5.7.1", NULL,
	"An X-SES- header has a value that Amazon SES does not accept there.")
REASON(UNQUALIFIED_HEADER, "unqualified-header", REFUSAL, "550", "5.1.7", NULL,
	"The domain of an address in a header is not complete. The setting unqualified_headers refuses this.")
REASON(HEADER_LIMIT, "header-limit", REFUSAL, "550", "5.1.7", NULL,
	"A header with addresses is longer than the filter reads, or occurs too often, or the filter has no room for it beside the other headers.")
REASON(STEERING_LIMIT, "header-limit", REFUSAL, "550", "5.7.1", NULL,
	"The filter has no room for an X-SES- header beside the other headers.")
REASON(NO_SENDER, "no-sender", REFUSAL, "550", "5.1.7", NULL, "Neither the envelope nor a From header names a sender.")
REASON(NULL_SENDER, "null-sender", REFUSAL, "550", "5.7.1", "Null sender refused: Amazon SES relays no mail from <>",
	"The sender is <>. The setting null_sender refuses this.")
REASON(UNKNOWN_IDENTITY, "unknown-identity", REFUSAL, "550", "5.7.1", NULL,
	"No known identity covers an address. The setting unknown_identity refuses this.")
REASON(UNVERIFIED_RECIPIENT, "unverified-recipient", REFUSAL, "550", "5.7.1", NULL,
	"The account is in the sandbox, and no known identity covers a recipient.")
REASON(PAUSED, "paused", REFUSAL, "550", "5.7.1", "Message rejected: Sending paused for this account",
	"Amazon SES has paused the account, and the setting paused is refuse.")
REASON(PAUSED_NOW, "paused", REFUSAL, "451", "4.7.0", "Message rejected: Sending paused for this account; try again later",
	"Amazon SES has paused the account, and the setting paused is defer.")
REASON(SET_PAUSED, "configuration-set-paused", REFUSAL, "550", "5.7.1", NULL,
	"Amazon SES sends nothing with the configuration set of the message now, and the setting paused is refuse.")
REASON(SET_PAUSED_NOW, "configuration-set-paused", REFUSAL, "451", "4.7.0", NULL,
	"Amazon SES sends nothing with the configuration set of the message now, and the setting paused is defer.")
REASON(TENANT_PAUSED, "tenant-paused", REFUSAL, "550", "5.7.1", NULL,
	"Amazon SES has paused the tenant of the message, and the setting paused is refuse.")
REASON(TENANT_PAUSED_NOW, "tenant-paused", REFUSAL, "451", "4.7.0", NULL,
	"Amazon SES has paused the tenant of the message, and the setting paused is defer.")
REASON(UNKNOWN_SET, "unknown-configuration-set", REFUSAL, "550", "5.7.1", NULL,
	"The account does not have the configuration set of the message: the one in its header, or the default one of an identity of its senders.")
REASON(UNKNOWN_TENANT, "unknown-tenant", REFUSAL, "550", "5.7.1", NULL,
	"The account does not have the tenant that X-SES-TENANT names.")
REASON(TENANT_RESOURCE, "tenant-resource", REFUSAL, "550", "5.7.1", NULL,
	"An identity or the configuration set of the message is not associated with its tenant.")
REASON(SUPPRESSED, "suppressed", REFUSAL, "550", "5.1.1", NULL,
	"A recipient is on the suppression list of the account. The setting suppressed refuses this.")
REASON(LOGIN, "login", REFUSAL, "550", "5.7.1", NULL,
	"The login cannot be the name of a principal, or it differs from an entry of the setting principals only in upper and lower case.")
REASON(PRINCIPAL_UNKNOWN, "principal-unknown", REFUSAL, "550", "5.7.1", NULL,
	"The file of the setting iam has no such user or role, or it has two users whose names differ only in upper and lower case.")
REASON(CLIENT_REFUSED, "client-refused", REFUSAL, "550", "5.7.1", NULL,
	"The client fits an entry of the setting principals that refuses it.")
REASON(SES_HEADER, "ses-header", REFUSAL, "550", "5.7.1", NULL,
	"The message has an X-SES- header. The setting ses_headers refuses this.")
REASON(TENANT, "tenant", REFUSAL, "550", "5.7.1", NULL,
	"X-SES-TENANT names another tenant than the setting principals gives to the client.")
REASON(QUOTA, "quota", REFUSAL, "454", "4.7.0", NULL,
	"A limit of the setting quotas is used up: that of a day, or that of a second.")
REASON(QUOTA_SIZE, "quota", REFUSAL, "550", "5.5.3", NULL,
	"The message has more recipients than such a limit of a day, and can never pass.")
REASON(CROWDED, "crowded", REFUSAL, "550", "5.7.1", "Too many senders and resources in one message",
	"The message makes more than 4096 pairs of a sender and a resource.")
REASON(TOO_MUCH_WORK, "too-much-work", REFUSAL, "550", "5.7.1",
	"Too much to check in one message; send it to fewer recipients, from fewer senders",
	"To evaluate the policies for this message is more work than one message may cause.")
REASON(MEMORY, "memory", TROUBLE, "451", "4.3.0", "Policy check failed: out of memory; try again later", "Memory is short.")
REASON(QUOTA_UNAVAILABLE, "quota-unavailable", TROUBLE, "451", "4.3.0", "Sending quota cannot be checked; try again later",
	"The store of the setting quotas does not answer or cannot be read, and unavailable is refuse.")
REASON(HEADERS_UNSEEN, "headers-unseen", TROUBLE, "421", "4.3.2",
	"Policies have changed since this connection began; connect again",
	"The policies need headers, but when this connection began the MTA was told not to send them.")
REASON(NO_CLIENT, "no-client", TROUBLE, "451", "4.3.0", "Internal error, try again later",
	"The MTA sent MAIL, but did not say before who was connected.")
REASON(NO_MESSAGE, "no-message", TROUBLE, "451", "4.3.0", "Internal error, try again later",
	"The MTA sent a part of a message without MAIL before it.")
REASON(NO_MACROS, "no-macros", TROUBLE, "451", "4.3.0", "Internal error, try again later",
	"The MTA sent no macros with CONNECT, MAIL or RCPT, or there was no memory for them.")
REASON(REFUSAL_UNTOLD, "refusal-untold", TROUBLE, "451", "4.3.0", "Internal error, try again later",
	"A refusal came up at a stage at which the MTA expects no answer.")
REASON(RECORD, "record", TROUBLE, "451", "4.3.0", "Internal error, try again later",
	"The decision could not be recorded. The setting records_required asks for a record.")
