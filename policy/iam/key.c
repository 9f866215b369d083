/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/key.h"

#include <string.h>

/* String operators are taken on every key: they compare its text. */
#define TEXTUAL (TYPE_STRING | TYPE_NULL)

static const struct key_info keys[] = {
	{ "ses:ApiVersion", TEXTUAL | TYPE_NUMBER, false },
	{ "ses:FeedbackAddress", TEXTUAL, false },
	{ "ses:FromAddress", TEXTUAL, false },
	{ "ses:FromDisplayName", TEXTUAL, false },
	{ "ses:Recipients", TEXTUAL, true },
	{ "ses:MultiRegionEndpointId", TEXTUAL, false },
	{ "ses:TenantName", TEXTUAL, false },
	{ "ses:ExportSourceType", TEXTUAL, false },
	{ "ses:ReplicaRegion", TEXTUAL, true },
	{ "aws:CalledVia", TEXTUAL, true },
	{ "aws:CalledViaFirst", TEXTUAL, false },
	{ "aws:CalledViaLast", TEXTUAL, false },
	{ "aws:CurrentTime", TEXTUAL | TYPE_DATE, false },
	{ "aws:EpochTime", TEXTUAL | TYPE_DATE | TYPE_NUMBER, false },
	{ "aws:FederatedProvider", TEXTUAL | TYPE_ARN, false },
	{ "aws:MultiFactorAuthAge", TEXTUAL | TYPE_NUMBER, false },
	{ "aws:MultiFactorAuthPresent", TEXTUAL | TYPE_BOOL, false },
	{ "aws:PrincipalAccount", TEXTUAL, false },
	{ "aws:PrincipalArn", TEXTUAL | TYPE_ARN, false },
	{ "aws:PrincipalIsAWSService", TEXTUAL | TYPE_BOOL, false },
	{ "aws:PrincipalOrgID", TEXTUAL, false },
	{ "aws:PrincipalOrgPaths", TEXTUAL, true },
	{ "aws:PrincipalServiceName", TEXTUAL, false },
	{ "aws:PrincipalServiceNamesList", TEXTUAL, true },
	{ "aws:PrincipalTag/", TEXTUAL | TYPE_NUMBER | TYPE_DATE | TYPE_BOOL | TYPE_ARN | TYPE_IP | TYPE_BINARY, false },
	{ "aws:PrincipalType", TEXTUAL, false },
	{ "aws:RequestedRegion", TEXTUAL, false },
	{ "aws:ResourceAccount", TEXTUAL, false },
	{ "aws:ResourceOrgID", TEXTUAL, false },
	{ "aws:ResourceOrgPaths", TEXTUAL, true },
	{ "aws:SecureTransport", TEXTUAL | TYPE_BOOL, false },
	{ "aws:SourceAccount", TEXTUAL, false },
	{ "aws:SourceArn", TEXTUAL | TYPE_ARN, false },
	{ "aws:SourceIp", TEXTUAL | TYPE_IP, false },
	{ "aws:SourceOrgID", TEXTUAL, false },
	{ "aws:SourceOrgPaths", TEXTUAL, true },
	{ "aws:SourceVpc", TEXTUAL, false },
	{ "aws:SourceVpce", TEXTUAL, false },
	{ "aws:TagKeys", TEXTUAL, true },
	{ "aws:TokenIssueTime", TEXTUAL | TYPE_DATE, false },
	{ "aws:UserAgent", TEXTUAL, false },
	{ "aws:VpcSourceIp", TEXTUAL | TYPE_IP, false },
	{ "aws:ViaAWSService", TEXTUAL | TYPE_BOOL, false },
	{ "aws:referer", TEXTUAL, false },
	{ "aws:userid", TEXTUAL, false },
	{ "aws:username", TEXTUAL, false },
};

const struct key_info *key_find(struct text name)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct text known = text_of(keys[i].name);
		bool family = known.at[known.length - 1] == '/';
		if (family ? name.length > known.length && text_starts_with_fold(name, known)
			   : text_equals_fold(name, known))
			return &keys[i];
	}
	return NULL;
}

bool key_holds_addresses(struct text name)
{
	static const char *const holders[] = { "ses:FromAddress", "ses:FeedbackAddress", "ses:Recipients" };

	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
		if (text_equals_fold(name, text_of(holders[i])))
			return true;
	return false;
}

int key_table_find(const struct key_table *table, struct text name)
{
	for (size_t i = 0; i < table->count; i++)
		if (text_equals_fold(table->keys[i].name, name))
			return (int)i;
	return -1;
}

int key_table_add(struct key_table *table, struct text name)
{
	int known = key_table_find(table, name);
	if (known >= 0)
		return known;
	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 16;
		struct key *grown = arena_array(table->arena, room, sizeof *grown);
		if (!grown)
			return -1;
		if (table->count)
			memcpy(grown, table->keys, table->count * sizeof *grown);
		table->keys = grown;
		table->room = room;
	}
	table->keys[table->count] = (struct key){ .name = name, .info = key_find(name),
		.addresses = key_holds_addresses(name) };
	return (int)table->count++;
}
