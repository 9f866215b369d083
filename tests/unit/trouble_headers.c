/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/check.h"
#include "unit/trouble_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define IAM "arn:aws:iam::123456789012:"
#define ROLE "arn:aws:sts::123456789012:assumed-role/mailer/night"
#define HEAD(sid, effect) "{\"Sid\": \"" sid "\", \"Effect\": \"" effect "\", "
#define DENY_ON(sid, resource, condition) \
	HEAD(sid, "Deny") \
	"\"Principal\": \"*\", \"Action\": \"ses:*\", \"Resource\": " resource ", \"Condition\": {" condition "}}"
#define DENY(sid, condition) DENY_ON(sid, "\"*\"", condition)
#define FROM(address) "\"StringEquals\": {\"ses:FromAddress\": \"" address "\"}"

/* What headers say, what the caller is, the time, and each kind of value with and without variables. */
static const char denies[] = "{\"Version\": \"2012-10-17\", \"Statement\": [\n" DENY("name",
	"\"StringLike\": {\"ses:FromDisplayName\": \"*Boss*\"}") ",\n" DENY("feedback",
	"\"StringLike\": {\"ses:FeedbackAddress\": \"*@bounce.example\"}") ",\n" DENY("keys",
	"\"StringEquals\": {\"ses:FromAddress\": \"keys@example.com\", \"ses:ApiVersion\": \"2\", "
	"\"aws:RequestedRegion\": \"us-west-2\", \"aws:PrincipalAccount\": \"123456789012\", \"aws:PrincipalType\": "
	"\"AssumedRole\", \"aws:ResourceAccount\": \"123456789012\"}") ",\n" DENY("time",
	"\"DateGreaterThan\": {\"aws:CurrentTime\": [\"2026-01-01T00:00:00Z\", \"2036-01-01\"]}, "
	"\"NumericGreaterThan\": {\"aws:EpochTime\": [\"1700000000\", \"1900000000\"]}, " FROM(
		"late@example.com")) ",\n" DENY("relay",
	"\"IpAddress\": {\"aws:SourceIp\": \"2001:db8::/32\"}, " FROM("six@example.com")) ",\n" DENY("human",
	"\"Bool\": {\"aws:PrincipalTag/human\": \"true\"}, " FROM("human@example.com")) ",\n" DENY("level",
	"\"NumericEquals\": {\"aws:PrincipalTag/level\": [\"3\", \"4\"]}, " FROM("level@example.com")) ",\n" DENY("own",
	"\"StringNotLike\": {\"ses:FromAddress\": [\"${aws:username, 'nobody'}@*\", \"all@*\"]}, "
	"\"StringLike\": {\"ses:FromAddress\": \"*@Own.example\"}") ",\n" DENY("list",
	"\"ForAnyValue:StringEquals\": {\"aws:PrincipalOrgPaths\": [\"two\", \"three\"]}, " FROM(
		"list@example.com")) ",\n" DENY_ON("named", "\"" ARN "identity/${aws:username}.example\"",
	"\"Null\": {\"custom:none\": \"true\"}") ",\n" DENY("id",
	"\"StringEquals\": {\"aws:userid\": \"AIDAEXAMPLEANN000\", \"ses:FromAddress\": \"id@example.com\"}") ",\n" DENY("tenant",
	"\"StringEquals\": {\"ses:TenantName\": \"red\", \"ses:FromAddress\": \"tenant@example.com\"}") ",\n" DENY("arn",
	"\"ArnLike\": {\"aws:PrincipalArn\": [\"" IAM "user/a?n\", \"" IAM
	"user/${custom:site}\"]}, " FROM("arn@example.com")) ",\n" HEAD("action",
	"Deny") "\"Principal\": \"*\", \"NotAction\": [\"ses:SendEmail\", \"iam:*\"], \"Resource\": \"*\", "
		"\"Condition\": {" FROM("action@example.com") "}},\n" HEAD("resource",
			"Deny") "\"Principal\": \"*\", \"Action\": \"ses:*\", \"NotResource\": [\"" ARN
				"identity/example.com\", \"" ARN "identity/${aws:username}.org\"], "
				"\"Condition\": {" FROM("sales@shop.example") "}},\n" HEAD("principal",
					"Deny") "\"NotPrincipal\": {\"AWS\": [\"" IAM "user/ann\", \"" ROLE
						"\"]}, \"Action\": \"ses:*\", \"Resource\": \"*\", \"Condition\": {" FROM(
							"team@example.com") "}},\n" DENY_ON("recipient",
							"\"" ARN "identity/example.org\"", FROM("box@example.com")) "]}";

#define ALL "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}"
#define VERSIONS(document) \
	"\"PolicyVersionList\": [{\"VersionId\": \"v1\", \"IsDefaultVersion\": true, \"Document\": " document "}]"
static const char account[] = "{\"UserDetailList\": [\n"
			      "  {\"UserName\": \"ann\", \"UserId\": \"AIDAEXAMPLEANN000\", \"Arn\": \"" IAM
			      "user/ann\", \"GroupList\": [],\n"
			      "   \"AttachedManagedPolicies\": [{\"PolicyName\": \"all\", \"PolicyArn\": \"" IAM "policy/all\"}],\n"
			      "   \"Tags\": [{\"Key\": \"human\", \"Value\": \"true\"}, {\"Key\": \"level\", \"Value\": \"3\"}]},\n"
			      "  {\"UserName\": \"bob\", \"UserId\": \"AIDAEXAMPLEBOB000\", \"Arn\": \"" IAM
			      "user/bob\", \"GroupList\": [\"all\"]}],\n"
			      " \"GroupDetailList\": [{\"GroupName\": \"all\", \"Arn\": \"" IAM "group/all\",\n"
			      "   \"AttachedManagedPolicies\": [{\"PolicyName\": \"all\", \"PolicyArn\": \"" IAM
			      "policy/all\"}]}],\n"
			      " \"RoleDetailList\": [{\"RoleName\": \"mailer\", \"RoleId\": \"AROAEXAMPLE000000\", \"Arn\": \"" IAM
			      "role/mailer\",\n"
			      "   \"Tags\": [{\"Key\": \"human\", \"Value\": \"false\"}],\n"
			      "   \"RolePolicyList\": [{\"PolicyName\": \"own\", \"PolicyDocument\": " ALL "}]}],\n"
			      " \"Policies\": [{\"PolicyName\": \"all\", \"Arn\": \"" IAM "policy/all\", " VERSIONS(ALL) "}]}\n";

static const char shadow[] = "{\"Version\": \"2012-10-17\", \"Statement\": [\n" DENY_ON("all-but-one", "\"" ARN "identity/*\"",
	"\"StringNotEquals\": {\"ses:FromAddress\": \"ann@own.example\"}") "]}";

/* Each %s is the folder of the files. */
static const char settings[] =
	"{\"policies\": [\"%s/denies.json\"], \"shadow\": [\"%s/shadow.json\"], \"iam\": \"%s/account.json\",\n"
	"\"identities\": [\"example.com\", \"shop.example\", \"own.example\", \"ann.example\", \"bob.example\", \"example.net\", "
	"\"example.org\", \"bounce.example\"],\n"
	"\"connection\": \"relay\", \"egress\": [\"192.0.2.1\", \"2001:db8::1\"], \"sandbox\": true,\n"
	"\"login_realms\": [\"realm.example\"], \"context\": {\"custom:site\": \"here\", \"aws:PrincipalOrgPaths\": [\"one\", \"four\"]},\n"
	"\"principals\": [\n"
	"  {\"login\": \"role\", \"arn\": \"" ROLE "\"},\n"
	"  {\"network\": \"10.9.0.0/16\", \"login\": \"*\", \"refuse\": true},\n"
	"  {\"login\": \"*\", \"arn\": \"" IAM "user/${login}\", \"context\": {\"aws:PrincipalOrgPaths\": [\"one\", \"two\"]}, "
	"\"per_day\": 100}],\n"
	"\"quotas\": {\"store\": \"%s/quota.db\", \"account\": {\"per_day\": 1000, \"per_second\": 10},\n"
	"  \"identities\": [{\"identity\": \"example.com\", \"per_day\": 500}],\n"
	"  \"senders\": [{\"sender\": \"*@shop.example\", \"per_second\": 1, \"burst\": 5}, {\"sender\": \"a@example.com\", "
	"\"per_day\": 0}],\n"
	"  \"principals\": [{\"arn\": \"" ROLE "\", \"per_day\": 50}]}}\n";

#define EOH(name, header, value, want) \
	{ \
		name, "172.16.1.1", "ann", true, "x@example.com", "a@example.net", header, value, want, "MAIL 550 policy" \
	}
#define PLAIN(name, login, sender, want) \
	{ \
		name, "172.16.1.1", login, true, sender, "a@example.net", NULL, NULL, want, "MAIL 550 policy" \
	}

const struct trouble_message trouble_messages[] = {
	PLAIN("nothing is wrong", "ann", "x@example.com", "taken"),
	PLAIN("a login with its realm", "ann@realm.example", "x@example.com", "taken"),
	{ "nobody of IAM", "172.16.1.1", "eve", true, "x@example.com", "a@example.net", NULL, NULL, "MAIL 550 principal-unknown",
		"MAIL 550 principal-unknown" },
	{ "a network that is refused", "10.9.1.1", "ann", true, "x@example.com", "a@example.net", NULL, NULL,
		"MAIL 550 client-refused", "MAIL 550 client-refused" },
	PLAIN("all that is known of a role", "role", "keys@example.com", "MAIL 550 policy"),
	PLAIN("not of a user", "ann", "keys@example.com", "taken"),
	PLAIN("the time", "ann", "late@example.com", "MAIL 550 policy"),
	PLAIN("an address of the relay", "ann", "six@example.com", "MAIL 550 policy"),
	PLAIN("a tag", "ann", "human@example.com", "MAIL 550 policy"),
	PLAIN("another one's tag", "role", "human@example.com", "taken"),
	PLAIN("no tag", "bob", "human@example.com", "taken"),
	PLAIN("a number", "ann", "level@example.com", "MAIL 550 policy"),
	PLAIN("no number", "bob", "level@example.com", "taken"),
	{ "a variable", "172.16.1.1", "ann", true, "ann@own.example", "a@example.net", NULL, NULL, "taken", "taken" },
	PLAIN("another's name", "bob", "ann2@own.example", "MAIL 550 policy"),
	PLAIN("a variable that has its default", "role", "nobody@own.example", "taken"),
	PLAIN("not another", "role", "ann2@own.example", "MAIL 550 policy"),
	PLAIN("beside the variable", "bob", "all@own.example", "taken"),
	PLAIN("one of a list", "ann", "list@example.com", "MAIL 550 policy"),
	PLAIN("not of that list", "role", "list@example.com", "taken"),
	PLAIN("a variable in a resource", "bob", "x@bob.example", "MAIL 550 policy"),
	PLAIN("not that resource", "ann", "x@bob.example", "taken"),
	PLAIN("an id", "ann", "id@example.com", "MAIL 550 policy"),
	PLAIN("another id", "bob", "id@example.com", "taken"),
	PLAIN("an ARN", "ann", "arn@example.com", "MAIL 550 policy"),
	PLAIN("another ARN", "bob", "arn@example.com", "taken"),
	PLAIN("all actions but some", "ann", "action@example.com", "MAIL 550 policy"),
	PLAIN("all resources but some", "ann", "sales@shop.example", "MAIL 550 policy"),
	PLAIN("all principals but some", "bob", "team@example.com", "MAIL 550 policy"),
	PLAIN("one of those", "ann", "team@example.com", "taken"),
	{ "the identity of a recipient", "172.16.1.1", "ann", true, "box@example.com", "a@example.org", NULL, NULL,
		"RCPT 550 policy", "MAIL 550 policy" },
	{ "a recipient that is not verified", "172.16.1.1", "ann", true, "x@example.com", "a@example.info", NULL, NULL,
		"RCPT 550 unverified-recipient", "MAIL 550 policy" },
	EOH("a name", "From", "The Boss <x@example.com>", "EOH 550 policy"),
	EOH("a name in quotes", "From", "\"The \\Boss\" <x@example.com>", "EOH 550 policy"),
	EOH("an encoded name", "From", "=?utf-8?q?The_=42oss?= <x@example.com>", "EOH 550 policy"),
	EOH("in two words", "From", "=?iso-8859-1?B?VGhlIEI=?= =?utf-8?q?oss?= <x@example.com>", "EOH 550 policy"),
	EOH("another name", "From", "=?utf-8?q?J=C3=B6rg?= <x@example.com>", "taken"),
	EOH("a name without an address", "Full-Name", "The Boss", "EOH 550 policy"),
	EOH("the same in quotes of its own", "Full-Name", "\"The \\Boss\"", "EOH 550 policy"),
	EOH("one that is put into quotes", "Full-Name", "Nobody, \"first\"", "taken"),
	PLAIN("a label", "ann", "six+label@example.com", "taken"),
	EOH("quotes that are not needed", "From", "\"team\"@example.com", "taken"),
	EOH("a name with another inside", "From", "Pete (The Boss) <x@example.com>", "EOH 550 policy"),
	EOH("a name that two readers read in two ways", "From", "Pete (of sales) (behind) <x@example.com>", "taken"),
	EOH("a second sender in quotes", "From", "x@example.com, Pete (of sales) <\"team\"@example.com>", "taken"),
	EOH("who sends it", "Sender", "\"y\"@example.com", "taken"),
	EOH("where trouble goes, in quotes", "Return-Path", "<\"y\"@example.com>", "taken"),
	{ "no address", "172.16.1.1", "ann", true, "x@@example.com", "a@example.net", NULL, NULL, "MAIL 553 bad-address",
		"MAIL 553 bad-address" },
	{ "no recipient", "172.16.1.1", "ann", true, "x@example.com", "a@@example.net", NULL, NULL, "RCPT 553 bad-address",
		"MAIL 550 policy" },
	EOH("a second sender", "From", "x@example.com, The Boss <y@example.com>", "EOH 550 policy"),
	EOH("where trouble goes", "Return-Path", "<x@bounce.example>", "EOH 550 policy"),
	{ "a tenant", "172.16.1.1", "ann", true, "tenant@example.com", "a@example.net", "X-SES-TENANT", "red", "EOH 550 policy",
		"MAIL 550 policy" },
	{ "another tenant", "172.16.1.1", "ann", true, "tenant@example.com", "a@example.net", "X-SES-TENANT", "blue", "taken",
		"MAIL 550 policy" },
	EOH("an ARN by header", "X-SES-RETURN-PATH-ARN", ARN "identity/example.net", "taken"),
	{ "the null sender", "172.16.1.1", "ann", true, "", "a@example.net", "From", "id@example.com", "EOH 550 policy",
		"EOH 550 policy" },
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
	char text[sizeof settings + 4 * sizeof folder];

	strcpy(folder + sizeof folder - 7, "XXXXXX");
	assert_non_null(mkdtemp(folder));
	put("denies.json", denies);
	put("shadow.json", shadow);
	put("account.json", account);
	snprintf(text, sizeof text, settings, folder, folder, folder, folder);
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
