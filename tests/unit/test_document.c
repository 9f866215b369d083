/* SPDX-License-Identifier: BSD-2-Clause */
/* What is refused at load, where, and in which words; and what is taken. */
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "unit/quotes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define RESOURCE POLICY_GROUP_RESOURCE
#define IDENTITY 1

/* A statement of a resource policy with everything but what is tested. */
#define STATEMENT(more) "{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': '*'" more "}}"
#define CONDITION(text) STATEMENT(", 'Condition': " text)

static const struct load_case {
	const char *name;
	unsigned group;
	const char *json;
	const char *want; /* the start of the first fault; NULL: it loads */
} load_cases[] = {
	{ "plain", RESOURCE, STATEMENT(""), NULL },
	{ "all elements", RESOURCE,
		"{'Version': '2012-10-17', 'Id': 'x y', 'Statement': [{'Sid': 'a b', 'Effect': 'Allow', "
		"'Principal': {'AWS': ['123456789012', 'arn:aws:iam::123456789012:user/x'], 'Service': 'ses.amazonaws.com'}, "
		"'NotAction': ['ses:Send*'], 'NotResource': ['arn:aws:ses:*:123456789012:identity/*'], 'Condition': {}}]}",
		NULL },
	/* Documents */
	{ "empty text", RESOURCE, "", "f.json:1:1: the file is empty; " },
	{ "cut off", RESOURCE, "{'Statement': [",
		"f.json:1:16: not JSON: the text is cut off in the middle of what begins at 1:15; " },
	{ "trailing text", RESOURCE, STATEMENT("") " x", "f.json:1:89: not JSON: x comes after the end of the JSON; remove it" },
	{ "byte order mark", RESOURCE, "\xef\xbb\xbf{}", "f.json:1:1: not JSON: a byte order mark before it; " },
	{ "bad UTF-8", RESOURCE, "{'Id': '\xff'}", "f.json:1:9: not JSON: the byte \\xff is not UTF-8; save the file as UTF-8" },
	{ "duplicate member", RESOURCE, "{'Version': '2012-10-17',\n 'Version': '2012-10-17'}",
		"f.json:2:10: duplicate object key near " },
	{ "a list", RESOURCE, "[]", "f.json:1:1: [] is not a policy; " },
	{ "no Statement", RESOURCE, "{'Version': '2012-10-17'}", "f.json:1:1: the policy has no Statement; " },
	{ "no statements", RESOURCE, "{'Statement': []}", "f.json:1:15: Statement: the policy has no statements; " },
	{ "unknown element", RESOURCE, "{'Statements': [],\n  'Extra': 1, 'Statement': []}",
		"f.json:1:2: Statements: no such element of a policy; " },
	{ "element in another case", RESOURCE, "{'version': '2012-10-17', 'Statement': []}",
		"f.json:1:2: version: no such element" },
	{ "version", RESOURCE, "{'Version': '2012-10-18', 'Statement': []}",
		"f.json:1:13: Version: \"2012-10-18\" is not a version" },
	{ "Id is a list", RESOURCE, "{'Id': [], 'Statement': []}", "f.json:1:8: Id: [] is not an Id; " },
	/* Statements */
	{ "statement is a string", RESOURCE, "{'Statement': ['x']}", "f.json:1:16: Statement[0]: \"x\" is not a statement; " },
	{ "unknown element of a statement", RESOURCE, STATEMENT(", 'Conditions': {}"),
		"f.json:1:88: Statement.Conditions: no such element of a statement" },
	{ "no Effect", RESOURCE, "{'Statement': {'Principal': '*', 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:15: Statement: the statement has no Effect; " },
	{ "Effect in lower case", RESOURCE,
		"{'Statement': {'Effect': 'deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:26: Statement.Effect: \"deny\" is not an effect; " },
	{ "no Action", RESOURCE, "{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Resource': '*'}}",
		"f.json:1:15: Statement: the statement has no Action; " },
	{ "Action and NotAction", RESOURCE, STATEMENT(", 'NotAction': 'ses:*'"),
		"f.json:1:88: Statement.NotAction: Action and NotAction in one statement" },
	{ "empty Action", RESOURCE, "{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': [], 'Resource': '*'}}",
		"f.json:1:62: Statement.Action: empty list of actions" },
	{ "Action without a colon", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': ['ses:*', 'SendEmail'], 'Resource': '*'}}",
		"f.json:1:72: Statement.Action[1]: \"SendEmail\" is not an action; " },
	{ "Action with two colons", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'a:b:c', 'Resource': '*'}}",
		"f.json:1:62: Statement.Action: \"a:b:c\" is not an action; " },
	{ "Action with a variable", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:${x}', 'Resource': '*'}}",
		"f.json:1:62: Statement.Action: \"ses:${x}\" is not an action" },
	{ "Resource is no ARN", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'example.com'}}",
		"f.json:1:83: Statement.Resource: \"example.com\" is not an ARN; " },
	{ "short ARN in a resource policy", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:*'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:*\" is an ARN with fields missing" },
	{ "short ARN in an identity policy", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:*'}}", NULL },
	{ "unknown partition", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:azure:ses:x:1:identity/y'}}",
		"f.json:1:65: Statement.Resource: \"arn:azure:ses:x:1:identity/y\" is an ARN of no known partition" },
	{ "variable too early in an ARN", IDENTITY,
		"{'Version': '2012-10-17', 'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:*:${aws:PrincipalAccount}:identity/x'}}",
		"f.json:1:90: Statement.Resource: \"arn:aws:ses:*:${aws:PrincipalAccount}:identity/x\" is an ARN with a variable too early" },
	{ "service in capitals", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:SES:us-east-1:123456789012:identity/x'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:SES:us-east-1:123456789012:identity/x\" is an ARN with a strange partition or service" },
	{ "region in capitals", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:US-EAST-1:123456789012:identity/x'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:US-EAST-1:123456789012:identity/x\" is an ARN with a strange region" },
	{ "account with hyphens", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-east-1:1234-5678-9012:identity/x'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:us-east-1:1234-5678-9012:identity/x\" is an ARN with a strange account" },
	{ "account of 11 digits", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-east-1:12345678901:identity/x'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:us-east-1:12345678901:identity/x\" is an ARN with a strange account" },
	{ "blank before the account", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-east-1: 123456789012:identity/x'}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:us-east-1: 123456789012:identity/x\" is an ARN with a strange account" },
	{ "blank behind an ARN", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-east-1:123456789012:identity/x '}}",
		"f.json:1:83: Statement.Resource: \"arn:aws:ses:us-east-1:123456789012:identity/x \" is an ARN with blanks at the end" },
	{ "ARN arn:aws:s3:::bucket/a b", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:aws:s3:::bucket/a b'}}", NULL },
	{ "ARN arn:aws:iam::aws:policy/x", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:aws:iam::aws:policy/x'}}", NULL },
	{ "ARN arn:aws:ses:us-*:1234*:identity/*", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:aws:ses:us-*:1234*:identity/*'}}", NULL },
	{ "ARN arn:*:ses:*:*:identity/x", IDENTITY,
		"{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': 'arn:*:ses:*:*:identity/x'}}", NULL },
	{ "an ARN that is none behind one with a variable", RESOURCE,
		CONDITION("{'ArnEquals': {'aws:PrincipalArn': ['arn:aws:iam::123456789012:user/${aws:username}', 'me']}}"),
		"f.json:1:187: Statement.Condition.ArnEquals.aws:PrincipalArn[1]: \"me\" is " },
	{ "a number behind what is none", RESOURCE, CONDITION("{'NumericEquals': {'aws:EpochTime': ['1', {}, 'x']}}"),
		"f.json:1:143: Statement.Condition.NumericEquals.aws:EpochTime[1]: " },
	{ "Sid is a list", RESOURCE, STATEMENT(", 'Sid': []"), "f.json:1:95: Statement.Sid: [] is not a Sid; " },
	{ "Sid with a space in an identity policy", IDENTITY,
		"{'Statement': {'Sid': 'a b', 'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:23: Statement.Sid: \"a b\" is not a Sid of an identity policy" },
	{ "Sid twice in an identity policy", IDENTITY,
		"{'Statement': [{'Sid': 'a', 'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'},\n{'Sid': 'a', 'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'}]}",
		"f.json:2:9: Statement[1].Sid: statement 1 has this Sid already" },
	/* Principals */
	{ "no Principal", RESOURCE, "{'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:15: Statement: no statement has a Principal: this is a policy of a user, " },
	{ "no Principal in one", RESOURCE,
		"{'Statement': [{'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': '*'},\n{'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'}]}",
		"f.json:2:1: Statement[1]: the statement has no Principal; " },
	{ "Principal misspelt in all", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'principal': '*', 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:34: Statement.principal: no such element of a statement" },
	{ "a trust policy", RESOURCE,
		"{'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'ec2.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]}",
		"f.json:1:16: Statement[0]: this is the trust policy of a role, " },
	{ "a trust policy of a user", IDENTITY,
		"{'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'ec2.amazonaws.com'}, 'Action': ['sts:AssumeRole', 'sts:TagSession']}]}",
		"f.json:1:16: Statement[0]: this is the trust policy of a role, " },
	{ "Principal in an identity policy", IDENTITY, STATEMENT(""),
		"f.json:1:34: Statement.Principal: every statement has a Principal: this is a policy of an SES identity, " },
	{ "Principal in one statement of an identity policy", IDENTITY,
		"{'Statement': [{'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*'},\n{'Effect': 'Deny', 'Principal': '*', 'Action': 'ses:*', 'Resource': '*'}]}",
		"f.json:2:20: Statement[1].Principal: an identity policy belongs to its principal" },
	{ "Principal of an unknown kind", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'aws': '*'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:48: Statement.Principal.aws: no such kind of principal" },
	{ "wildcard in a principal", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:iam::123456789012:user/*'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:aws:iam::123456789012:user/*\" is a principal with a wildcard" },
	{ "group as principal", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:iam::123456789012:group/x'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:aws:iam::123456789012:group/x\" is not the ARN of a principal" },
	{ "empty Principal", RESOURCE, "{'Statement': {'Effect': 'Deny', 'Principal': {}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:47: Statement.Principal: {} is not a principal" },
	{ "partition of a principal", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:awsx:iam::123456789012:user/x'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:awsx:iam::123456789012:user/x\" is not the ARN of a principal" },
	{ "session without its name", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:sts::123456789012:assumed-role/r'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:aws:sts::123456789012:assumed-role/r\" is not the ARN of a principal" },
	{ "session with a path", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:sts::123456789012:assumed-role/p/r/s'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:aws:sts::123456789012:assumed-role/p/r/s\" is not the ARN of a principal" },
	{ "blank behind a principal", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:iam::123456789012:user/x '}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"arn:aws:iam::123456789012:user/x \" is not the ARN of a principal" },
	{ "word in capitals as principal", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'ALLUSERSOFTHECOMPANY'}, 'Action': 'ses:*', 'Resource': '*'}}",
		"f.json:1:55: Statement.Principal.AWS: \"ALLUSERSOFTHECOMPANY\" is not a principal" },
	{ "id of a deleted user", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'AIDACKCEVSQ6C2EXAMPLE'}, 'Action': 'ses:*', 'Resource': '*'}}",
		NULL },
	{ "user with a path", RESOURCE,
		"{'Statement': {'Effect': 'Deny', 'Principal': {'AWS': 'arn:aws:iam::123456789012:user/a/b/x'}, 'Action': 'ses:*', 'Resource': '*'}}",
		NULL },
	/* Conditions */
	{ "Condition is a list", RESOURCE, CONDITION("[]"), "f.json:1:101: Statement.Condition: [] is no condition" },
	{ "unknown operator", RESOURCE, CONDITION("{'StringLikes': {'ses:FromAddress': 'x'}}"),
		"f.json:1:102: Statement.Condition.StringLikes: no such condition operator; " },
	{ "what reorders is escaped, letters are not", RESOURCE,
		CONDITION("{'\xe2\x80\xaex\xc2\x9b\xef\xbb\xbf\xc3\xa9\xe2\x82\xac': 1}"),
		"f.json:1:102: Statement.Condition.\\xe2\\x80\\xaex\\xc2\\x9b\\xef\\xbb\\xbf\xc3\xa9\xe2\x82\xac: no such condition operator; " },
	{ "NullIfExists", RESOURCE, CONDITION("{'NullIfExists': {'ses:FromAddress': 'true'}}"),
		"f.json:1:102: Statement.Condition.NullIfExists: Null asks whether" },
	{ "operator in any case", RESOURCE, CONDITION("{'forallvalues:stringLIKE': {'ses:Recipients': 'x'}}"), NULL },
	{ "key twice in other case", RESOURCE, CONDITION("{'StringLike': {'ses:FromAddress': 'x', 'SES:fromaddress': 'y'}}"),
		"f.json:1:141: Statement.Condition.StringLike.SES:fromaddress: the key occurs twice, in different upper or lower case" },
	{ "value in a list in a list", RESOURCE, CONDITION("{'StringLike': {'ses:FromAddress': [['x']]}}"),
		"f.json:1:137: Statement.Condition.StringLike.ses:FromAddress[0]: [\"x\"] is not a text" },
	{ "value is null", RESOURCE, CONDITION("{'StringLike': {'ses:FromAddress': null}}"),
		"f.json:1:136: Statement.Condition.StringLike.ses:FromAddress: null is not a value" },
	{ "empty list of values", RESOURCE, CONDITION("{'StringLike': {'ses:FromAddress': []}}"),
		"f.json:1:136: Statement.Condition.StringLike.ses:FromAddress: empty list of values" },
	{ "empty list of values under a quantifier", RESOURCE, CONDITION("{'ForAllValues:StringLike': {'ses:Recipients': []}}"),
		NULL },
	{ "key of the wrong type", RESOURCE, CONDITION("{'IpAddress': {'ses:FromAddress': '1.2.3.4'}}"),
		"f.json:1:135: Statement.Condition.IpAddress.ses:FromAddress: ses:FromAddress cannot be compared with IpAddress" },
	{ "bad network", RESOURCE, CONDITION("{'NotIpAddress': {'aws:SourceIp': ['10.0.0.0/8',\n '10.1']}}"),
		"f.json:2:2: Statement.Condition.NotIpAddress.aws:SourceIp[1]: \"10.1\" " },
	{ "prefix too long", RESOURCE, CONDITION("{'IpAddress': {'aws:SourceIp': '10.0.0.0/33'}}"),
		"f.json:1:132: Statement.Condition.IpAddress.aws:SourceIp: \"10.0.0.0/33\" is a network with too long a prefix; " },
	{ "prefix with a leading zero", RESOURCE, CONDITION("{'IpAddress': {'aws:SourceIp': '10.0.0.0/08'}}"),
		"f.json:1:132: Statement.Condition.IpAddress.aws:SourceIp: \"10.0.0.0/08\" is a network whose prefix length is no plain decimal number; " },
	{ "bad date", RESOURCE, CONDITION("{'DateLessThan': {'aws:CurrentTime': 'tomorrow'}}"),
		"f.json:1:138: Statement.Condition.DateLessThan.aws:CurrentTime: \"tomorrow\" is not a date" },
	{ "bad number", RESOURCE, CONDITION("{'NumericLessThan': {'aws:EpochTime': '1e'}}"),
		"f.json:1:139: Statement.Condition.NumericLessThan.aws:EpochTime: \"1e\" is not a number" },
	{ "bad boolean", RESOURCE, CONDITION("{'Bool': {'aws:SecureTransport': 'yes'}}"),
		"f.json:1:134: Statement.Condition.Bool.aws:SecureTransport: \"yes\" is neither true nor false" },
	{ "unquoted boolean and number", RESOURCE,
		CONDITION("{'Bool': {'aws:SecureTransport': true}, 'NumericLessThan': {'aws:EpochTime': 12.5}}"), NULL },
	{ "bad ARN", RESOURCE, CONDITION("{'ArnLike': {'aws:PrincipalArn': 'x'}}"),
		"f.json:1:134: Statement.Condition.ArnLike.aws:PrincipalArn: \"x\" is not an ARN of six fields" },
	{ "operator twice in other case", RESOURCE,
		CONDITION("{'StringLike': {'ses:FromAddress': 'x'}, 'stringlike': {'ses:FromAddress': 'y'}}"),
		"f.json:1:142: Statement.Condition.stringlike: the operator occurs twice, in different upper or lower case" },
	/* Policy variables are special only in version 2012-10-17. */
	{ "brace missing, no version", RESOURCE, CONDITION("{'StringLike': {'ses:FromAddress': '${aws:username'}}"), NULL },
	{ "brace missing", IDENTITY,
		"{'Version': '2012-10-17', 'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*', 'Condition': {'StringLike': {'ses:FromAddress': '${aws:username'}}}}",
		"f.json:1:143: Statement.Condition.StringLike.ses:FromAddress: variable without its closing brace" },
	{ "a space in a variable", IDENTITY,
		"{'Version': '2012-10-17', 'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*', 'Condition': {'StringLike': {'ses:FromAddress': '${aws: username}'}}}}",
		"f.json:1:143: Statement.Condition.StringLike.ses:FromAddress: space, brace or quote in the name of a variable" },
	{ "empty variable", IDENTITY,
		"{'Version': '2012-10-17', 'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*', 'Condition': {'StringLike': {'ses:FromAddress': '${}'}}}}",
		"f.json:1:143: Statement.Condition.StringLike.ses:FromAddress: variable without a key; " },
	{ "default without a key", IDENTITY,
		"{'Version': '2012-10-17', 'Statement': {'Effect': 'Deny', 'Action': 'ses:*', 'Resource': '*', 'Condition': {'StringLike': {'ses:FromAddress': '${, \\u0027x\\u0027}'}}}}",
		"f.json:1:143: Statement.Condition.StringLike.ses:FromAddress: variable without a key; " },
	/* Shapes of files */
	{ "map of policies", RESOURCE, "{'Policies': {'p': '{\\'Statement\\': 1}'}}",
		"f.json[p]:1:15: Statement: 1 is not a statement" },
	{ "map of policies is a list", RESOURCE, "{'Policies': []}", "f.json:1:14: Policies: [] is not a map of policies" },
	{ "document is a number", RESOURCE, "{'Policy': 5}", "f.json:1:12: Policy: 5 is not a policy" },
	{ "bad URL-encoding", RESOURCE, "{'PolicyDocument': '%7B%2'}", "f.json:1:20: PolicyDocument: bad URL-encoding" },
	{ "plus in URL-encoding", RESOURCE, "{'PolicyDocument': '%7B%22a+b%22%7D'}",
		"f.json:1:20: PolicyDocument: bad URL-encoding" },
	{ "two documents", RESOURCE, "{'Policies': {},\n 'Policy': {}}", "f.json:1:2: Policies: stands beside Policy; " },
	{ "two documents in a version", IDENTITY, "{'PolicyVersion': {'Document': {},\n 'Policy': {}}}",
		"f.json:2:2: PolicyVersion.Policy: stands beside Document; " },
	{ "a text that holds a document", IDENTITY,
		"'{\\'Statement\\': {\\'Effect\\': \\'Deny\\', \\'Action\\': \\'ses:*\\', \\'Resource\\': \\'*\\'}}'", NULL },
	{ "a fault in it", IDENTITY, "'{\\'Statement\\': 1}'", "f.json[f]:1:15: Statement: 1 is not a statement" },
	{ "a text that holds another shape", RESOURCE, "'{\\'Policies\\': {\\'p\\': {\\'Statement\\': 1}}}'",
		"f.json[f]:1:34: Policies.p.Statement: 1 is not a statement" },
	{ "a text that is URL-encoded", IDENTITY, "'%7B%22Statement%22:1%7D'", "f.json[f]:1:14: Statement: 1 is not a statement" },
	{ "a text without a document", IDENTITY, "'arn:aws:ses:us-west-2:123456789012:identity/example.com'",
		"f.json:1:1: \"arn:aws:ses:us-west-2:123456789012:identity/example.com\" is no policy; " },
	{ "an empty text", IDENTITY, "' '", "f.json:1:1: \" \" is no policy; " },
	{ "all outputs of terraform", IDENTITY, "{'a': {'sensitive': false, 'type': 'string', 'value': '{\\'Statement\\': 1}'}}",
		"f.json[a]:1:15: Statement: 1 is not a statement" },
	{ "an output of terraform that is none", IDENTITY, "{'a': {'sensitive': false, 'type': 'number', 'value': 1}}",
		"f.json:1:55: a.value: 1 is no policy; write only the output that is one: terraform output -json NAME" },
	{ "describe-policy", IDENTITY, "{'Policy': {'PolicySummary': {'Name': 'n'},\n 'Content': '{\\'Statement\\': 1}'}}",
		"f.json[n]:1:15: Statement: 1 is not a statement" },
	{ "a service control policy as a user's", IDENTITY,
		"{'Policy': {'PolicySummary': {'Name': 'n', 'Type': 'SERVICE_CONTROL_POLICY'},\n 'Content': '{\\'Statement\\': []}'}}",
		"f.json[n]:1:1: this is a service control policy of an organization, which by itself allows nothing; name the file in \"organization\"" },
	{ "describe-policy without the policy", IDENTITY, "{'Policy': {'PolicySummary': {'Name': 'n'}}}",
		"f.json:1:12: Policy: the policy itself is missing, the member Content; " },
	{ "a resource control policy", IDENTITY,
		"{'Policy': {'PolicySummary': {'Type': 'RESOURCE_CONTROL_POLICY'}, 'Content': '{}'}}",
		"f.json:1:39: Policy.PolicySummary.Type: \"RESOURCE_CONTROL_POLICY\": the policy is a resource control policy: "
		"these do not cover Amazon SES; leave it out" },
	{ "a policy about tags", IDENTITY, "{'Policy': {'PolicySummary': {'Type': 'TAG_POLICY'}, 'Content': '{}'}}",
		"f.json:1:39: Policy.PolicySummary.Type: \"TAG_POLICY\": the policy says nothing about who may send mail; leave it out" },
	{ "all policies of an account", IDENTITY, "\n {'UserDetailList': []}",
		"f.json:2:2: these are the policies of all users of an account, and here stand those of one place; name the file in \"iam\"" },
	{ "pages of them", IDENTITY, "[{'UserDetailList': []}]", "f.json:1:1: these are the policies of all users of an account" },
	{ "version beside policies", IDENTITY, "{'PolicyVersion': {'Document': {}}, 'Policies': {}}",
		"f.json:1:37: Policies: stands beside PolicyVersion; " },
};

static void test_load(void **state)
{
	const struct load_case *test = *state;
	struct faults faults;
	char *json = quotes(test->json);
	/* A policy inside a string: its own quotes are escaped. */
	struct policy_set *set = policy_set_new();

	assert_non_null(json);
	assert_non_null(set);
	faults_init(&faults);
	policy_set_add_text(set, test->group, "f.json", text_of("f"), text_of(json), &faults);
	policy_set_seal(set, &faults);
	if (!test->want) {
		if (faults.first)
			print_error("%s\n", faults.first->text);
		assert_int_equal(faults.count, 0);
	} else {
		assert_non_null(faults.first);
		char start[512];
		snprintf(start, sizeof start, "%.*s", (int)strlen(test->want), faults.first->text);
		assert_string_equal(start, test->want);
		/* What is wrong; what would be right. */
		assert_non_null(strstr(faults.first->text, "; "));
	}
	faults_free(&faults);
	policy_set_free(set);
	free(json);
}

static void test_all_faults(void **state)
{
	(void)state;
	struct faults faults;
	struct policy_set *set = policy_set_new();
	char *json = quotes(
		"{'Version': '1', 'Statement': [{'Effect': 'allow', 'Principal': '*', 'Action': 'x', 'Resource': '*'},\n"
		"{'Effect': 'Allow', 'Principal': 'me', 'Action': 'ses:*', 'Resource': 'y', 'Condition': {'IpAddress': {'aws:SourceIp': ['1', '2']}}}]}");
	static const char *const want[] = { "f:1:13: Version: ", "f:1:43: Statement[0].Effect: ", "f:1:80: Statement[0].Action: ",
		"f:2:34: Statement[1].Principal: ", "f:2:71: Statement[1].Resource: ",
		"f:2:121: Statement[1].Condition.IpAddress.aws:SourceIp[0]: ",
		"f:2:126: Statement[1].Condition.IpAddress.aws:SourceIp[1]: " };

	faults_init(&faults);
	policy_set_add_text(set, RESOURCE, "f", text_of("f"), text_of(json), &faults);
	const struct fault *fault = faults.first;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++, fault = fault->next) {
		assert_non_null(fault);
		if (strncmp(fault->text, want[i], strlen(want[i])))
			assert_string_equal(fault->text, want[i]);
	}
	assert_null(fault);
	faults_free(&faults);
	policy_set_free(set);
	free(json);
}

/* As many pieces as a text with variables may have, of variables alone or with text between, and one more. */
static void test_pieces(void **state)
{
	static const struct {
		const char *piece, *last;
		size_t count;
		bool good;
	} rows[] = {
		{ "${aws:userid}", "", 64, true },
		{ "${aws:userid}", "", 65, false },
		{ "x${aws:userid}", "", 32, true },
		{ "x${aws:userid}", "x", 32, false },
		{ "x${aws:userid}", "${aws:userid}", 32, false },
		{ "${*}", "", 64, true },
		{ "${aws:userid, 'nobody'}", "", 65, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char value[2000] = "", text[2400];
		struct policy_set *set = policy_set_new();
		struct faults faults;

		for (size_t n = 0; n < rows[i].count; n++)
			strcat(value, rows[i].piece);
		snprintf(text, sizeof text,
			"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Principal\": \"*\", "
			"\"Action\": \"ses:*\", \"Resource\": \"*\", \"Condition\": {\"StringLike\": {\"aws:username\": "
			"\"%s%s\"}}}}",
			value, rows[i].last);
		faults_init(&faults);
		policy_set_add_text(set, RESOURCE, "f", text_of("f"), text_of(text), &faults);
		if (rows[i].good && faults.first)
			fail_msg("%s", faults.first->text);
		else if (rows[i].good)
			assert_int_equal(faults.count, 0);
		else
			assert_non_null(strstr(faults.first->text, "more than 64 pieces in one text with variables; split it"));
		assert_int_equal(faults.count, !rows[i].good);
		faults_free(&faults);
		policy_set_free(set);
	}
}

/* name of the policy, its file, statements, place of each statement */
static void test_names(void **state)
{
	(void)state;
	struct faults faults;
	struct policy_set *set = policy_set_new();
	char *one = quotes(
		"{'Policies': {'first': {'Statement': [\n"
		"  {'Effect': 'Deny', 'Principal': '*', 'Action': '*', 'Resource': '*'},\n"
		"     {'Sid': 's', 'Effect': 'Deny', 'Principal': '*', 'Action': '*', 'Resource': '*'} ]},\n"
		" 'second': '%7B%22Statement%22:%7B%22Effect%22:%22Deny%22,%22Principal%22:%22*%22,%22Action%22:%22*%22,%22Resource%22:%22*%22%7D%7D'}, 'Tags': []}");
	char *two = quotes(
		"{'UserName': 'u', 'PolicyName': 'third', 'PolicyDocument': {'Statement': {'Effect': 'Deny', 'Action': '*', 'Resource': '*'}}}");
	char *three = quotes(
		"{'PolicyVersion': {'VersionId': 'v1', 'Document': {'Statement': {'Effect': 'Deny', 'Action': '*', 'Resource': '*'}}}}");
	char *four = quotes("{'Policy': {'PolicySummary': {'Name': 'fifth'}, 'Content': "
			    "'{\\'Statement\\': {\\'Effect\\': \\'Deny\\', \\'Action\\': \\'*\\', \\'Resource\\': \\'*\\'}}'}}");
	static const char *const names[] = { "first", "second", "third", "c", "fifth" };
	static const size_t counts[] = { 2, 1, 1, 1, 1 };

	faults_init(&faults);
	policy_set_add_text(set, RESOURCE, "a.json", text_of("a"), text_of(one), &faults);
	policy_set_add_text(set, IDENTITY, "b.json", text_of("b"), text_of(two), &faults);
	policy_set_add_text(set, IDENTITY, "c.json", text_of("c"), text_of(three), &faults);
	policy_set_add_text(set, IDENTITY, "d.json", text_of("d"), text_of(four), &faults);
	policy_set_seal(set, &faults);
	assert_int_equal(faults.count, 0);
	assert_int_equal(policy_set_count(set), 5);
	for (size_t i = 0; i < 5; i++) {
		assert_true(text_equals(policy_set_policy(set, i)->name, text_of(names[i])));
		assert_int_equal(policy_set_policy(set, i)->count, counts[i]);
	}
	assert_int_equal(policy_set_statement_count(set), 6);
	faults_free(&faults);
	policy_set_free(set);
	free(one);
	free(two);
	free(three);
	free(four);
}

int main(void)
{
	enum { CASES = sizeof load_cases / sizeof *load_cases };
	struct CMUnitTest tests[CASES + 3];

	for (size_t i = 0; i < CASES; i++)
		tests[i] = (struct CMUnitTest){ load_cases[i].name, test_load, NULL, NULL, (void *)&load_cases[i] };
	tests[CASES] = (struct CMUnitTest)cmocka_unit_test(test_all_faults);
	tests[CASES + 1] = (struct CMUnitTest)cmocka_unit_test(test_names);
	tests[CASES + 2] = (struct CMUnitTest)cmocka_unit_test(test_pieces);
	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
