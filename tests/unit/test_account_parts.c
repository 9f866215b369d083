/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account_state, by parts: identities, configuration sets and tenants. What is not whole does not load; what SES refuses
 * because of them is refused, for good before for now, and where the settings say something else they win.
 */
#include "unit/account_at.h"
#include "unit/check.h"
#include "unit/generation_of.h"
#include "unit/short_memory.h"

#include "ses/account_sets.h"
#include "ses/configuration_set.h"
#include "ses/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARN "arn:aws:ses:us-west-2:123456789012:"
#define POLICY \
	"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\"," \
	"\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"ses:FromAddress\":\"bad@example.net\"}}}," \
	"{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"ses:*\",\"Resource\":[\"" ARN "identity/example.net\",\"" ARN \
	"identity/boss@example.net\"," \
	"\"" ARN "identity/pending.example\",\"" ARN "identity/nowhere.example\"]," \
	"\"Condition\":{\"ForAnyValue:StringEquals\":{\"ses:Recipients\":\"denied@example.com\"}}}]}"

static const struct instant now = { .seconds = 1777800000 };
static char folder[] = "/tmp/test-account-parts.XXXXXX";

static const struct file {
	const char *name, *text;
} files[] = {
	{ "state.json", AT_ALL },
	{ "account.json", AT_ACCOUNT("true", "true", "\"BOUNCE\",\"COMPLAINT\"") },
	{ "identities/example.net.json", AT_IDENTITY("true", AT_DEFAULT("main")) },
	{ "identities/example.org.json", AT_IDENTITY("true", "") },
	{ "identities/pending.example.json", AT_IDENTITY("false", "") },
	{ "identities/off.example.json", AT_IDENTITY("true", AT_DEFAULT("off")) },
	{ "identities/gone.example.json", AT_IDENTITY("true", AT_DEFAULT("gone")) },
	{ "identities/mild.example.json", AT_IDENTITY("true", AT_DEFAULT("mild")) },
	{ "configuration-sets/main.json", AT_SET("main", "true", "") },
	{ "configuration-sets/off.json", AT_SET("off", "false", "") },
	{ "configuration-sets/mild.json", AT_SET("mild", "true", AT_REASONS("")) },
	{ "configuration-sets/bounces.json", AT_SET("bounces", "true", AT_REASONS("\"BOUNCE\"")) },
	{ "tenants/t1.json", AT_TENANT("t1", "ENABLED") },
	{ "tenants/t1.resources.json",
		AT_RESOURCES(AT_RESOURCE("EMAIL_IDENTITY", "identity/Example.NET") "," AT_RESOURCE("CONFIGURATION_SET",
			"configuration-set/main") "," AT_RESOURCE("EMAIL_TEMPLATE", "template/x")) },
	/* Behind t1.json and in front of t1.resources.json. */
	{ "tenants/t1-b.json", AT_TENANT("t1-b", "REINSTATED") },
	{ "tenants/t1-b.resources.json", AT_RESOURCES(AT_RESOURCE("EMAIL_IDENTITY", "identity/example.net")) },
	{ "tenants/t2.json", AT_TENANT("t2", "DISABLED") },
	{ "tenants/t2.resources.json",
		AT_RESOURCES(AT_RESOURCE("EMAIL_IDENTITY", "identity/example.net") "," AT_RESOURCE("CONFIGURATION_SET",
			"configuration-set/main")) },
	{ "suppressed.json", AT_LIST(AT_GONE("bounced@example.com", "BOUNCE") "," AT_GONE("angry@example.com", "COMPLAINT")) },
};

static void put_all(void)
{
	account_at_clear(folder);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		account_at_put(folder, files[i].name, files[i].text);
}

static int make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_all(void **state)
{
	(void)state;
	account_at_clear(folder);
	return rmdir(folder);
}

static struct generation *load(struct site_options *options, struct faults *faults)
{
	const char *policy = POLICY;

	faults_init(faults);
	options->account_state = folder;
	options->account_state_max_age = "30d";
	return generation_of(&policy, 1, options, faults);
}

static const struct {
	const char *name, *file, *text;
	const char *fault; /* a part of it; NULL: it loads */
} sets[] = {
	{ "as it is", "identities/x.example.json", NULL, NULL },
	{ "an identity with a name in it", "identities/x.example.json", AT_IDENTITY("true", ",\"EmailIdentity\":\"x.example\""),
		NULL },
	{ "of another", "identities/x.example.json", AT_IDENTITY("true", ",\"EmailIdentity\":\"y.example\""),
		"x.example.json:1:1: EmailIdentity is \"y.example\", and the file is named after x.example" },
	{ "an address in capitals and signs", "identities/A+b%2Fc%25@x.example.json",
		AT_IDENTITY("true", ",\"EmailIdentity\":\"A+b/c%@x.example\""), NULL },
	{ "a leading dot", "identities/%2Ea.json", AT_IDENTITY("true", ""), "is named after neither a domain nor an address" },
	{ "a dot file", "identities/.x.json", "torn", NULL },
	{ "a name twice", "identities/example%2enet.json", AT_IDENTITY("true", ""),
		"/identities: two files are named after example.net" },
	{ "a domain twice", "identities/EXAMPLE.net.json", AT_IDENTITY("true", ""),
		"/identities: two files are named after example.net" },
	{ "half a byte", "identities/x%2.json", AT_IDENTITY("true", ""), "identities/x%2.json: is not called NAME.json" },
	{ "a NUL", "identities/x%00.json", AT_IDENTITY("true", ""), "identities/x%00.json: is not called NAME.json" },
	{ "a byte behind the letters", "identities/x{y.json", AT_IDENTITY("true", ""),
		"identities/x{y.json: is not called NAME.json" },
	{ "one in front of them", "identities/x`y.json", AT_IDENTITY("true", ""), "identities/x`y.json: is not called NAME.json" },
	{ "one behind the digits", "identities/x:y.json", AT_IDENTITY("true", ""), "identities/x:y.json: is not called NAME.json" },
	{ "no digit of a byte", "identities/x%g0.json", AT_IDENTITY("true", ""), "identities/x%g0.json: is not called NAME.json" },
	{ "no second digit", "identities/x%0g.json", AT_IDENTITY("true", ""), "identities/x%0g.json: is not called NAME.json" },
	{ "what is in front of such letters", "identities/x%`0.json", AT_IDENTITY("true", ""),
		"identities/x%`0.json: is not called NAME.json" },
	{ "what is behind such digits", "identities/x%0:.json", AT_IDENTITY("true", ""),
		"identities/x%0:.json: is not called NAME.json" },
	{ "what is in front of such digits", "identities/x%.0.json", AT_IDENTITY("true", ""),
		"identities/x%.0.json: is not called NAME.json" },
	{ "a byte as it is", "identities/x y.json", AT_IDENTITY("true", ""), "identities/x y.json: is not called NAME.json" },
	{ "shorter than what it should end with", "identities/json", AT_IDENTITY("true", ""),
		"identities/json: is not called NAME.json" },
	{ "no JSON", "identities/x.example", AT_IDENTITY("true", ""), "is not called NAME.json" },
	{ "no name", "identities/.json", AT_IDENTITY("true", ""), NULL },
	{ "no address", "identities/a@b@c.json", AT_IDENTITY("true", ""), "is named after neither" },
	{ "not said whether verified", "identities/x.example.json", "{\"IdentityType\":\"DOMAIN\"}",
		"VerifiedForSendingStatus is missing; fetch" },
	{ "verified a text", "identities/x.example.json", AT_IDENTITY("\"true\"", ""),
		"VerifiedForSendingStatus: is neither true nor false" },
	{ "a default set that is none", "identities/x.example.json", AT_IDENTITY("true", AT_DEFAULT("a b")),
		"ConfigurationSetName is not the name" },
	{ "a default set that is no text", "identities/x.example.json", AT_IDENTITY("true", ",\"ConfigurationSetName\":1"),
		"ConfigurationSetName: is no text, or an empty one" },
	{ "half an identity", "identities/x.example.json", "{\"IdentityType\"", "not JSON" },
	{ "an empty one", "identities/x.example.json", "", "x.example.json" },
	{ "a list", "identities/x.example.json", "[]", "is no object" },
	{ "a folder", "identities/x.example.json/", "", "x.example.json: is no file" },
	{ "a set", "configuration-sets/a.json", AT_SET("a", "true", ""), NULL },
	{ "a set without options", "configuration-sets/a.json", "{\"ConfigurationSetName\":\"a\"}", NULL },
	{ "a set without a name", "configuration-sets/a.json", "{\"SendingOptions\":{\"SendingEnabled\":true}}",
		"ConfigurationSetName is missing" },
	{ "a set of another name", "configuration-sets/a.json", AT_SET("b", "true", ""), "the file is named after a" },
	{ "a name that no set has", "configuration-sets/a.b.json", AT_SET("a.b", "true", ""),
		"is not named after a configuration set" },
	{ "sending not said", "configuration-sets/a.json", "{\"ConfigurationSetName\":\"a\",\"SendingOptions\":{}}",
		"SendingEnabled is missing" },
	{ "sending no object", "configuration-sets/a.json", "{\"ConfigurationSetName\":\"a\",\"SendingOptions\":true}",
		"SendingOptions is no object" },
	{ "an unknown reason", "configuration-sets/a.json", AT_SET("a", "true", AT_REASONS("\"MOOD\"")),
		"neither BOUNCE nor COMPLAINT" },
	{ "a tenant without resources", "tenants/a.json", AT_TENANT("a", "ENABLED"), "tenants: a.json: a tenant has two files" },
	{ "resources without a tenant", "tenants/a.resources.json", AT_RESOURCES(""), "tenants: a.resources.json: a tenant has" },
	{ "a tenant of another name", "tenants/t1.json", AT_TENANT("t3", "ENABLED"), "the file is named after t1" },
	{ "a tenant that is none", "tenants/t1.json", "{\"TenantName\":\"t1\"}", "has no Tenant" },
	{ "a name that no tenant has", "tenants/a.b.json", AT_TENANT("a.b", "ENABLED"), "a.b.json" },
	{ "resources that are no list", "tenants/t1.resources.json", "{\"TenantResources\":{}}", "is not {\"TenantRes" },
	{ "no resources", "tenants/t1.resources.json", "{}", "is not {\"TenantRes" },
	{ "an identity that is none among the resources", "tenants/t1.resources.json",
		AT_RESOURCES(AT_RESOURCE("EMAIL_IDENTITY", "identity/no@such@identity")), NULL },
	{ "an unknown status", "tenants/t1.json", AT_TENANT("t1", "RESTING"), "SendingStatus is neither" },
	{ "no status", "tenants/t1.json", "{\"Tenant\":{\"TenantName\":\"t1\"}}", "SendingStatus is missing" },
	{ "pages are missing", "tenants/t1.resources.json", "{\"TenantResources\":[],\"NextToken\":\"x\"}", "is not {\"TenantRes" },
	{ "a resource without an ARN", "tenants/t1.resources.json", AT_RESOURCES("{}"),
		"TenantResources[0]: ResourceArn is missing" },
	{ "a resource that is no ARN", "tenants/t1.resources.json", AT_RESOURCES("{\"ResourceArn\":\"x\"}"),
		"ResourceArn is no ARN" },
	{ "a part that is listed and not there", "state.json", AT_STATE("\"identities\":" AT_WHEN ",\"quotas\":" AT_WHEN),
		"no part \"quotas\"" },
};

static void only_what_is_whole(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct site_options options = { 0 };
		struct faults faults;
		put_all();
		account_at_put(folder, sets[i].file, sets[i].text);
		if (sets[i].file[strlen(sets[i].file) - 1] == '/') {
			char path[128];
			snprintf(path, sizeof path, "%s/%.*s", folder, (int)strlen(sets[i].file) - 1, sets[i].file);
			assert_int_equal(mkdir(path, 0750), 0);
		}
		struct generation *generation = load(&options, &faults);
		const char *said = faults.first ? faults.first->text : "";
		bool good = sets[i].fault ? !generation && strstr(said, sets[i].fault) : generation && !faults.count;
		if (!good)
			print_error("%s: %s\n", sets[i].name, said);
		CHECK_CASE(failures, sets[i].name, good);
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

static void a_listed_folder_must_be_there(void **state)
{
	static const char *const names[] = { "identities", "configuration-sets", "tenants" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct site_options options = { 0 };
		struct faults faults;
		char path[96];
		put_all();
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		assert_int_equal(chmod(path, 0770), 0);
		assert_null(load(&options, &faults));
		assert_non_null(strstr(faults.first->text, "others than its owner may write it (mode 0770)"));
		faults_free(&faults);
		account_at_clear(path);
		assert_int_equal(rmdir(path), 0);
		assert_null(load(&options, &faults));
		assert_non_null(strstr(faults.first->text, "No such file"));
		faults_free(&faults);
	}
}

static bool notes(const struct faults *faults, const char *what)
{
	for (const struct fault *note = faults->first_note; note; note = note->next)
		if (strstr(note->text, what))
			return true;
	return false;
}

static void what_does_not_fit_is_noted(void **state)
{
	struct principal_option pinned = { .arn = "arn:aws:iam::123456789012:user/smtp-relay", .tenant = "t9" };
	struct site_options options = { .principals = { &pinned, 1 } };
	struct faults faults;

	(void)state;
	put_all();
	generation_free(load(&options, &faults));
	assert_true(
		notes(&faults, "SES has no configuration set gone, which is the default one of gone.example; its mail is refused"));
	assert_true(notes(&faults, "SES has no tenant t9, which principals[0] names; mail for it is refused"));
	faults_free(&faults);
	pinned.tenant = "t1";
	generation_free(load(&options, &faults));
	assert_false(notes(&faults, "SES has no tenant"));
	assert_false(notes(&faults, "which is the default one of example.net"));
	assert_false(notes(&faults, "has no part"));
	assert_false(notes(&faults, "suppressed recipients are let through"));
	assert_false(notes(&faults, "sandbox"));
	faults_free(&faults);
	pinned.tenant = NULL;
	generation_free(load(&options, &faults));
	assert_false(notes(&faults, "SES has no tenant"));
	faults_free(&faults);
	account_at_put(folder, "state.json", AT_STATE("\"account\":" AT_WHEN ",\"suppressed\":" AT_WHEN));
	account_at_put(folder, "account.json", AT_ACCOUNT("true", "false", ""));
	generation_free(load(&options, &faults));
	assert_true(notes(&faults, "has no part `identities`; whether identities are verified is not checked"));
	assert_true(notes(&faults, "has no part `configuration-sets`; whether"));
	assert_true(notes(&faults, "has no part `tenants`; whether"));
	assert_true(notes(&faults, "suppressed recipients are let through"));
	assert_true(notes(&faults, "the account is in the SES sandbox, where"));
	faults_free(&faults);
}

struct letter {
	const char *sender, *recipients[3];
	const char *headers[3][2];
};

/* The words of what refused recipients, then "STAGE CODE word" of the message, or "". `tells`: RCPT can tell. */
static const char *answer(const struct generation *generation, const struct letter *mail, bool tells)
{
	static char said[160];
	struct message *message = message_new();
	struct client client = { .headers_complete = true };
	char raw[128];
	size_t used = 0, left = 0;

	*said = '\0';
	message_begin(message, generation, &client, &now, true);
	snprintf(raw, sizeof raw, "<%s>", mail->sender);
	struct outcome outcome = message_sender(message, text_of(raw), TEXT(""), true);
	for (size_t i = 0; i < 3 && mail->recipients[i] && outcome.action == OUTCOME_CONTINUE; i++) {
		snprintf(raw, sizeof raw, "<%s>", mail->recipients[i]);
		struct outcome one = message_recipient(message, text_of(raw), TEXT(""), tells);
		left += one.action == OUTCOME_CONTINUE;
		if (one.action != OUTCOME_CONTINUE)
			used += (size_t)snprintf(said + used, sizeof said - used, "%s%s", used ? " " : "",
				reason_rows[one.reason].word);
	}
	if (outcome.action == OUTCOME_CONTINUE && left) {
		outcome = message_data(message, generation->may_refuse[STAGE_DATA]);
		for (size_t i = 0; i < 3 && mail->headers[i][0]; i++)
			message_header(message, text_of(mail->headers[i][0]), text_of(mail->headers[i][1]));
	}
	if (outcome.action == OUTCOME_CONTINUE && left && generation->wants_headers)
		outcome = message_headers_end(message, true);
	if (outcome.action == OUTCOME_CONTINUE && left)
		outcome = message_end(message);
	if (outcome.action != OUTCOME_CONTINUE)
		snprintf(said + used, sizeof said - used, "%s%s %s %s", used ? " " : "", stage_name(outcome.stage),
			reason_rows[outcome.reason].code, reason_rows[outcome.reason].word);
	message_free(message);
	return said;
}

#define AS_IT_IS \
	{ \
		.paused = PAUSED_DEFER \
	}
#define SET(name) \
	{ \
		"X-SES-CONFIGURATION-SET", name \
	}
#define TENANT(name) \
	{ \
		"X-SES-TENANT", name \
	}
#define FROM(address) \
	{ \
		"From", address \
	}
#define ANN \
	{ \
		"ann@example.com" \
	}
#define GONE_ONE \
	{ \
		"bounced@example.com" \
	}
#define BOTH \
	{ \
		"bounced@example.com", "ann@example.com" \
	}

static const char *const added[] = { "pending.example" };
static const char *const mild_name = "mild";
static struct map_entry mild_entry = { "example.org", { &mild_name, 1 } };
#define MILD_ORG .configuration_sets = { &mild_entry, 1 }
#define PINNED(name) \
	.principals = { (struct principal_option[]){ { .arn = "arn:aws:iam::123456789012:user/smtp-relay", .tenant = name } }, 1 }

static const struct {
	const char *name;
	struct letter mail;
	struct site_options options;
	const char *file, *text; /* in place of that one */
	const char *want;
} mails[] = {
	{ "fine", { "a@example.net", ANN, { FROM("a@example.net") } }, AS_IT_IS, NULL, NULL, "" },
	/* identities */
	{ "no identity", { "a@other.example", ANN, { FROM("a@other.example") } }, AS_IT_IS, NULL, NULL,
		"MAIL 550 unknown-identity" },
	{ "not verified", { "a@pending.example", ANN, { FROM("a@example.net") } }, AS_IT_IS, NULL, NULL,
		"MAIL 550 unknown-identity" },
	{ "that a policy names it does not make it one", { "a@nowhere.example", ANN, { FROM("a@example.net") } }, AS_IT_IS, NULL,
		NULL, "MAIL 550 unknown-identity" },
	{ "a policy names one below a domain that is", { "boss@example.net", ANN, { FROM("boss@example.net") } }, AS_IT_IS, NULL,
		NULL, "" },
	{ "and it is asked", { "boss@example.net", { "denied@example.com" }, { FROM("boss@example.net") } }, AS_IT_IS, NULL, NULL,
		"policy" },
	{ "below one that is", { "a@sub.example.net", ANN, { FROM("a@sub.example.net") } }, AS_IT_IS, NULL, NULL, "" },
	{ "in From", { "a@example.net", ANN, { FROM("a@other.example") } }, AS_IT_IS, NULL, NULL, "EOH 550 unknown-identity" },
	{ "the settings add one", { "a@pending.example", ANN, { FROM("a@example.net") } }, { .identities = { added, 1 } }, NULL,
		NULL, "" },
	{ "the settings evaluate", { "a@other.example", ANN, { FROM("a@other.example") } },
		{ .unknown_identity_given = true, .unknown_identity = UNKNOWN_EVALUATE }, NULL, NULL, "" },
	{ "the part is not there", { "a@other.example", ANN, { FROM("a@other.example") } }, AS_IT_IS, "state.json",
		AT_STATE("\"account\":" AT_WHEN), "" },
	/* sandbox */
	{ "sandbox", { "a@example.net", { "ann@example.com", "ann@example.org" }, { FROM("a@example.net") } }, AS_IT_IS,
		"account.json", AT_ACCOUNT("true", "false", ""), "unverified-recipient" },
	{ "sandbox, the settings say no", { "a@example.net", ANN, { FROM("a@example.net") } }, { .sandbox_given = true },
		"account.json", AT_ACCOUNT("true", "false", ""), "" },
	{ "sandbox, and no identities", { "a@example.net", ANN, { FROM("a@example.net") } }, AS_IT_IS, "account.json",
		AT_ACCOUNT("true", "false", ""), "unverified-recipient" },
	/* sets */
	{ "a set", { "a@example.net", ANN, { FROM("a@example.net"), SET("bounces") } }, AS_IT_IS, NULL, NULL, "" },
	{ "no such set", { "a@example.net", ANN, { FROM("a@example.net"), SET("none") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 unknown-configuration-set" },
	{ "names have case", { "a@example.net", ANN, { FROM("a@example.net"), SET("Main") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 unknown-configuration-set" },
	{ "it is off", { "a@example.net", ANN, { FROM("a@example.net"), SET("off") } }, AS_IT_IS, NULL, NULL,
		"EOH 451 configuration-set-paused" },
	{ "it is off, refused", { "a@example.net", ANN, { FROM("a@example.net"), SET("off") } }, { .paused = PAUSED_REFUSE }, NULL,
		NULL, "EOH 550 configuration-set-paused" },
	{ "it is off, ignored", { "a@example.net", ANN, { FROM("a@example.net"), SET("off") } }, { .paused = PAUSED_IGNORE }, NULL,
		NULL, "" },
	{ "the default one is off", { "a@off.example", ANN, { FROM("a@off.example") } }, AS_IT_IS, NULL, NULL,
		"EOH 451 configuration-set-paused" },
	{ "and another is named", { "a@off.example", ANN, { FROM("a@off.example"), SET("main") } }, AS_IT_IS, NULL, NULL, "" },
	{ "the default one is gone", { "a@gone.example", ANN, { FROM("a@gone.example") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 unknown-configuration-set" },
	{ "that of From is gone", { "a@example.net", ANN, { FROM("a@gone.example") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 unknown-configuration-set" },
	{ "the settings name another", { "a@off.example", ANN, { FROM("a@off.example") } }, { MILD_ORG }, NULL, NULL, "" },
	{ "a policy comes first", { "a@off.example", ANN, { FROM("bad@example.net"), SET("off") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 policy" },
	{ "the account before the policies", { "a@example.net", ANN, { FROM("bad@example.net"), SET("none") } }, AS_IT_IS, NULL,
		NULL, "EOH 550 unknown-configuration-set" },
	{ "sets are not known", { "a@example.net", ANN, { FROM("a@example.net"), SET("none") } }, AS_IT_IS, "state.json",
		AT_STATE("\"account\":" AT_WHEN ",\"identities\":" AT_WHEN), "" },
	/* tenants */
	{ "a tenant", { "a@example.net", ANN, { FROM("a@EXAMPLE.net"), TENANT("t1") } }, AS_IT_IS, NULL, NULL, "" },
	{ "no such tenant", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t9") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 unknown-tenant" },
	{ "not its identity", { "a@example.org", ANN, { FROM("a@example.org"), TENANT("t1") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 tenant-resource" },
	{ "not its From", { "a@example.net", ANN, { FROM("a@example.org"), TENANT("t1") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 tenant-resource" },
	{ "not its set", { "a@example.net", ANN, { FROM("a@example.net"), SET("bounces"), TENANT("t1") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 tenant-resource" },
	{ "not its default set", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t1-b") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 tenant-resource" },
	{ "a tenant that is paused", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t2") } }, AS_IT_IS, NULL, NULL,
		"EOH 451 tenant-paused" },
	{ "and a policy", { "a@example.net", ANN, { FROM("bad@example.net"), TENANT("t2") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 policy" },
	{ "paused, refused", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t2") } }, { .paused = PAUSED_REFUSE }, NULL,
		NULL, "EOH 550 tenant-paused" },
	{ "pinned to another", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t1") } }, { PINNED("t2") }, NULL, NULL,
		"EOH 550 tenant" },
	{ "pinned, and it is not there", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t9") } }, { PINNED("t9") }, NULL,
		NULL, "EOH 550 unknown-tenant" },
	{ "tenants are not known", { "a@example.net", ANN, { FROM("a@example.net"), TENANT("t9") } }, AS_IT_IS, "state.json",
		AT_STATE("\"account\":" AT_WHEN ",\"identities\":" AT_WHEN), "" },
	{ "recipients in the sandbox are no resources of it",
		{ "a@example.net", { "b@example.org" }, { FROM("a@example.net"), TENANT("t1") } }, AS_IT_IS, "account.json",
		AT_ACCOUNT("true", "false", ""), "" },
	{ "that of the sender is, also where a recipient has the same",
		{ "a@example.org", { "b@example.org" }, { FROM("a@example.org"), TENANT("t1") } }, AS_IT_IS, "account.json",
		AT_ACCOUNT("true", "false", ""), "EOH 550 tenant-resource" },
	/* suppressed */
	{ "a set may not suppress", { "a@example.net", BOTH, { FROM("a@example.net") } }, AS_IT_IS, NULL, NULL, "" },
	{ "but this one does, and nobody else is there", { "a@example.net", GONE_ONE, { FROM("a@example.net") } }, AS_IT_IS, NULL,
		NULL, "EOH 550 suppressed" },
	{ "nor does the one that is named", { "a@example.net", GONE_ONE, { FROM("a@example.net"), SET("mild") } }, AS_IT_IS, NULL,
		NULL, "" },
	{ "the one that is named suppresses", { "a@mild.example", GONE_ONE, { FROM("a@mild.example"), SET("bounces") } }, AS_IT_IS,
		NULL, NULL, "EOH 550 suppressed" },
	{ "for another reason", { "a@example.net", { "angry@example.com" }, { FROM("a@example.net"), SET("bounces") } }, AS_IT_IS,
		NULL, NULL, "" },
	{ "all for some reason", { "a@example.net", { "angry@example.com", "bounced@example.com" }, { FROM("a@example.net") } },
		AS_IT_IS, NULL, NULL, "EOH 550 suppressed" },
	{ "one of two sets does not", { "a@example.net", GONE_ONE, { FROM("a@mild.example") } }, AS_IT_IS, NULL, NULL, "" },
	{ "every set does", { "a@example.net", BOTH, { FROM("a@example.net") } }, AS_IT_IS, "configuration-sets/mild.json",
		AT_SET("mild", "true", ""), "suppressed" },
	{ "every set does, for this reason",
		{ "a@example.net", { "angry@example.com", "ann@example.com" }, { FROM("a@example.net") } }, AS_IT_IS,
		"configuration-sets/mild.json", AT_SET("mild", "true", ""), "" },
	{ "no header may come", { "a@example.net", BOTH, { FROM("a@example.net") } },
		{ .ses_headers = SES_HEADERS_REFUSE, .from_address = FROM_ENVELOPE }, NULL, NULL, "suppressed" },
	{ "no header may come, the default does not", { "a@mild.example", GONE_ONE, { FROM("a@example.net") } },
		{ .ses_headers = SES_HEADERS_REFUSE, .from_address = FROM_ENVELOPE }, NULL, NULL, "" },
	{ "no header, From may be anybody's", { "a@example.net", BOTH, { FROM("a@example.net") } },
		{ .ses_headers = SES_HEADERS_REFUSE }, NULL, NULL, "" },
	{ "a policy goes before", { "a@example.net", { "denied@example.com", "ann@example.com" }, { FROM("a@example.net") } },
		{ .ses_headers = SES_HEADERS_REFUSE, .from_address = FROM_ENVELOPE }, "suppressed.json",
		AT_LIST(AT_GONE("denied@example.com", "BOUNCE")), "policy" },
	{ "for good before for now", { "a@off.example", GONE_ONE, { FROM("a@off.example") } }, AS_IT_IS, NULL, NULL,
		"EOH 550 suppressed" },
	{ "the settings ignore it", { "a@example.net", GONE_ONE, { FROM("a@example.net") } }, { .suppressed = SUPPRESSED_IGNORE },
		NULL, NULL, "" },
	{ "sets are not known, and may not", { "a@example.net", GONE_ONE, { FROM("a@example.net") } }, AS_IT_IS, "state.json",
		AT_STATE("\"account\":" AT_WHEN ",\"identities\":" AT_WHEN ",\"suppressed\":" AT_WHEN), "" },
	{ "default sets are not known, and one may not", { "a@example.net", GONE_ONE, { FROM("a@example.net") } }, AS_IT_IS,
		"state.json", AT_STATE("\"account\":" AT_WHEN ",\"configuration-sets\":" AT_WHEN ",\"suppressed\":" AT_WHEN), "" },
	{ "but for the settings", { "a@example.net", GONE_ONE, { FROM("a@example.net") } }, { MILD_ORG }, "state.json",
		AT_STATE("\"account\":" AT_WHEN ",\"configuration-sets\":" AT_WHEN ",\"suppressed\":" AT_WHEN),
		"EOH 550 suppressed" },
};

static void mail_meets_it(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(mails); i++) {
		struct site_options options = mails[i].options;
		struct faults faults;
		put_all();
		if (mails[i].file)
			account_at_put(folder, mails[i].file, mails[i].text);
		struct generation *generation = load(&options, &faults);
		if (!generation)
			fail_msg("%s: %s", mails[i].name, faults.first->text);
		const char *said = answer(generation, &mails[i].mail, true);
		if (strcmp(said, mails[i].want))
			print_error("%s: '%s'\n", mails[i].name, said);
		CHECK_CASE(failures, mails[i].name, !strcmp(said, mails[i].want));
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

/* Where RCPT can tell nothing, one recipient does not take the message from the others. */
static void what_cannot_be_told_takes_nothing_from_others(void **state)
{
	static const struct letter two = { "a@example.net", BOTH, { FROM("a@example.net") } },
				   one = { "a@example.net", GONE_ONE, { FROM("a@example.net") } };
	struct site_options options = { .ses_headers = SES_HEADERS_REFUSE, .from_address = FROM_ENVELOPE };
	struct faults faults;

	(void)state;
	put_all();
	struct generation *generation = load(&options, &faults);
	assert_non_null(generation);
	assert_string_equal(answer(generation, &two, true), "suppressed");
	assert_string_equal(answer(generation, &two, false), "");
	assert_string_equal(answer(generation, &one, true), "suppressed");
	assert_string_equal(answer(generation, &one, false), "EOH 550 suppressed");
	generation_free(generation);
	faults_free(&faults);
}

/* A policy file that `aws sesv2 get-email-identity` printed says less than the account's state, and the settings more. */
static void default_sets_are_those_of_the_state(void **state)
{
	struct site_options options = { 0 };
	struct faults faults;

	(void)state;
	put_all();
	struct generation *generation = load(&options, &faults);
	assert_non_null(generation);
	assert_true(text_equals(configuration_set_of(generation, TEXT("example.net")), TEXT("main")));
	assert_int_equal(configuration_set_of(generation, TEXT("example.org")).length, 0);
	assert_int_equal(generation->configuration_set_count, 4);
	generation_free(generation);
	faults_free(&faults);
	options.configuration_sets = (struct map){ &mild_entry, 1 };
	generation = load(&options, &faults);
	assert_non_null(generation);
	assert_int_equal(generation->configuration_set_count, 1);
	assert_true(text_equals(configuration_set_of(generation, TEXT("example.org")), TEXT("mild")));
	generation_free(generation);
	faults_free(&faults);
}

static void nothing_is_looked_at_when_off(void **state)
{
	static const char *const policy = POLICY;
	struct site_options options = { .from_address = FROM_ENVELOPE };
	struct faults faults;

	(void)state;
	faults_init(&faults);
	struct generation *generation = generation_of(&policy, 1, &options, &faults);
	assert_non_null(generation);
	assert_false(generation->wants_headers || generation->unknown_identity_reject || generation->sandbox ||
		generation->account_state.loaded);
	generation_free(generation);
	faults_free(&faults);
}

static void each_allocation_fails(void **state)
{
	size_t n, wrong = 0;
	bool whole = false;

	(void)state;
	put_all();
	for (n = 1; !whole; n++) {
		struct site_options options = { .account_state = folder };
		const char *policy = POLICY;
		struct faults faults;
		long live = short_memory_live();
		faults_init(&faults);
		short_memory_once(n);
		struct generation *generation = generation_of(&policy, 1, &options, &faults);
		whole = short_memory_count() < n;
		short_memory_after(0);
		wrong += generation ? faults.count || generation->account_state.identity_count != 6 ||
				generation->account_state.set_count != 4 || generation->account_state.tenant_count != 3
				    : !faults.out_of_memory || faults.first != NULL;
		generation_free(generation);
		faults_free(&faults);
		wrong += short_memory_live() != live;
	}
	assert_true(n > 50);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_whole),
		cmocka_unit_test(a_listed_folder_must_be_there),
		cmocka_unit_test(what_does_not_fit_is_noted),
		cmocka_unit_test(mail_meets_it),
		cmocka_unit_test(what_cannot_be_told_takes_nothing_from_others),
		cmocka_unit_test(default_sets_are_those_of_the_state),
		cmocka_unit_test(nothing_is_looked_at_when_off),
		cmocka_unit_test(each_allocation_fails),
	};

	return cmocka_run_group_tests(tests, make, remove_all);
}
