/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/trouble_site.h"

#include "unit/account_at.h"
#include "unit/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define USER "arn:aws:iam::123456789012:user/"
#define DENY(sid, resource, condition) \
	"{\"Sid\": \"" sid "\", \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"ses:*\", " \
	"\"Resource\": \"" resource "\", \"Condition\": {" condition "}}"

/* Who is meant by a network, a login, what the context says, and the configuration set. */
static const char denies[] = "{\"Version\": \"2012-10-17\", \"Statement\": [\n" DENY("spam", "*",
	"\"ForAnyValue:StringLike\": {\"ses:Recipients\": \"*@blocked.example\"}") ",\n" DENY("outside", "*",
	"\"ArnEquals\": {\"aws:PrincipalArn\": \"" USER
	"rest\"}, \"StringLike\": {\"ses:FromAddress\": \"ceo@*\"}") ",\n" DENY("batch", "*",
	"\"StringEquals\": {\"aws:username\": \"batch\", \"ses:FromAddress\": \"person@example.com\"}") ",\n" DENY("zone", "*",
	"\"StringEquals\": {\"custom:zone\": \"lab\"}, \"Bool\": {\"aws:SecureTransport\": \"false\"}") ",\n" DENY("team", "*",
	"\"StringEquals\": {\"aws:PrincipalTag/team\": \"red\", \"ses:FromAddress\": \"blue@example.com\"}") ",\n" DENY("set",
	ARN "configuration-set/closed", "\"StringLike\": {\"ses:FromAddress\": \"news@*\"}") ",\n" DENY("network", "*",
	"\"IpAddress\": {\"aws:SourceIp\": [\"192.0.2.0/24\", \"2001:db8:66::/48\"]}") "]}";

/* As SES prints it: the identity, its configuration set, and its policies. */
static const char shop[] =
	"{\"IdentityType\": \"DOMAIN\", \"ConfigurationSetName\": \"closed\", \"Policies\": {\"shop\": "
	"\"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Deny\\\", \\\"Principal\\\": \\\"*\\\", "
	"\\\"Action\\\": \\\"ses:SendRawEmail\\\", \\\"Resource\\\": \\\"" ARN "identity/shop.example\\\", \\\"Condition\\\": "
	"{\\\"StringNotLike\\\": {\\\"ses:FromAddress\\\": [\\\"news@shop.example\\\", \\\"sales@shop.example\\\"]}}}]}\"}}";

static const char billing[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"ses:SendRawEmail\", "
	"\"Resource\": [\"" ARN "identity/example.com\", \"" ARN "configuration-set/*\"], "
	"\"Condition\": {\"StringEquals\": {\"ses:FromAddress\": [\"billing@example.com\", \"unbound@example.com\"]}}}}";

static const char boundary[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"ses:*\", "
	"\"Resource\": \"*\", \"Condition\": {\"StringNotEquals\": {\"ses:FromAddress\": \"unbound@example.com\"}}}}";

static const char root[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}";

static const char unit[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"NotAction\": \"s3:*\", \"Resource\": \"*\", "
	"\"Condition\": {\"StringNotEquals\": {\"ses:FromAddress\": \"unlisted@example.com\"}}}, "
	"{\"Effect\": \"Deny\", \"Action\": \"ses:*\", \"Resource\": \"*\", "
	"\"Condition\": {\"StringEquals\": {\"ses:FromAddress\": \"forbidden@example.com\"}}}]}";

static const char nothing_else[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"*\", "
	"\"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"ses:FromAddress\": \"person@example.com\"}}}}";

/*
 * What IAM says of the account, in two pages: those who may do everything by their group, and one who has a policy, a
 * boundary and a tag of each.
 */
#define IAM "arn:aws:iam::123456789012:"
#define ALL "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}"
#define DENIES(condition) \
	"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"ses:*\", \"Resource\": \"*\", " \
	"\"Condition\": {" condition "}}}"
#define BY_GROUP(name) "{\"UserName\": \"" name "\", \"Arn\": \"" USER name "\", \"GroupList\": [\"all\"]}"
static const char account[] = "{\"UserDetailList\": [\n" BY_GROUP("batch") ", " BY_GROUP("red") ", " BY_GROUP("someone") ", " BY_GROUP(
	"green") ",\n"
		 "  {\"UserName\": \"Clerk\", \"Arn\": \"" USER "staff/Clerk\", \"GroupList\": [\"all\"],\n"
		 "   \"Tags\": [{\"Key\": \"team\", \"Value\": \"red\"}],\n"
		 "   \"PermissionsBoundary\": {\"PermissionsBoundaryArn\": \"" IAM "policy/clerks\"},\n"
		 "   \"UserPolicyList\": [{\"PolicyName\": \"own\", \"PolicyDocument\": " DENIES(
			 "\"StringEquals\": {\"ses:FromAddress\": \"own@example.com\", \"aws:username\": \"Clerk\"}") "}]}],\n"
														      " \"IsTruncated\": true}\n"
														      "{\"GroupDetailList\": [{\"GroupName\": \"all\", \"Arn\": \"" IAM
														      "group/all\",\n"
														      "   \"GroupPolicyList\": [{\"PolicyName\": \"all\", \"PolicyDocument\": " ALL
														      "}]}],\n"
														      " \"Policies\": [{\"PolicyName\": \"clerks\", \"Arn\": \"" IAM
														      "policy/clerks\", \"PolicyVersionList\": [{\"IsDefaultVersion\": true, \"Document\": "
														      "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"ses:*\", \"Resource\": \"*\", "
														      "\"Condition\": {\"StringNotLike\": {\"ses:FromAddress\": \"ceo@*\"}}}}}]}]}\n";

static const char shadow[] = "{\"Version\": \"2012-10-17\", \"Statement\": [\n" DENY("all-but-billing", ARN "identity/*",
	"\"StringNotEquals\": {\"ses:FromAddress\": \"billing@example.com\"}") "]}";

/* What SES says of the account: the default sets are those of the settings all the same. */
static const char *const state_files[][2] = {
	{ "state.json", AT_ALL },
	{ "account.json", AT_ACCOUNT("true", "true", "\"BOUNCE\"") },
	{ "identities/bank.example.json", AT_IDENTITY("true", AT_DEFAULT("closed")) },
	{ "identities/late.example.json", AT_IDENTITY("false", "") },
	{ "configuration-sets/main.json", AT_SET("main", "true", "") },
	{ "configuration-sets/closed.json", AT_SET("closed", "true", "") },
	{ "configuration-sets/off.json", AT_SET("off", "false", AT_REASONS("\"BOUNCE\"")) },
	{ "tenants/one.json", AT_TENANT("one", "ENABLED") },
	{ "tenants/one.resources.json", AT_RESOURCES(AT_RESOURCE("EMAIL_IDENTITY", "identity/bank.example")) },
	{ "suppressed.json", AT_LIST(AT_GONE("gone@example.net", "BOUNCE")) },
};

/* Each %s is the folder of the files. */
static const char settings[] =
	"{\"policies\": [\"%s/policies.d\"], \"shadow\": [\"%s/shadow.json\"],\n"
	"\"iam\": \"%s/account.json\", \"account_state\": \"%s/state\",\n"
	"\"identities\": [\"example.com\", \"shop.example\", \"boss@example.org\"], \"unknown_identity\": \"reject\",\n"
	"\"configuration_sets\": {\"example.com\": \"main\"}, \"context\": {\"custom:site\": \"here\"},\n"
	"\"networks\": [{\"network\": \"172.16.9.0/24\", \"context\": {\"custom:zone\": \"lab\"}},\n"
	"  {\"network\": \"fd00:1::/32\", \"context\": {\"custom:zone\": [\"lab\"]}}],\n"
	"\"principals\": [\n"
	"  {\"login\": \"billing\", \"arn\": \"" USER "billing\", \"policies\": [\"%s/billing.json\"],\n"
	"   \"boundary\": \"%s/boundary.json\"},\n"
	"  {\"network\": \"10.1.0.0/16\", \"arn\": \"" USER "batch\"},\n"
	"  {\"network\": \"fd00:2::/32\", \"arn\": \"" USER "batch\"},\n"
	"  {\"login\": \"red\", \"arn\": \"" USER "red\", \"context\": {\"aws:PrincipalTag/team\": \"red\"}},\n"
	"  {\"login\": \"*\", \"arn\": \"" USER "${login}\"},\n"
	"  {\"arn\": \"" USER "rest\", \"policies\": [\"%s/rest.json\"]}],\n"
	"\"organization\": [[\"%s/root.json\"], [\"%s/unit.json\"]]}\n";

const struct trouble_message trouble_messages[] = {
	{ "a login with policies of its own", "172.16.1.1", "billing", true, "billing@example.com", "a@example.net", NULL, NULL,
		"taken", "taken" },
	{ "a user of IAM", "172.16.1.1", "clerk", true, "x@example.com", "a@example.net", NULL, NULL, "taken", "MAIL 550 policy" },
	{ "its own policy, in its own letters", "172.16.1.1", "CLERK", true, "own@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 policy", "MAIL 550 policy" },
	{ "its boundary", "172.16.1.1", "clerk", true, "ceo@example.com", "a@example.net", NULL, NULL, "MAIL 550 boundary",
		"MAIL 550 policy" },
	{ "its tag", "172.16.1.1", "clerk", true, "blue@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "nobody of IAM", "172.16.1.1", "nobody", true, "x@example.com", "a@example.net", NULL, NULL, "MAIL 550 principal-unknown",
		"MAIL 550 principal-unknown" },
	{ "beyond them", "172.16.1.1", "billing", true, "sales@example.com", "a@example.net", NULL, NULL, "MAIL 550 no-allow",
		"MAIL 550 policy" },
	{ "what the boundary leaves out", "172.16.1.1", "billing", true, "unbound@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 boundary", "MAIL 550 policy" },
	{ "what a level does not allow", "172.16.1.1", "someone", true, "unlisted@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 organization", "MAIL 550 policy" },
	{ "what a level denies", "172.16.1.1", "someone", true, "forbidden@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 policy", "MAIL 550 policy" },
	{ "a network", "10.1.2.3", "", true, "robot@example.com", "a@example.net", NULL, NULL, "taken", "MAIL 550 policy" },
	{ "what that network may not", "10.1.2.3", "", true, "person@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "outside of it", "10.2.2.3", "", true, "robot@example.com", "a@example.net", NULL, NULL, "MAIL 550 no-allow",
		"MAIL 550 policy" },
	{ "a network of IPv6", "fd00:2::1", "", true, "robot@example.com", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "outside of that", "fd00:3::1", "", true, "robot@example.com", "a@example.net", NULL, NULL, "MAIL 550 no-allow",
		"MAIL 550 policy" },
	{ "no address at all", "", "", true, "robot@example.com", "a@example.net", NULL, NULL, "MAIL 550 no-allow",
		"MAIL 550 policy" },
	{ "any login", "172.16.1.1", "someone", true, "person@example.com", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "context of a login", "172.16.1.1", "red", true, "blue@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "not of another", "172.16.1.1", "green", true, "blue@example.com", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "context of a network, without TLS", "172.16.9.7", "someone", false, "x@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 policy", "MAIL 550 policy" },
	{ "the same with TLS", "172.16.9.7", "someone", true, "x@example.com", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "context of IPv6", "fd00:1::7", "someone", false, "x@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "a network that is denied", "192.0.2.9", "someone", true, "x@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "the same of IPv6", "2001:db8:66::9", "someone", true, "x@example.com", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "a recipient", "172.16.1.1", "someone", true, "x@example.com", "eve@blocked.example", NULL, NULL, "RCPT 550 policy",
		"MAIL 550 policy" },
	{ "recipients in quotes", "172.16.1.1", "someone", true, "x@example.com",
		"\"a\"@example.net \"b\"@example.net c@example.net", NULL, NULL, "taken", "MAIL 550 policy" },
	{ "a recipient behind them", "172.16.1.1", "someone", true, "x@example.com",
		"\"a\"@example.net \"b\"@example.net \"eve\"@blocked.example", NULL, NULL, "RCPT 550 policy", "MAIL 550 policy" },
	{ "an identity that is none", "172.16.1.1", "someone", true, "x@other.example", "a@example.net", NULL, NULL,
		"MAIL 550 unknown-identity", "MAIL 550 unknown-identity" },
	{ "an address that is one", "172.16.1.1", "someone", true, "boss@example.org", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "policy of an identity", "172.16.1.1", "someone", true, "x@shop.example", "a@example.net", NULL, NULL, "MAIL 550 policy",
		"MAIL 550 policy" },
	{ "the set of that identity", "172.16.1.1", "someone", true, "news@shop.example", "a@example.net", NULL, NULL,
		"EOH 550 policy", "MAIL 550 policy" },
	{ "another sender of it", "172.16.1.1", "someone", true, "sales@shop.example", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "a set by header", "172.16.1.1", "someone", true, "news@example.com", "a@example.net", "X-SES-CONFIGURATION-SET",
		"closed", "EOH 550 policy", "MAIL 550 policy" },
	{ "the set of the settings", "172.16.1.1", "someone", true, "news@example.com", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "an ARN by header", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "X-SES-SOURCE-ARN",
		ARN "identity/shop.example", "EOH 550 policy", "MAIL 550 policy" },
	{ "a sender by header", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "Sender", "x@other.example",
		"EOH 550 unknown-identity", "MAIL 550 policy" },
	{ "an identity of the account", "172.16.1.1", "someone", true, "x@bank.example", "a@example.net", NULL, NULL, "taken",
		"MAIL 550 policy" },
	{ "one that is not verified", "172.16.1.1", "someone", true, "x@late.example", "a@example.net", NULL, NULL,
		"MAIL 550 unknown-identity", "MAIL 550 unknown-identity" },
	{ "a recipient that SES sends nothing", "172.16.1.1", "someone", true, "x@example.com", "gone@example.net", NULL, NULL,
		"RCPT 550 suppressed", "MAIL 550 policy" },
	{ "a set that is not there", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "X-SES-CONFIGURATION-SET",
		"nowhere", "EOH 550 unknown-configuration-set", "MAIL 550 policy" },
	{ "a set that sends nothing", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "X-SES-CONFIGURATION-SET",
		"off", "EOH 451 configuration-set-paused", "MAIL 550 policy" },
	{ "a tenant of the account", "172.16.1.1", "someone", true, "x@bank.example", "a@example.net", "X-SES-TENANT", "one",
		"taken", "MAIL 550 policy" },
	{ "a tenant of another identity", "172.16.1.1", "someone", true, "boss@example.org", "a@example.net", "X-SES-TENANT", "one",
		"EOH 550 tenant-resource", "MAIL 550 policy" },
	{ "a tenant that is not there", "172.16.1.1", "someone", true, "x@bank.example", "a@example.net", "X-SES-TENANT", "two",
		"EOH 550 unknown-tenant", "MAIL 550 policy" },
	{ "a header twice", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "from", "x@example.com",
		"EOH 554 form", "MAIL 550 policy" },
	{ "a header whose name is none", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "x y", "z",
		"EOH 554 form", "MAIL 550 policy" },
	{ "a header in a header", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "Subject", "x\rFrom: y",
		"EOH 550 bad-header", "MAIL 550 policy" },
	{ "a recipient beyond ASCII", "172.16.1.1", "someone", true, "x@example.com", "\xc3\xa4@example.net", NULL, NULL,
		"RCPT 553 form", "MAIL 550 policy" },
	{ "a sender with quotes", "172.16.1.1", "someone", true, "x@example.com", "a@example.net", "Sender", "\"x\"@other.example",
		"EOH 550 unknown-identity", "MAIL 550 policy" },
};

const size_t trouble_message_count = COUNT_OF(trouble_messages);

static char folder[] = "/tmp/test_trouble.XXXXXX";

static void put(const char *name, const char *content)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

const char *trouble_site_make(void)
{
	static char path[128];
	char text[sizeof settings + 9 * sizeof folder];

	strcpy(folder + sizeof folder - 7, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/policies.d", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	put("policies.d/denies.json", denies);
	put("policies.d/shop.example.json", shop);
	put("billing.json", billing);
	put("boundary.json", boundary);
	put("root.json", root);
	put("unit.json", unit);
	put("rest.json", nothing_else);
	put("shadow.json", shadow);
	put("account.json", account);
	snprintf(path, sizeof path, "%s/state", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < COUNT_OF(state_files); i++)
		account_at_put(path, state_files[i][0], state_files[i][1]);
	snprintf(text, sizeof text, settings, folder, folder, folder, folder, folder, folder, folder, folder, folder);
	put("milter.json", text);
	snprintf(path, sizeof path, "%s/milter.json", folder);
	return path;
}

void trouble_site_remove(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -r '%s'", folder);
	assert_int_equal(system(command), 0);
}
