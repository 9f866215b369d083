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
REASON(NO_ALLOW, "no-allow", REFUSAL, "550", "5.7.1", NULL, "An Allow is needed, and none matches.")
REASON(BOUNDARY, "boundary", REFUSAL, "550", "5.7.1", NULL, "The permissions boundary of the principal has no Allow that matches.")
REASON(ORGANIZATION, "organization", REFUSAL, "550", "5.7.1", NULL, "A level of the organization has no Allow that matches.")
REASON(BAD_SENDER, "bad-address", REFUSAL, "553", "5.1.7", NULL,
	"The envelope sender is not a valid mailbox, or the MTA relays it in a form that it does not tell the filter.")
REASON(BAD_RECIPIENT, "bad-address", REFUSAL, "553", "5.1.3", NULL,
	"A recipient is not a valid mailbox, or is routed by way of another host, or the MTA relays it in a form that it does not tell the filter.")
REASON(FORM, "form", REFUSAL, "554", "5.6.0", NULL,
	"What Amazon SES refuses of the headers whatever the policies say: a header twice that may stand once, a header's name that is none, no From or an empty one, a mailbox of more than 320 bytes. The setting form asks for it.")
REASON(FORM_ADDRESS, "form", REFUSAL, "553", "5.6.7", NULL,
	"The envelope sender or a recipient has bytes that are not ASCII, where the setting form asks for it.")
REASON(BAD_HEADER, "bad-header", REFUSAL, "550", "5.1.7", NULL,
	"A header of addresses cannot be read in one way, by RFC 5322 and by Amazon SES, or holds too many, or occurs twice; or a header of any name has a line break that is no fold.")
REASON(BAD_STEERING, "bad-header", REFUSAL, "550", "5.7.1", NULL,
	"A header that steers Amazon SES does not hold what SES takes there.")
REASON(UNQUALIFIED_HEADER, "unqualified-header", REFUSAL, "550", "5.1.7", NULL,
	"The domain of an address in a header is not written in full, which the setting unqualified_headers refuses.")
REASON(HEADER_LIMIT, "header-limit", REFUSAL, "550", "5.1.7", NULL,
	"A header of addresses is longer than the filter reads, or occurs too often, or found no room beside the others.")
REASON(STEERING_LIMIT, "header-limit", REFUSAL, "550", "5.7.1", NULL,
	"A header that steers Amazon SES found no room beside the others.")
REASON(NO_SENDER, "no-sender", REFUSAL, "550", "5.1.7", NULL, "Neither the envelope nor a From header names a sender.")
REASON(NULL_SENDER, "null-sender", REFUSAL, "550", "5.7.1", "Null sender refused: Amazon SES relays no mail from <>",
	"The null sender, which the setting null_sender refuses.")
REASON(UNKNOWN_IDENTITY, "unknown-identity", REFUSAL, "550", "5.7.1", NULL,
	"An address of no identity of the site, which the setting unknown_identity refuses.")
REASON(UNVERIFIED_RECIPIENT, "unverified-recipient", REFUSAL, "550", "5.7.1", NULL,
	"In the sandbox, a recipient of no identity of the site.")
REASON(PAUSED, "paused", REFUSAL, "550", "5.7.1", "Message rejected: Sending paused for this account",
	"Amazon SES has paused the account, and the setting paused is refuse.")
REASON(PAUSED_NOW, "paused", REFUSAL, "451", "4.7.0", "Message rejected: Sending paused for this account; try again later",
	"Amazon SES has paused the account, and the setting paused is defer.")
REASON(SET_PAUSED, "configuration-set-paused", REFUSAL, "550", "5.7.1", NULL,
	"Sending is switched off for the configuration set of the message, and the setting paused is refuse.")
REASON(SET_PAUSED_NOW, "configuration-set-paused", REFUSAL, "451", "4.7.0", NULL,
	"Sending is switched off for the configuration set of the message, and the setting paused is defer.")
REASON(TENANT_PAUSED, "tenant-paused", REFUSAL, "550", "5.7.1", NULL,
	"Sending is paused for the tenant of the message, and the setting paused is refuse.")
REASON(TENANT_PAUSED_NOW, "tenant-paused", REFUSAL, "451", "4.7.0", NULL,
	"Sending is paused for the tenant of the message, and the setting paused is defer.")
REASON(UNKNOWN_SET, "unknown-configuration-set", REFUSAL, "550", "5.7.1", NULL,
	"The account has no such configuration set: the one that the message names, or the default one of an identity that it is sent from.")
REASON(UNKNOWN_TENANT, "unknown-tenant", REFUSAL, "550", "5.7.1", NULL,
	"The account has no tenant that is called as X-SES-TENANT says.")
REASON(TENANT_RESOURCE, "tenant-resource", REFUSAL, "550", "5.7.1", NULL,
	"An identity or the configuration set of the message is not associated with its tenant.")
REASON(SUPPRESSED, "suppressed", REFUSAL, "550", "5.1.1", NULL,
	"A recipient on the suppression list of the account, which the setting suppressed refuses.")
REASON(LOGIN, "login", REFUSAL, "550", "5.7.1", NULL,
	"The login cannot be the name of a principal, or differs from an entry of the setting principals only in upper and lower case.")
REASON(PRINCIPAL_UNKNOWN, "principal-unknown", REFUSAL, "550", "5.7.1", NULL,
	"The file that the setting iam names has no such user or role, or has two users whose names differ only in upper and lower case.")
REASON(CLIENT_REFUSED, "client-refused", REFUSAL, "550", "5.7.1", NULL,
	"The entry of the setting principals that fits the client refuses it.")
REASON(SES_HEADER, "ses-header", REFUSAL, "550", "5.7.1", NULL,
	"A header that steers Amazon SES, which the setting ses_headers refuses.")
REASON(TENANT, "tenant", REFUSAL, "550", "5.7.1", NULL,
	"X-SES-TENANT names another tenant than the one to which the setting principals pins the client.")
REASON(CROWDED, "crowded", REFUSAL, "550", "5.7.1", "Too many senders and resources in one message",
	"More than 4096 pairs of a sender and a resource.")
REASON(TOO_MUCH_WORK, "too-much-work", REFUSAL, "550", "5.7.1",
	"Too much to check in one message; send it to fewer recipients, from fewer senders",
	"What the policies ask of this message is more work than one message may make.")
REASON(MEMORY, "memory", TROUBLE, "451", "4.3.0", "Policy check failed for want of memory; try again later", "Memory is short.")
REASON(HEADERS_UNSEEN, "headers-unseen", TROUBLE, "421", "4.3.2",
	"Policies have changed since this connection began; connect again",
	"The policies need headers, which the MTA was told not to send when this connection began.")
REASON(NO_CLIENT, "no-client", TROUBLE, "451", "4.3.0", "Internal trouble, try again later",
	"The MTA sent MAIL, but did not say before who connected.")
REASON(NO_MESSAGE, "no-message", TROUBLE, "451", "4.3.0", "Internal trouble, try again later",
	"The MTA sent a part of a message without MAIL before it.")
REASON(NO_MACROS, "no-macros", TROUBLE, "451", "4.3.0", "Internal trouble, try again later",
	"The MTA told no macros with CONNECT, MAIL or RCPT, or there was no memory for them.")
REASON(REFUSAL_UNTOLD, "refusal-untold", TROUBLE, "451", "4.3.0", "Internal trouble, try again later",
	"A refusal came up at a stage for which the MTA expects no answer.")
REASON(RECORD, "record", TROUBLE, "451", "4.3.0", "Internal trouble, try again later",
	"The decision could not be recorded, and the setting records_required asks for it.")
