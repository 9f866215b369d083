/* SPDX-License-Identifier: BSD-2-Clause */
#include "vocabulary.h"

#include <stddef.h>

#define WORDS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

#define STRING_OPERATORS \
	"StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"
#define ARN_OPERATORS "ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"
#define NUMERIC_OPERATORS \
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", \
		"NumericGreaterThanEquals"
#define DATE_OPERATORS \
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"

static const struct domain addresses = {
	.values = WORDS("anna@example.com", "bob@example.com", "carol@example.org", "anna@mail.example.com", "Anna@example.com",
		"anna+news@example.com", "a*@example.com", "a?na@example.com", "jos\u00e9@example.com", "\"odd one\"@example.org",
		"[ab]@example.com", "\\*@example.com", ""),
	.operators = WORDS(STRING_OPERATORS),
};

static const struct domain names = {
	.values = WORDS("anna", "bob", "carol", "Anna", "mail", "*", "an?a", "jos\u00e9", "\u65e5\u672c", "\U0001f4e7", "$",
		"${aws:username}", "a:b", "sns:eu-west-1", "x/y", "anna@Example.com", "Example.org", ""),
	.operators = WORDS(STRING_OPERATORS),
};

static const struct domain numbers = {
	.values = WORDS("1", "2", "10", "10.0", "10.5", "-3", "-3.25", "0", "0.001", "-0", "00", "2.50", "1000000",
		"123456789012345.125"),
	.garbage = WORDS("ten", "", "1.2.3", "0x10", "-", "10 ", "1."),
	.operators = WORDS(NUMERIC_OPERATORS),
};

static const struct domain dates = {
	.values = WORDS("2024-01-01T00:00:00Z", "1704067200", "2024-01-01", "2024-01", "2024-01-01T00:00Z",
		"2024-01-01T01:00:00+01:00", "2023-12-31T19:00-05:00", "1704067199", "1704067201", "2024-01-01T00:00:00.5Z",
		"2024-01-01T00:00:00.500Z", "2024-01-01T00:00:00", "2023-12-31", "2024-02-29", "1709164800", "2024", "1970-01-01",
		"0"),
	.garbage = WORDS("yesterday", "", "2024-02-30", "2024-13", "2024-01-01T25:00Z", "2024-1-1"),
	.operators = WORDS(DATE_OPERATORS),
};

/* aws:EpochTime goes with operators of both families. */
static const struct domain seconds = {
	.values = WORDS("1704067200", "1704067199", "1704067201", "0", "2024"),
	.garbage = WORDS("now", ""),
	.operators = WORDS(DATE_OPERATORS, NUMERIC_OPERATORS),
};

static const struct domain truths = {
	.values = WORDS("true", "false"),
	.patterns = WORDS("true", "false", "TRUE", "False", "${app:flag}", "${app:flag, 'true'}"),
	.garbage = WORDS("True", "FALSE", "1", "", "yes"),
	.operators = WORDS("Bool"),
};

static const struct domain bytes = {
	.values = WORDS("QUI=", "QQ==", "QUJD", "AAECAw==", "/+8="),
	.garbage = WORDS("AB", "*", "QUI"),
	.operators = WORDS("BinaryEquals"),
};

static const struct domain networks = {
	.values = WORDS("203.0.113.7", "203.0.113.8", "203.0.113.200", "198.51.100.1", "10.0.0.1", "2001:db8::1", "2001:db8:0:0::2",
		"2001:DB8:1::1", "::ffff:203.0.113.7", "::1"),
	.patterns = WORDS("203.0.113.0/24", "203.0.113.7", "203.0.113.7/24", "203.0.113.8/31", "203.0.113.0/25", "203.0.113.200/32",
		"198.51.100.0/22", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "2001:db8::/127", "2001:db8::1",
		"2001:db8::1/128", "2001:db8:1::/48", "::1", "::ffff:203.0.113.0/120", "::ffff:10.0.0.1"),
	.garbage = WORDS("unknown", "", "203.0.113", "203.0.113.7/32", "203.0.113.256", "2001:db8::1::"),
	.operators = WORDS("IpAddress", "NotIpAddress"),
};

static const struct domain arns = {
	.values = WORDS("arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:user/bob",
		"arn:aws:iam::444455556666:user/anna", "arn:aws:iam::111122223333:role/mail/relay",
		"arn:aws:sns:eu-west-1:111122223333:bounces", "arn:aws:sns:eu-west-1:111122223333:a:b",
		"arn:aws:sns:eu-*:111122223333:bounces", "arn:aws:s3:::bucket", "arn:aws:s3:::buck*",
		"arn:aws:iam::111122223333:user/anna@Example.com"),
	.patterns = WORDS("arn:aws:iam::111122223333:user/*", "arn:aws:iam::*:user/anna", "arn:aws:iam::1111*:*", "arn:*:iam::*:*",
		"arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-?:*:bounces", "arn:aws:s3:::buck*", "arn:aws:s3:::bucket",
		"arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:role/*relay",
		"arn:aws:iam::${aws:PrincipalAccount}:user/*", "arn:aws:iam::111122223333:user/bob",
		"arn:aws:iam::*:user/${aws:username, 'bob'}", "arn:aws:s3:::buck${*}", "${aws:PrincipalArn}",
		"arn:aws:${aws:PrincipalTag/part}:111122223333:*", "arn:aws:${aws:PrincipalTag/part}:*:*:*",
		"arn:aws:sns:*:*:${aws:username}", "arn:aws:iam::*:user/${ses:FromAddress}"),
	.garbage = WORDS("anna", "", "arn:aws:iam", "arn:aws:sns:eu-west-1:111122223333", "*"),
	.operators = WORDS(ARN_OPERATORS),
};

/* To stand in the middle of an ARN. */
static const struct domain parts = {
	.values = WORDS("sns:eu-west-1", "sns", "iam", "iam:", "*"),
	.operators = WORDS(STRING_OPERATORS),
};

static const struct domain accounts = {
	.values = WORDS("111122223333", "444455556666"),
	.operators = WORDS(STRING_OPERATORS),
};

const struct naive_key vocabulary_keys[] = {
	{ "ses:FromAddress", &addresses, 1 },
	{ "ses:Recipients", &addresses, 4 },
	{ "ses:FeedbackAddress", &addresses, 1 },
	{ "ses:FromDisplayName", &names, 1 },
	{ "aws:SourceIp", &networks, 1 },
	{ "aws:CurrentTime", &dates, 1 },
	{ "aws:EpochTime", &seconds, 1 },
	{ "aws:SecureTransport", &truths, 1 },
	{ "aws:PrincipalArn", &arns, 1 },
	{ "aws:SourceArn", &arns, 1 },
	{ "aws:PrincipalAccount", &accounts, 1 },
	{ "aws:username", &names, 1 },
	{ "aws:PrincipalTag/team", &names, 1 },
	{ "aws:PrincipalTag/part", &parts, 1 },
	{ "aws:MultiFactorAuthAge", &numbers, 1 },
	{ "aws:TagKeys", &names, 3 },
	{ "aws:CalledVia", &names, 3 },
	{ "app:flag", &truths, 1 },
	{ "app:level", &numbers, 2 },
	{ "app:list", &names, 3 },
	{ "app:peers", &networks, 3 },
	{ "app:topics", &arns, 3 },
	{ "app:moments", &dates, 3 },
	{ "app:digest", &bytes, 2 },
	{ NULL, NULL, 0 },
};

const char *const vocabulary_variables[] = {
	"${aws:username}",
	"${aws:PrincipalTag/team}",
	"${aws:username, 'anna'}",
	"${AWS:UserName}",
	"${ses:FromDisplayName}",
	"${aws:PrincipalTag/team, 'bo*'}",
	"${*}",
	"${?}",
	"${$}",
	"${aws:TagKeys}",
	"${app:list}",
	"${app:list, 'carol'}",
	"${ses:FromAddress}",
	"${app:none, ''}",
	"${app:none, 'Carol@Example.org'}",
	"${ses:Recipients}",
	"${aws:TagKeys, 'mail'}",
	NULL,
};

const char *const vocabulary_callers[] = { "arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:user/bob",
	"arn:aws:iam::444455556666:user/anna", "arn:aws:iam::111122223333:user/mail/anna",
	"arn:aws:sts::111122223333:assumed-role/relay/i-1", "arn:aws:sts::444455556666:assumed-role/relay/i-1",
	"arn:aws:iam::111122223333:role/mail/relay", "arn:aws:iam::111122223333:root",
	"arn:aws:sts::111122223333:federated-user/anna", "arn:aws-cn:iam::111122223333:user/anna",
	"arn:aws-cn:iam::111122223333:root", NULL };

const char *const vocabulary_principals[] = { "arn:aws:iam::111122223333:user/anna", "111122223333", "*",
	"arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:user/anna", "arn:aws:iam::111122223333:role/mail/relay",
	"arn:aws:iam::111122223333:user/bob", "444455556666", "arn:aws:iam::444455556666:role/relay",
	"arn:aws:sts::111122223333:assumed-role/relay/i-1", "arn:aws:iam::111122223333:role/lay",
	"arn:aws:sts::111122223333:assumed-role/relay/i-2", "arn:aws:iam::111122223333:user/mail/anna",
	"arn:aws:sts::111122223333:federated-user/anna", "arn:aws-cn:iam::111122223333:root", "AIDAJQABLZS4A3QDU576Q", NULL };

const char *const vocabulary_actions[] = { "ses:SendRawEmail", "ses:SendEmail", "SES:sendrawemail", "s3:GetObject", NULL };

const char *const vocabulary_action_patterns[] = { "ses:SendRawEmail", "ses:*", "ses:Send*", "*", "SES:SENDRAWEMAIL",
	"ses:SendEmail", "ses:Send?awEmail", "ses:*Raw*", "ses:SendRaw", "s3:GetObject", "s3:*", NULL };

const char *const vocabulary_resources[] = {
	"arn:aws:ses:us-east-1:111122223333:identity/example.com",
	"arn:aws:ses:us-east-1:111122223333:identity/anna@example.com",
	"arn:aws:ses:us-east-1:444455556666:identity/example.com",
	"arn:aws:ses:eu-west-1:111122223333:identity/bob",
	"arn:aws:ses:us-east-1:111122223333:configuration-set/main",
	"arn:aws:s3:::bucket/anna/*",
	"arn:aws:ses:us-east-1:111122223333:identity/a:b",
	"arn:aws-cn:ses:cn-north-1:111122223333:identity/example.com",
	NULL,
};

const char *const vocabulary_resource_patterns[] = {
	"*",
	"arn:aws:ses:us-east-1:111122223333:identity/example.com",
	"arn:aws:ses:*:111122223333:identity/*",
	"arn:aws:ses:us-east-1:*:identity/example.com",
	"arn:aws:ses:us-eas?-?:*:identity/*@example.com",
	"arn:*:ses:*:*:identity/exampl?.com",
	"arn:aws:ses:us-east-1:444455556666:identity/*",
	"arn:aws:ses:us-east-1:111122223333:configuration-set/*",
	"arn:aws:s3:::bucket/*",
	"arn:aws:ses:*:1*3:identity/${aws:username}",
	"arn:aws:ses:*:*:identity/${aws:username}@example.com",
	"arn:aws:s3:::bucket/${aws:username, 'anna'}/${*}",
	"arn:aws:ses:us-east-1:111122223333:identity/Example.com",
	NULL,
};

const char *const vocabulary_short_resources[] = { "arn:aws:ses:us-east-1", "arn:aws:ses", "arn:aws:ses:*:111122223333", NULL };
