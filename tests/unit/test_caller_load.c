/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caller_load: the policies of callers in a generation, which of them each rule
 * gets, and what is said of a document that stands in the wrong place.
 */
#include "ses/generation.h"
#include "ses/message.h"
#include "unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLICY(statement) "{\"Version\":\"2012-10-17\",\"Statement\":[" statement "]}"
#define ALL POLICY("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}")
#define SEND POLICY("{\"Effect\":\"Allow\",\"Action\":\"ses:SendRawEmail\",\"Resource\":\"*\"}")
#define DENY POLICY("{\"Effect\":\"Deny\",\"Action\":\"ses:SendRawEmail\",\"Resource\":\"*\"}")
#define READ POLICY("{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}")
#define HOME "arn:aws:ses:us-west-2:123456789012:identity/example.com"
#define TO(effect, who) \
	POLICY("{\"Effect\":\"" effect "\",\"Principal\":" who ",\"Action\":\"ses:SendRawEmail\",\"Resource\":\"" HOME "\"}")
#define USER "arn:aws:iam::123456789012:user/mail/billing"
#define SESSION "arn:aws:sts::123456789012:assumed-role/relay/i-1"
#define ROOT "arn:aws:iam::123456789012:root"
#define ALIEN "arn:aws:iam::444455556666:user/billing"
#define RCP POLICY("{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}")
/* As `aws organizations describe-policy` prints one. */
#define DESCRIBED(effect) \
	"{\"Policy\":{\"PolicySummary\":{\"Name\":\"n\",\"Type\":\"SERVICE_CONTROL_POLICY\"},\"Content\":" \
	"\"{\\\"Statement\\\":{\\\"Effect\\\":\\\"" effect "\\\",\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\"}}\"}}"

/*
 * The files of one site: of identities, the principal's own, its boundary, up to three levels. NULL: the setting is not
 * there. "": its folder is, and empty.
 */
enum { RESOURCE, OWN, BOUNDARY, LEVELS_FROM, FILES = LEVELS_FROM + 3 };

/* A folder for each, in `folder`; of a boundary the file in it. */
static void site_make(const char *folder, const char *const files[FILES], char paths[FILES][96])
{
	for (size_t i = 0; i < FILES; i++) {
		char path[128];
		snprintf(paths[i], 96, "%s/%zu", folder, i);
		assert_int_equal(mkdir(paths[i], 0700), 0);
		if (!files[i] || !*files[i])
			continue;
		snprintf(path, sizeof path, "%s/%zu/p.json", folder, i);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fputs(files[i], file);
		assert_int_equal(fclose(file), 0);
	}
}

static void site_remove(const char *folder)
{
	for (size_t i = 0; i < FILES; i++) {
		char path[128];
		snprintf(path, sizeof path, "%s/%zu/p.json", folder, i);
		unlink(path);
		snprintf(path, sizeof path, "%s/%zu", folder, i);
		assert_int_equal(rmdir(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

static struct generation *load(const char *const files[FILES], const char *arn, struct faults *faults)
{
	static const char *const identities[] = { "example.com" };
	char folder[] = "/tmp/test_caller_load.XXXXXX", paths[FILES][96];
	const char *list[FILES];
	struct string_list levels[3];
	struct principal_option caller = { .arn = arn };
	struct site_options options = {
		.account = "123456789012",
		.region = "us-west-2",
		.identities = { identities, 1 },
		.from_address = FROM_ENVELOPE,
		.principals = { &caller, 1 },
		.organization = { levels, 0 },
	};

	assert_non_null(mkdtemp(folder));
	site_make(folder, files, paths);
	for (size_t i = 0; i < FILES; i++)
		list[i] = paths[i];
	options.policies = (struct string_list){ list, files[RESOURCE] != NULL };
	if (files[OWN])
		caller.policies = (struct string_list){ list + OWN, *files[OWN] != '\0' };
	caller.boundary = files[BOUNDARY] ? paths[BOUNDARY] : NULL;
	for (size_t i = LEVELS_FROM; i < FILES && files[i]; i++)
		levels[options.organization.count++] = (struct string_list){ list + i, 1 };
	struct generation *generation = generation_load(&options, faults);
	site_remove(folder);
	return generation;
}

/* What a message from the site is told at MAIL: NULL, or the text. `layer` becomes who said no. */
static const char *ask(struct message *message, const struct generation *generation, struct outcome *outcome)
{
	static const struct client client = { .tls = false };
	const struct instant now = { 0 };

	message_begin(message, generation, &client, &now, true);
	*outcome = message_sender(message, TEXT("<a@example.com>"), TEXT(""), true);
	if (outcome->action == OUTCOME_CONTINUE)
		*outcome = message_recipient(message, TEXT("<b@example.org>"), TEXT(""), true);
	if (outcome->action == OUTCOME_CONTINUE)
		*outcome = message_end(message);
	return outcome->action == OUTCOME_CONTINUE ? NULL : outcome->text;
}

static const struct {
	const char *name, *arn;
	const char *files[FILES];
	enum decision decision;
	const char *text; /* in the reply, of a refusal */
} cases[] = {
	{ "own policies alone, none of identities", USER, { NULL, SEND }, DECISION_ALLOWED, NULL },
	{ "an empty folder beside them", USER, { "", SEND }, DECISION_ALLOWED, NULL },
	{ "a map of no policies beside them", USER, { "{\"Policies\": {}}", SEND }, DECISION_ALLOWED, NULL },
	{ "own policies that allow something else", USER, { NULL, READ }, DECISION_IMPLICIT_DENY, "(no policy allows it)" },
	{ "a boundary that allows it", USER, { NULL, SEND, ALL }, DECISION_ALLOWED, NULL },
	{ "a boundary that does not", USER, { NULL, ALL, READ }, DECISION_IMPLICIT_DENY,
		"(the permissions boundary does not allow it)" },
	{ "a boundary that denies", USER, { NULL, ALL, DENY }, DECISION_EXPLICIT_DENY, "(permissions boundary p, statement 1)" },
	{ "a boundary alone allows nothing", USER, { NULL, NULL, ALL }, DECISION_IMPLICIT_DENY, "(no policy allows it)" },
	{ "nor beside an empty list", USER, { NULL, "", ALL }, DECISION_IMPLICIT_DENY, "(no policy allows it)" },
	{ "a resource policy that names the user goes past it", USER, { TO("Allow", "{\"AWS\":\"" USER "\"}"), NULL, READ },
		DECISION_ALLOWED, NULL },
	{ "one for everyone does not", USER, { TO("Allow", "\"*\""), NULL, READ }, DECISION_IMPLICIT_DENY,
		"(the permissions boundary does not allow it)" },
	{ "but it is enough where the boundary allows", USER, { TO("Allow", "\"*\""), NULL, SEND }, DECISION_ALLOWED, NULL },
	{ "one that names the account is not", USER, { TO("Allow", "{\"AWS\":\"123456789012\"}"), "", SEND },
		DECISION_IMPLICIT_DENY, "(no policy allows it)" },
	{ "one that names the session goes past it", SESSION, { TO("Allow", "{\"AWS\":\"" SESSION "\"}"), NULL, READ },
		DECISION_ALLOWED, NULL },
	{ "one that names the role does not", SESSION,
		{ TO("Allow", "{\"AWS\":\"arn:aws:iam::123456789012:role/relay\"}"), NULL, READ }, DECISION_IMPLICIT_DENY,
		"(the permissions boundary does not allow it)" },
	{ "but not past a Deny", USER, { TO("Allow", "{\"AWS\":\"" USER "\"}"), NULL, DENY }, DECISION_EXPLICIT_DENY,
		"(permissions boundary p, statement 1)" },
	{ "nor past the organization", USER, { TO("Allow", "{\"AWS\":\"" USER "\"}"), NULL, NULL, READ }, DECISION_IMPLICIT_DENY,
		"(no service control policy of level 1 allows it)" },
	{ "each level allows", USER, { NULL, SEND, NULL, ALL, SEND, ALL }, DECISION_ALLOWED, NULL },
	{ "the root does not", USER, { NULL, SEND, NULL, READ, ALL }, DECISION_IMPLICIT_DENY,
		"(no service control policy of level 1 allows it)" },
	{ "the last does not", USER, { NULL, SEND, NULL, ALL, ALL, READ }, DECISION_IMPLICIT_DENY,
		"(no service control policy of level 3 allows it)" },
	{ "one denies", USER, { NULL, SEND, NULL, ALL, DENY, ALL }, DECISION_EXPLICIT_DENY,
		"(service control policy p, statement 1)" },
	{ "one that was described", USER, { NULL, SEND, NULL, DESCRIBED("Allow") }, DECISION_ALLOWED, NULL },
	{ "one that was described denies", USER, { NULL, SEND, NULL, ALL, DESCRIBED("Deny") }, DECISION_EXPLICIT_DENY,
		"(service control policy n, statement 1)" },
	{ "the organization holds where no policies are told", USER, { TO("Deny", "\"*\""), NULL, NULL, ALL },
		DECISION_EXPLICIT_DENY, "(policy p, statement 1)" },
	{ "the same, and nothing denies", USER, { NULL, NULL, NULL, ALL }, DECISION_ALLOWED, NULL },
	{ "and a level does not allow", USER, { NULL, NULL, NULL, READ }, DECISION_IMPLICIT_DENY,
		"(no service control policy of level 1 allows it)" },
	{ "for the root user, too", ROOT, { NULL, NULL, NULL, READ }, DECISION_IMPLICIT_DENY,
		"(no service control policy of level 1 allows it)" },
	{ "not for callers of other accounts", ALIEN, { TO("Allow", "{\"AWS\":\"" ALIEN "\"}"), SEND, NULL, DENY },
		DECISION_ALLOWED, NULL },
	{ "whose boundary holds", ALIEN, { TO("Allow", "{\"AWS\":\"" ALIEN "\"}"), SEND, READ }, DECISION_IMPLICIT_DENY,
		"(the permissions boundary does not allow it)" },
};

/* The reply, the reason and what records have of it agree. */
static bool layer_is_told(const struct outcome *outcome)
{
	bool boundary = strstr(outcome->text, "permissions boundary"), scp = strstr(outcome->text, "service control policy");
	const char *word = reason_rows[outcome->reason].word;
	const char *without = boundary ? "boundary" : scp ? "organization" : "no-allow";

	if (strcmp(word, outcome->decision == DECISION_EXPLICIT_DENY ? "policy" : without) || (outcome->level != 0) != scp)
		return false;
	return boundary || scp ? text_equals(outcome->layer, boundary ? TEXT("boundary") : TEXT("scp"))
			       : !text_equals(outcome->layer, TEXT("boundary")) && !text_equals(outcome->layer, TEXT("scp"));
}

static void layers_decide(void **state)
{
	struct message *message = message_new();
	size_t failures = 0;

	(void)state;
	assert_non_null(message);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome outcome;
		struct faults faults;
		faults_init(&faults);
		struct generation *generation = load(cases[i].files, cases[i].arn, &faults);
		CHECK_CASE(failures, cases[i].name, generation);
		if (!generation) {
			print_error("  %s\n", faults.first ? faults.first->text : "no memory");
			faults_free(&faults);
			continue;
		}
		const char *text = ask(message, generation, &outcome);
		bool right = text ? cases[i].text && outcome.decision == cases[i].decision && strstr(text, cases[i].text) &&
				layer_is_told(&outcome)
				  : cases[i].decision == DECISION_ALLOWED;
		CHECK_CASE(failures, cases[i].name, right);
		if (!right)
			print_error("  %s: %s\n", decision_name(outcome.decision), text ? text : "allowed");
		generation_free(generation);
		faults_free(&faults);
	}
	message_free(message);
	assert_int_equal(failures, 0);
}

static const struct {
	const char *name, *arn;
	const char *files[FILES];
	const char *fault;
} faulty[] = {
	{ "nothing at all", USER, { NULL, "" }, "policies: nothing to load; name a policy file" },
	{ "an empty folder alone", USER, { "" }, "/0: holds no *.json file; put a policy there" },
	{ "a map of no policies alone", USER, { "{\"Policies\": {}}" }, "/0: holds no policy; add one" },
	{ "a user's policy among those of identities", USER, { SEND, SEND },
		"/0/p.json:1:38: Statement[0]: no statement has a Principal: "
		"this is a policy of a user, a group or a role, and not of an SES identity; "
		"name it in \"principals\": [{\"arn\": \"...\", \"policies\": [\"...\"]}], or with --user-policy " },
	{ "a policy of an identity among the user's", USER, { NULL, TO("Allow", "\"*\"") },
		"/1/p.json:1:56: Statement[0].Principal: every statement has a Principal: "
		"this is a policy of an SES identity, and not a principal's own; name it in \"policies\" of the site, or with --policy" },
	{ "one as a boundary", USER, { NULL, SEND, TO("Allow", "\"*\"") },
		"/2/p.json:1:56: Statement[0].Principal: every statement has a Principal: this is a policy of an SES identity, " },
	{ "one in the organization", USER, { NULL, SEND, NULL, ALL, TO("Allow", "{\"AWS\":\"" USER "\"}") },
		"/4/p.json:1:56: Statement[0].Principal: a service control policy holds for every principal of its accounts; "
		"take the element out. A policy of an SES identity belongs to \"policies\"" },
	{ "a resource control policy in the organization", USER, { NULL, SEND, NULL, RCP },
		"/3/p.json:1:56: Statement[0].Principal: a service control policy has no Principal, a resource control policy has this one; "
		"resource control policies do not cover SES, so leave it out of \"organization\"" },
	{ "NotPrincipal in a boundary", USER,
		{ NULL, SEND, POLICY("{\"Effect\":\"Deny\",\"NotPrincipal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}") },
		"Statement[0].NotPrincipal: every statement has a Principal: " },
	{ "an empty level", USER, { NULL, SEND, NULL, ALL, "" }, "/4: holds no *.json file" },
	{ "a level of no policies", USER, { NULL, SEND, NULL, ALL, "{\"Policies\": {}}" },
		"organization[1]: /tmp/test_caller_load." },
	{ "a boundary of no policy", USER, { NULL, SEND, "{\"Policies\": {}}" },
		"/2 holds 0 policies; a principal has one boundary" },
	{ "a boundary of two", USER, { NULL, SEND, "{\"Policies\": {\"a\": " ALL ", \"b\": " ALL "}}" },
		"/2 holds 2 policies; a principal has one boundary" },
	{ "a boundary of the root user", ROOT, { NULL, SEND, ALL }, "principals[0].boundary: the root user has none; remove it" },
	{ "a Sid that IAM does not take", USER,
		{ NULL, SEND, NULL, POLICY("{\"Sid\":\"a b\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}") },
		"\"a b\" is not a Sid of a service control policy; write letters and digits only" },
};

static void faults_are_told(void **state)
{
	size_t failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(faulty); i++) {
		struct faults faults;
		faults_init(&faults);
		struct generation *generation = load(faulty[i].files, faulty[i].arn, &faults);
		bool told = !generation && faults.first && strstr(faults.first->text, faulty[i].fault);
		CHECK_CASE(failures, faulty[i].name, told);
		if (!told)
			print_error("  %s\n", faults.first ? faults.first->text : "loaded");
		generation_free(generation);
		faults_free(&faults);
	}
	assert_int_equal(failures, 0);
}

/* A boundary without policies is allowed, and a note says what it means. */
static void a_boundary_alone_is_noted(void **state)
{
	static const char *const alone[FILES] = { NULL, NULL, ALL }, *const beside[FILES] = { NULL, "", ALL };
	struct faults faults;

	(void)state;
	faults_init(&faults);
	struct generation *generation = load(alone, USER, &faults);
	assert_non_null(generation);
	assert_non_null(faults.first_note);
	assert_non_null(strstr(faults.first_note->text, "principals[0]: a boundary without \"policies\" allows nothing by itself"));
	generation_free(generation);
	faults_free(&faults);
	faults_init(&faults);
	generation = load(beside, USER, &faults);
	assert_non_null(generation);
	assert_null(faults.first_note);
	generation_free(generation);
	faults_free(&faults);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_decide),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(a_boundary_alone_is_noted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
