/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings: what is taken, with which defaults; what is refused, with which
 * words, at which place; options win over the file.
 */
#include "unit/check.h"
#include "unit/short_memory.h"

#include "settings/settings.h"
#include "settings/settings_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#define MIN "\"policies\": [\"p\"]"

static char path[64];

static int make_file(void **state)
{
	(void)state;
	strcpy(path, "/tmp/test-settings.XXXXXX");
	int fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
	return fd >= 0 ? 0 : -1;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static bool load(const char *text, size_t length, struct settings *settings, struct faults *faults, struct settings_given options)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
	options.settings = path;
	faults_init(faults);
	return settings_load(settings, &options, faults);
}

/* Each input is refused with exactly these faults, in this order; the path in front of them is left out. */
static const struct {
	const char *name, *input;
	const char *faults[5];
} refused[] = {
	{ "no policies", "{}", { "no policies; add \"policies\"" } },
	{ "no policies in the list", "{\"policies\": []}", { "no policies; add \"policies\"" } },
	{ "not an object", "[]", { "1:1: not an object" } },
	{ "syntax", "{\n  \"a\": }", { "2:" } },
	{ "empty file", "", { "1:" } },
	{ "twice the same", "{" MIN ", \"user\": \"a\", \"user\": \"b\"}", { "1:" } },
	{ "nearest name", "{" MIN ", \"sockets\": \"x\"}", { "1:21: sockets: unknown setting; did you mean \"socket\"?" } },
	{ "nearest name, case and dash", "{" MIN ", \"Socket-Mode\": \"0660\"}", { "did you mean \"socket_mode\"?" } },
	{ "no near name", "{" MIN ", \"colour\": \"red\"}", { "colour: unknown setting; --help lists them" } },
	{ "mode", "{" MIN ", \"mode\": \"watch\", \"metrics\": false}",
		{ "mode: unknown word; write \"enforce\" or \"monitor\"", "metrics: false is not a text" } },
	{ "metrics for everyone", "{" MIN ", \"metrics\": \"0.0.0.0:9816\"}", { "metrics: other hosts can reach 0.0.0.0:9816" } },
	{ "quotas of no object", "{" MIN ", \"quotas\": []}",
		{ "quotas: [] is not an object; write for instance {\"account\": {\"per_day\": 50000, \"per_second\": 14}}" } },
	{ "a limit of nothing", "{" MIN ", \"quotas\": {\"account\": {}}}", { "quotas.account: limits nothing; add \"per_day\"" } },
	{ "burst without a rate", "{" MIN ", \"quotas\": {\"account\": {\"per_day\": 1, \"burst\": 1}}}",
		{ "quotas.account: \"burst\" without \"per_second\"" } },
	{ "numbers of limits",
		"{" MIN
		", \"quotas\": {\"account\": {\"per_day\": -1, \"per_second\": 0, \"burst\": 0}, \"store_timeout_ms\": \"250\"}}",
		{ "quotas.account.per_day: -1 is out of bounds; write a number from 0 to 1000000000",
			"quotas.account.per_second: no rate; write a number from 0.001",
			"quotas.account.burst: 0 is out of bounds; write a number from 1",
			"quotas.store_timeout_ms: \"250\" is not a whole number; write one from 10 to 10000, without quotes" } },
	{ "fractions of limits", "{" MIN ", \"quotas\": {\"account\": {\"per_day\": 1.5, \"per_second\": 1.0625}}}",
		{ "quotas.account.per_day: 1.5 is not a whole number",
			"quotas.account.per_second: 1.0625 has more decimals than are kept" } },
	{ "the account by another word", "{" MIN ", \"quotas\": {\"account\": \"aws\"}}",
		{ "quotas.account: \"aws\" is not an object; write for instance {\"per_day\": 50000, \"per_second\": 14}, or \"ses\"" } },
	{ "SES without its state", "{" MIN ", \"quotas\": {\"account\": \"ses\"}}",
		{ "quotas.account: \"ses\" without \"account_state\"" } },
	{ "names of limits",
		"{" MIN
		", \"quotas\": {\"identities\": [{\"identity\": \"*\", \"per_day\": 1}], \"senders\": [{\"sender\": \"x\", \"per_day\": 1},"
		" {\"per_day\": 1}], \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/${login}\", \"per_day\": 1}, {\"arn\": \"x\", \"per_day\": 1}]}}",
		{ "quotas.identities[0].identity: not an identity", "quotas.senders[0].sender: not a sender",
			"quotas.senders[1]: no \"sender\"", "quotas.principals[0].arn: an ARN with a variable",
			"quotas.principals[1].arn: not the ARN of a principal" } },
	{ "a store by half its path", "{" MIN ", \"quotas\": {\"store\": \"quota.db\"}}",
		{ "quotas.store: `quota.db` is no store; name a file" } },
	{ "a limit that nobody counts",
		"{" MIN ", \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"per_day\": 1}]}",
		{ "principals[0]: a limit without \"quotas\", which counts" } },
	{ "a limit of a principal",
		"{" MIN
		", \"quotas\": {}, \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"burst\": 1}, {\"refuse\": true, \"per_day\": 1}]}",
		{ "principals[0]: \"burst\" without \"per_second\"", "principals[1].per_day: stands beside \"refuse\": true" } },
	{ "required, but where", "{" MIN ", \"records_required\": true}", { "\"records_required\" without \"records\"" } },
	{ "relay without addresses", "{" MIN ", \"connection\": \"relay\"}",
		{ "\"connection\": \"relay\" without \"egress\"; add \"egress\": [\"ADDRESS\"]" } },
	{ "relay with an empty list", "{" MIN ", \"connection\": \"relay\", \"egress\": []}",
		{ "\"connection\": \"relay\" without \"egress\"; " } },
	{ "addresses without relay", "{" MIN ", \"egress\": [\"203.0.113.7\"]}",
		{ "\"egress\" without \"connection\": \"relay\"; add that" } },
	{ "addresses of clients", "{" MIN ", \"connection\": \"client\", \"egress\": \"vpc\"}",
		{ "\"egress\" without \"connection\": \"relay\"; add that" } },
	{ "a network as egress", "{" MIN ", \"connection\": \"relay\", \"egress\": [\"203.0.113.0/24\"]}",
		{ "egress[0]: \"203.0.113.0/24\" is a network; write each address by itself, without a prefix" } },
	{ "an address with its prefix", "{" MIN ", \"connection\": \"relay\", \"egress\": [\"203.0.113.7/32\"]}",
		{ "egress[0]: \"203.0.113.7/32\" is a network; " } },
	{ "a name as egress", "{" MIN ", \"connection\": \"relay\", \"egress\": [\"203.0.113.7\", \"nat.example\"]}",
		{ "egress[1]: \"nat.example\" is not an address; write for instance \"203.0.113.7\", or \"egress\": \"vpc\"" } },
	{ "an endpoint among addresses", "{" MIN ", \"connection\": \"relay\", \"egress\": [\"vpc\"]}",
		{ "egress[0]: \"vpc\" is not an address; " } },
	{ "one address without a list", "{" MIN ", \"connection\": \"relay\", \"egress\": \"203.0.113.7\"}",
		{ "egress: \"203.0.113.7\" is not a list; write [\"...\"], or \"vpc\"" } },
	{ "unknown connection", "{" MIN ", \"connection\": \"server\"}",
		{ "connection: unknown word; write \"client\" or \"relay\"" } },
	{ "unknown word of three", "{" MIN ", \"from_address\": \"all\"}",
		{ "from_address: unknown word; write \"both\", \"envelope\" or \"header\"" } },
	{ "text for a switch", "{" MIN ", \"sandbox\": \"true\"}", { "sandbox: \"true\" is neither true nor false" } },
	{ "context",
		"{" MIN
		", \"context\": {\"ses:fromaddress\": \"a\", \"colour\": \"b\", \"aws:userid\": \"\", \"aws:x\": [], \"aws:y\": 1}}",
		{ "context.ses:fromaddress: is filled in from the message", "context.colour: not a condition key",
			"context.aws:userid: is empty", "context.aws:x: an empty list", "context.aws:y: 1 is not a text" } },
	{ "context of no object", "{" MIN ", \"context\": []}", { "context: [] is not an object" } },
	{ "configuration sets", "{" MIN ", \"configuration_sets\": {\"example.net\": \"a b\", \"@\": \"c\"}}",
		{ "configuration_sets.example.net: not a configuration set", "configuration_sets.@: not an identity" } },
	{ "principals", "{" MIN ", \"principals\": [{\"login\": \"a\"}, 1, {\"arn\": \"arn:aws:iam::1:user/x\"}]}",
		{ "principals[0]: no \"arn\"", "principals[1]: 1 is not an object",
			"principals[2].arn: not the ARN of a principal" } },
	{ "principal's members",
		"{" MIN
		", \"principals\": [{\"logins\": \"a\", \"network\": \"10.1\", \"arn\": \"arn:aws:iam::123456789012:user/${login}/\"}]}",
		{ "principals[0].logins: unknown setting; did you mean \"login\"?", "principals[0].network: \"10.1\" is ",
			"principals[0].arn: not the ARN of a principal" } },
	{ "principal's tenant", "{" MIN ", \"principals\": [{\"tenant\": \"a b\", \"arn\": \"arn:aws:iam::123456789012:root\"}]}",
		{ "principals[0].tenant: not a tenant; write 1 to 64 letters" } },
	{ "tenant as context", "{" MIN ", \"context\": {\"SES:tenantname\": \"t\"}}",
		{ "context.SES:tenantname: is filled in from the message and its client; remove it, and give principals a \"tenant\"" } },
	{ "principal's login", "{" MIN ", \"principals\": [{\"login\": \"a*\", \"arn\": \"arn:aws:iam::123456789012:root\"}]}",
		{ "principals[0].login: a login with a wildcard" } },
	{ "what stands beside refuse",
		"{" MIN ", \"principals\": [{\"refuse\": true, \"arn\": \"arn:aws:iam::123456789012:root\", \"policies\": [],"
		" \"context\": {}}, {\"login\": \"a\", \"refuse\": false}]}",
		{ "principals[0].arn: stands beside \"refuse\": true", "principals[0].policies: stands beside",
			"principals[0].context: stands beside", "principals[1]: no \"arn\"" } },
	{ "tenant beside refuse", "{" MIN ", \"principals\": [{\"refuse\": true, \"tenant\": \"t\"}]}",
		{ "principals[0].tenant: stands beside \"refuse\": true" } },
	{ "boundary beside refuse", "{" MIN ", \"principals\": [{\"refuse\": true, \"boundary\": \"b\"}]}",
		{ "principals[0].boundary: stands beside \"refuse\": true" } },
	{ "boundary of no text",
		"{" MIN ", \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"boundary\": [\"b\"]},"
		" {\"arn\": \"arn:aws:iam::123456789012:user/x\", \"boundary\": \"\"}]}",
		{ "principals[0].boundary: [\"b\"] is not a text", "principals[1].boundary: is empty" } },
	{ "organization of no levels", "{" MIN ",\n \"organization\": [\"root\", [], [\"a\", 1], [\"\"]]}",
		{ "2:19: organization[0]: \"root\" is not a list; write the level as [\"...\"]",
			"2:27: organization[1]: an empty level; each level must allow", "organization[2][1]: 1 is not a text",
			"organization[3][0]: is empty" } },
	{ "organization of no list", "{" MIN ", \"organization\": \"root\"}",
		{ "organization: \"root\" is not a list; write a list for each level: [[\"...\"]]" } },
	{ "no policies at all",
		"{\"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"policies\": []}], \"organization\": []}",
		{ "no policies; add \"policies\"" } },
	{ "refuse of no switch", "{" MIN ", \"principals\": [{\"refuse\": \"yes\", \"network\": \"::1\"}, {\"refuse\": 1}]}",
		{ "principals[0].refuse: \"yes\" is neither true nor false", "principals[0]: no \"arn\"",
			"principals[1].refuse: 1 is neither true nor false", "principals[1]: no \"arn\"" } },
	{ "realms", "{" MIN ", \"login_realms\": [\"@relay.test\", \"\", \"*\", \"relay.test.\", \"relay.test\"]}",
		{ "login_realms[0]: not a realm", "login_realms[1]: not a realm", "login_realms[2]: not a realm",
			"login_realms[3]: not a realm" } },
	{ "a realm for a list", "{" MIN ", \"login_realms\": \"relay.test\"}", { "login_realms: \"relay.test\" is not a list" } },
	{ "networks", "{" MIN ", \"networks\": [{\"network\": \"10.0.0.0/8\"}]}", { "networks[0]: no \"context\"" } },
	{ "unknown word", "{" MIN ", \"address_case\": \"fold\"}", { "unknown word; write \"domain\" or \"preserve\"" } },
	{ "number for text", "{" MIN ", \"account\": 123456789012}", { "account: 123456789012 is not a text" } },
	{ "text for list", "{\"policies\": \"p\"}", { "policies: \"p\" is not a list" } },
	{ "null", "{" MIN ", \"user\": null}", { "user: null is not a text" } },
	{ "element of a list", "{\"policies\": [\"p\", 1, \"\"]}", { "policies[1]: 1 is not a text", "policies[2]: is empty" } },
	{ "mode as number", "{" MIN ", \"socket_mode\": 660}", { "socket_mode: 660 is not a text" } },
	{ "mode too large", "{" MIN ", \"socket_mode\": \"1777\"}", { "socket_mode: not a mode" } },
	{ "mode not octal", "{" MIN ", \"socket_mode\": \"0668\"}", { "socket_mode: not a mode" } },
	{ "mode empty", "{" MIN ", \"socket_mode\": \"\"}", { "socket_mode: not a mode" } },
	{ "account short", "{" MIN ", \"account\": \"12345678901\"}", { "account: not an account" } },
	{ "region in capitals", "{" MIN ", \"region\": \"US-WEST-2\"}", { "region: not a region" } },
	{ "socket without host", "{" MIN ", \"socket\": \"inet:25\"}", { "socket: no host" } },
	{ "identities", "{" MIN ", \"identities\": [\"a.example\", \"@b\", \"c@\", \"*.d\"]}",
		{ "identities[1]: not an identity", "identities[2]: not an identity", "identities[3]: not an identity" } },
	{ "all at once, with places", "{\n" MIN ",\n\t\"usr\": 1,\n\t\"region\": \"\"\n}",
		{ "3:2: usr: unknown setting", "4:12: region: not a region" } },
};

static void faults_are_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct settings settings;
		struct faults faults;
		const char *name = refused[i].name;
		size_t wanted = 0;

		CHECK_CASE(failures, name,
			!load(refused[i].input, strlen(refused[i].input), &settings, &faults, (struct settings_given){ 0 }));
		const struct fault *fault = faults.first;
		for (; wanted < COUNT_OF(refused[i].faults) && refused[i].faults[wanted]; wanted++) {
			CHECK_CASE(failures, name, fault && strncmp(fault->text, path, strlen(path)) == 0);
			CHECK_CASE(failures, name, fault && strstr(fault->text, refused[i].faults[wanted]));
			if (fault)
				fault = fault->next;
		}
		CHECK_CASE(failures, name, faults.count == wanted);
		settings_free(&settings);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void defaults_and_values(void **state)
{
	static const char full[] =
		"{\"socket\": \"inet:25@127.0.0.1\", \"socket_mode\": \"0600\", \"socket_group\": \"postfix\","
		" \"user\": \"mail\", \"policies\": [\"a\", \"b\"], \"account\": \"123456789012\", \"region\": \"eu-west-1\","
		" \"identities\": [\"example.net\", \"ceo@example.com\"], \"from_address\": \"envelope\","
		" \"address_case\": \"preserve\", \"null_sender\": \"reject\", \"unknown_identity\": \"reject\","
		" \"mode\": \"monitor\", \"shadow\": [\"s\"], \"records\": \"r\", \"records_allowed\": false, \"records_required\": true,"
		" \"metrics\": \"[::1]:9816\", \"ses_headers\": \"refuse\", \"unqualified_headers\": \"evaluate\", \"form\": \"check\", \"sandbox\": true, \"configuration_sets\": {\"example.net\": \"set_1\"},"
		" \"context\": {\"aws:PrincipalOrgID\": \"o-1\", \"aws:TagKeys\": [\"a\", \"b\"]},"
		" \"networks\": [{\"network\": \"10.0.0.0/8\", \"context\": {\"aws:SourceVpc\": \"vpc-1\"}}],"
		" \"principals\": [{\"login\": \"*\", \"network\": \"::/0\", \"arn\": \"arn:aws:iam::123456789012:user/mail/${login}\","
		" \"tenant\": \"Tenant_1\", \"policies\": [], \"boundary\": \"bound\", \"context\": {}}, {\"arn\": \"arn:aws:sts::123456789012:assumed-role/r/s\"},"
		" {\"login\": \"b\", \"network\": \"10.0.0.0/8\", \"refuse\": true}, {\"refuse\": true}],"
		" \"login_realms\": [\"relay.test\", \"Mail.TEST\"], \"organization\": [[\"root\"], [\"a\", \"b\"]]}";
	static const char least[] = "{" MIN "}";
	struct settings settings;
	struct faults faults;

	(void)state;
	assert_true(load(least, sizeof least - 1, &settings, &faults, (struct settings_given){ 0 }));
	assert_int_equal(faults.count, 0);
	assert_string_equal(settings.socket, "unix:/run/ses-policy-milter/milter.sock");
	assert_string_equal(settings.listen.path, "/run/ses-policy-milter/milter.sock");
	assert_int_equal(settings.socket_mode, 0660);
	assert_null(settings.user);
	assert_null(settings.site.account);
	assert_int_equal(settings.site.identities.count, 0);
	assert_int_equal(settings.site.from_address, FROM_BOTH);
	assert_int_equal(settings.site.null_sender, NULL_SENDER_EVALUATE);
	assert_int_equal(settings.site.sandbox, 0);
	assert_int_equal(settings.mode, MODE_ENFORCE);
	assert_int_equal(settings.shadow.count, 0);
	assert_null(settings.records);
	assert_int_equal(settings.records_allowed, 1);
	assert_int_equal(settings.records_required, 0);
	assert_null(settings.metrics);
	assert_null(settings.site.principals.at);
	assert_null(settings.site.login_realms.at);
	settings_free(&settings);
	assert_true(load(full, sizeof full - 1, &settings, &faults, (struct settings_given){ 0 }));
	assert_int_equal(settings.listen.port, 25);
	assert_int_equal(settings.socket_mode, 0600);
	assert_string_equal(settings.socket_group, "postfix");
	assert_string_equal(settings.user, "mail");
	assert_int_equal(settings.site.policies.count, 2);
	assert_string_equal(settings.site.policies.at[1], "b");
	assert_string_equal(settings.site.account, "123456789012");
	assert_string_equal(settings.site.region, "eu-west-1");
	assert_string_equal(settings.site.identities.at[1], "ceo@example.com");
	assert_int_equal(settings.site.address_case, 1);
	assert_int_equal(settings.site.null_sender, NULL_SENDER_REJECT);
	assert_int_equal(settings.site.unknown_identity, UNKNOWN_REJECT);
	assert_int_equal(settings.site.ses_headers, SES_HEADERS_REFUSE);
	assert_int_equal(settings.site.unqualified_headers, UNQUALIFIED_HEADERS_EVALUATE);
	assert_int_equal(settings.site.form, FORM_CHECK);
	assert_int_equal(settings.site.sandbox, 1);
	assert_int_equal(settings.mode, MODE_MONITOR);
	assert_string_equal(settings.shadow.at[0], "s");
	assert_string_equal(settings.records, "r");
	assert_int_equal(settings.records_allowed, 0);
	assert_int_equal(settings.records_required, 1);
	assert_int_equal(settings.metrics_listen.port, 9816);
	assert_string_equal(settings.site.configuration_sets.at[0].values.at[0], "set_1");
	assert_int_equal(settings.site.context.count, 2);
	assert_string_equal(settings.site.context.at[1].values.at[1], "b");
	assert_string_equal(settings.site.networks.at[0].context.at[0].name, "aws:SourceVpc");
	assert_int_equal(settings.site.principals.count, 4);
	/* An empty list of policies is one, none is not. */
	assert_non_null(settings.site.principals.at[0].policies.at);
	assert_null(settings.site.principals.at[1].policies.at);
	assert_null(settings.site.principals.at[1].login);
	assert_string_equal(settings.site.principals.at[0].tenant, "Tenant_1");
	assert_null(settings.site.principals.at[1].tenant);
	assert_string_equal(settings.site.principals.at[0].boundary, "bound");
	assert_null(settings.site.principals.at[1].boundary);
	assert_int_equal(settings.site.organization.count, 2);
	assert_int_equal(settings.site.organization.at[0].count, 1);
	assert_string_equal(settings.site.organization.at[1].at[1], "b");
	assert_int_equal(settings.site.principals.at[1].refuse, 0);
	assert_int_equal(settings.site.principals.at[2].refuse, 1);
	assert_string_equal(settings.site.principals.at[2].login, "b");
	assert_int_equal(settings.site.principals.at[3].refuse, 1);
	assert_null(settings.site.principals.at[3].arn);
	assert_int_equal(settings.site.login_realms.count, 2);
	assert_string_equal(settings.site.login_realms.at[1], "Mail.TEST");
	settings_free(&settings);
}

/* A site whose policies are all those of callers. */
static void policies_of_callers_are_enough(void **state)
{
	static const char *const enough[] = {
		"{\"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"policies\": [\"u\"]}]}",
		"{\"policies\": [], \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"policies\": [\"u\"]}]}",
		"{\"policies\": [], \"principals\": [{\"arn\": \"arn:aws:iam::123456789012:user/x\", \"boundary\": \"b\"}]}",
		"{\"policies\": [], \"organization\": [[\"r\"]]}",
	};
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(enough); i++) {
		struct settings settings;
		struct faults faults;
		CHECK_CASE(failures, enough[i],
			load(enough[i], strlen(enough[i]), &settings, &faults, (struct settings_given){ 0 }));
		CHECK_CASE(failures, enough[i], settings.site.policies.count == 0);
		settings_free(&settings);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void options_win(void **state)
{
	static const char text[] = "{\"socket\": \"/a\", \"user\": \"a\", \"policies\": [\"a\", \"b\"]}";
	const char *paths[] = { "c" };
	struct settings_given options = { .socket = "/b", .user = "b", .policies = paths, .policy_count = 1 };
	struct settings settings;
	struct faults faults;

	(void)state;
	assert_true(load(text, sizeof text - 1, &settings, &faults, options));
	assert_string_equal(settings.listen.path, "/b");
	assert_string_equal(settings.user, "b");
	assert_int_equal(settings.site.policies.count, 1);
	assert_string_equal(settings.site.policies.at[0], "c");
	settings_free(&settings);
	/* No file at all. */
	faults_init(&faults);
	options.settings = NULL;
	assert_true(settings_load(&settings, &options, &faults));
	assert_null(settings.file);
	settings_free(&settings);
	/* Options are checked as the file is. */
	options.socket = "inet:1";
	options.user = "";
	assert_false(settings_load(&settings, &options, &faults));
	assert_int_equal(faults.count, 2);
	assert_non_null(strstr(faults.first->text, "--socket inet:1: no host"));
	settings_free(&settings);
	faults_free(&faults);
}

static void files_are_bounded(void **state)
{
	const struct settings_given folder = { .settings = "/tmp" }, nowhere = { .settings = "/nonexistent/x" };
	char *large = malloc(SETTINGS_FILE_MAX + 1);
	struct settings settings;
	struct faults faults;

	(void)state;
	assert_non_null(large);
	memset(large, ' ', SETTINGS_FILE_MAX + 1);
	memcpy(large, "{" MIN "}", sizeof "{" MIN "}" - 1);
	assert_true(load(large, SETTINGS_FILE_MAX, &settings, &faults, (struct settings_given){ 0 }));
	settings_free(&settings);
	assert_false(load(large, SETTINGS_FILE_MAX + 1, &settings, &faults, (struct settings_given){ 0 }));
	assert_non_null(strstr(faults.first->text, "larger than 1 MiB"));
	settings_free(&settings);
	faults_free(&faults);
	free(large);
	assert_false(settings_load(&settings, &folder, &faults));
	assert_non_null(strstr(faults.first->text, "Is a directory"));
	settings_free(&settings);
	faults_free(&faults);
	assert_false(settings_load(&settings, &nowhere, &faults));
	assert_non_null(strstr(faults.first->text, "No such file"));
	settings_free(&settings);
	faults_free(&faults);
}

/* What --print-settings prints is a settings file that gives the same settings. */
/* A list of addresses, or the word that stands in its place: printed as they are written. */
static void egress_is_printed_as_it_is_written(void **state)
{
	static const struct {
		const char *input, *printed;
		size_t count;
		bool given;
	} rows[] = {
		{ "{" MIN "}", "\"connection\": \"client\"", 0, false },
		{ "{" MIN ", \"connection\": \"client\"}", "\"connection\": \"client\"", 0, true },
		{ "{" MIN ", \"connection\": \"relay\", \"egress\": \"vpc\"}", "\"egress\": \"vpc\"", 1, true },
		{ "{" MIN ", \"connection\": \"relay\", \"egress\": [\"203.0.113.7\", \"2001:db8::7\"]}",
			"\"egress\": [\"203.0.113.7\", \"2001:db8::7\"]", 2, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct settings settings;
		struct faults faults;
		char *printed;
		size_t length;

		assert_true(load(rows[i].input, strlen(rows[i].input), &settings, &faults, (struct settings_given){ 0 }));
		assert_int_equal(settings.site.egress.count, rows[i].count);
		assert_int_equal(settings.site.connection, rows[i].count ? CONNECTION_RELAY : CONNECTION_CLIENT);
		assert_true(settings.site.connection_given == rows[i].given);
		FILE *out = open_memstream(&printed, &length);
		assert_non_null(out);
		settings_print(&settings, out);
		fclose(out);
		assert_non_null(strstr(printed, rows[i].printed));
		assert_true((strstr(printed, "egress") != NULL) == (rows[i].count > 0));
		settings_free(&settings);
		assert_true(load(printed, length, &settings, &faults, (struct settings_given){ 0 }));
		assert_int_equal(settings.site.egress.count, rows[i].count);
		settings_free(&settings);
		free(printed);
	}
}

static void printed_is_taken_again(void **state)
{
	static const char text[] =
		"{\"socket\": \"inet:25@127.0.0.1\", \"policies\": [\"a\\\"\\u00e9\"], \"null_sender\": \"reject\","
		" \"sandbox\": true, \"context\": {\"aws:TagKeys\": [\"a\", \"b\"], \"aws:userid\": \"c\"},"
		" \"principals\": [{\"login\": \"*\", \"arn\": \"arn:aws:iam::123456789012:user/${login}\", \"policies\": [],"
		" \"boundary\": \"b\"}, {\"refuse\": true}], \"login_realms\": [], \"organization\": [[\"r\"], [\"x\", \"y\"]]}";
	struct settings settings;
	struct faults faults;
	char *first, *second;
	size_t length;

	(void)state;
	assert_true(load(text, sizeof text - 1, &settings, &faults, (struct settings_given){ 0 }));
	FILE *out = open_memstream(&first, &length);
	assert_non_null(out);
	settings_print(&settings, out);
	fclose(out);
	settings_free(&settings);
	assert_true(load(first, length, &settings, &faults, (struct settings_given){ 0 }));
	assert_int_equal(settings.site.null_sender, NULL_SENDER_REJECT);
	assert_string_equal(settings.site.policies.at[0], "a\"\xc3\xa9");
	assert_int_equal(settings.site.context.at[0].values.count, 2);
	assert_non_null(settings.site.principals.at[0].policies.at);
	assert_int_equal(settings.site.principals.at[0].refuse, 0);
	assert_int_equal(settings.site.principals.at[1].refuse, 1);
	assert_string_equal(settings.site.principals.at[0].boundary, "b");
	assert_int_equal(settings.site.organization.count, 2);
	assert_string_equal(settings.site.organization.at[1].at[0], "x");
	/* That there are no realms has been said; that nothing is in the shadow has not. */
	assert_non_null(settings.site.login_realms.at);
	assert_null(settings.shadow.at);
	out = open_memstream(&second, &length);
	assert_non_null(out);
	/* No memory is not a setting that is not there. */
	short_memory_after(1);
	settings_print(&settings, out);
	short_memory_after(0);
	fclose(out);
	assert_string_equal(first, second);
	settings_free(&settings);
	free(first);
	free(second);
}

static void origins_are_told(void **state)
{
	static const char text[] = "{\n  \"policies\": [\"a\"],\n  \"sandbox\": true\n}";
	struct settings settings;
	struct faults faults;
	char *told, wanted[256];
	size_t length;

	(void)state;
	assert_true(load(text, sizeof text - 1, &settings, &faults, (struct settings_given){ .socket = "/s" }));
	FILE *out = open_memstream(&told, &length);
	assert_non_null(out);
	settings_print_origins(&settings, out);
	fclose(out);
	snprintf(wanted, sizeof wanted, "\nsandbox: %s:3:14\n", path);
	assert_non_null(strstr(told, wanted));
	assert_non_null(strstr(told, "socket: --socket\n"));
	assert_non_null(strstr(told, "\naccount: default\n"));
	settings_free(&settings);
	free(told);
}

/* Each allocation fails once: the settings are whole or refused, and nothing leaks. */
static void short_of_memory(void **state)
{
	static const char text[] =
		"{\"policies\": [\"a\", \"b\"], \"account\": \"123456789012\", \"identities\": [\"c.example\"],"
		" \"socket_mode\": \"0600\", \"null_sender\": \"reject\", \"context\": {\"aws:TagKeys\": [\"a\"]},"
		" \"principals\": [{\"login\": \"*\", \"arn\": \"arn:aws:iam::123456789012:user/${login}\", \"policies\": [\"p\"]}]}";
	const struct settings_given given = { .settings = path, .socket = "/s" };
	FILE *file = fopen(path, "w");
	bool taken = false;
	size_t n;

	(void)state;
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	json_set_alloc_funcs(malloc, free);
	for (n = 1; !taken; n++) {
		struct settings settings;
		struct faults faults;
		long before = short_memory_live();

		faults_init(&faults);
		short_memory_once(n);
		taken = settings_load(&settings, &given, &faults);
		size_t asked = short_memory_count();
		short_memory_once(0);
		/* Only the place of a setting may get lost. */
		assert_true(taken || faults.count > 0);
		assert_true(asked >= n || taken);
		if (taken) {
			assert_int_equal(settings.site.policies.count, 2);
			assert_int_equal(settings.site.principals.at[0].policies.count, 1);
			assert_string_equal(settings.socket, "/s");
		}
		settings_free(&settings);
		faults_free(&faults);
		assert_int_equal(short_memory_live(), before);
		taken = taken && asked < n;
	}
	/* Else the wrapping does not work. */
	assert_true(n > 10);
}

static char changed[128];

static void note(const char *name)
{
	strcat(changed, name);
	strcat(changed, " ");
}

static void fixed_settings_are_compared(void **state)
{
	static const char one[] = "{\"policies\": [\"a\"], \"socket\": \"/a\", \"account\": \"123456789012\"}";
	static const char two[] = "{\"policies\": [\"b\"], \"socket\": \"/b\", \"socket_mode\": \"0666\", \"user\": \"x\"}";
	struct settings before, after;
	struct faults faults;

	(void)state;
	assert_true(load(one, sizeof one - 1, &before, &faults, (struct settings_given){ 0 }));
	assert_true(load(two, sizeof two - 1, &after, &faults, (struct settings_given){ 0 }));
	settings_compare_fixed(&before, &before, note);
	assert_string_equal(changed, "");
	settings_compare_fixed(&before, &after, note);
	assert_string_equal(changed, "socket socket_mode user ");
	settings_free(&before);
	settings_free(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(defaults_and_values),
		cmocka_unit_test(policies_of_callers_are_enough),
		cmocka_unit_test(options_win),
		cmocka_unit_test(files_are_bounded),
		cmocka_unit_test(printed_is_taken_again),
		cmocka_unit_test(egress_is_printed_as_it_is_written),
		cmocka_unit_test(origins_are_told),
		cmocka_unit_test(short_of_memory),
		cmocka_unit_test(fixed_settings_are_compared),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
