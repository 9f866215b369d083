/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_at: folders with the state of an account, for tests.
 */
#ifndef UNIT_ACCOUNT_AT_H
#define UNIT_ACCOUNT_AT_H

#define AT_WHEN "\"2026-05-01T12:00:00Z\""
#define AT_STATE(parts) "{\"parts\":{" parts "}}"
#define AT_ALL \
	AT_STATE("\"account\":" AT_WHEN ",\"identities\":" AT_WHEN ",\"configuration-sets\":" AT_WHEN ",\"tenants\":" AT_WHEN \
		 ",\"suppressed\":" AT_WHEN)
#define AT_ACCOUNT(sending, production, reasons) \
	"{\"SendingEnabled\":" sending ",\"ProductionAccessEnabled\":" production ",\"EnforcementStatus\":\"HEALTHY\"," \
	"\"SuppressionAttributes\":{\"SuppressedReasons\":[" reasons "]}}"
#define AT_IDENTITY(verified, rest) \
	"{\"IdentityType\":\"DOMAIN\",\"VerifiedForSendingStatus\":" verified ",\"Policies\":{}" rest "}"
#define AT_DEFAULT(set) ",\"ConfigurationSetName\":\"" set "\""
#define AT_SET(name, sending, rest) \
	"{\"ConfigurationSetName\":\"" name "\",\"SendingOptions\":{\"SendingEnabled\":" sending "}" rest "}"
#define AT_REASONS(reasons) ",\"SuppressionOptions\":{\"SuppressedReasons\":[" reasons "]}"
#define AT_TENANT(name, status) "{\"Tenant\":{\"TenantName\":\"" name "\",\"SendingStatus\":\"" status "\"}}"
#define AT_RESOURCES(list) "{\"TenantResources\":[" list "]}"
#define AT_RESOURCE(kind, name) "{\"ResourceType\":\"" kind "\",\"ResourceArn\":\"arn:aws:ses:us-west-2:123456789012:" name "\"}"
#define AT_LIST(elements) "{\"SuppressedDestinationSummaries\": [" elements "]}"
#define AT_GONE(address, reason) "{\"EmailAddress\": \"" address "\", \"Reason\": \"" reason "\"}"

/* Write a file into the folder, or (text NULL) take it away. `name` may have one folder in it, which is made. */
void account_at_put(const char *folder, const char *name, const char *text);

/* All that is in the folder goes, but for itself. */
void account_at_clear(const char *folder);

#endif
