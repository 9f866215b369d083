/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every allocation of loading and of deciding fails once, alone and with all
 * after it: then memory is the fault that is told, and no set, request or answer
 * is one that would do without what was lost. jansson allocates through the
 * same functions; libcidr's two calls stand for its own allocations.
 */
#include "unit/check.h"

#include "iam/evaluate.h"
#include "iam/plan.h"
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "iam/request.h"
#include "iam/statement.h"
#include "tool/raw.h"
#include "unit/short_memory.h"

#include <libcidr.h>
#include <stdlib.h>
#include <string.h>

CIDR *__real_cidr_from_str(const char *text);
CIDR *__real_cidr_addr_network(const CIDR *cidr);
CIDR *__wrap_cidr_from_str(const char *text);
CIDR *__wrap_cidr_addr_network(const CIDR *cidr);

CIDR *__wrap_cidr_from_str(const char *text)
{
	return short_memory_fails() ? NULL : __real_cidr_from_str(text);
}

CIDR *__wrap_cidr_addr_network(const CIDR *cidr)
{
	return short_memory_fails() ? NULL : __real_cidr_addr_network(cidr);
}

/* Texts long enough for jansson's scanner to want a larger buffer several times. */
#define LONG "a-text-that-is-longer-than-the-buffer-that-the-scanner-of-jansson-begins-with-and-then-some-more"

/* Statements that are looked up together. */
#define ALIKE(op, key, value) \
	"{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"ses:*\", " \
	"\"Resource\": \"arn:aws:ses:us-west-2:123456789012:identity/alike\", " \
	"\"Condition\": {\"" op "\": {\"" key "\": \"" value "\"}}}"

/* Statements of which the caller tells the one. */
#define OF_ACCOUNT(digit) \
	"{\"Effect\": \"Deny\", \"Principal\": {\"AWS\": \"99999999999" digit "\"}, \"Action\": \"*\", \"Resource\": \"*\"}"

static const char resource_policy[] =
	"{\"Version\": \"2012-10-17\", \"Id\": \"" LONG "\", \"Statement\": [\n"
	"{\"Sid\": \"strings\", \"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"ses:*\", \"Resource\": \"*\", \"Condition\": {\n"
	"  \"StringEquals\": {\"ses:FromAddress\": [\"" LONG "@example.com\", \"${aws:username}@example.com\"]},\n"
	"  \"StringNotEqualsIfExists\": {\"ses:FeedbackAddress\": \"b@example.com\"},\n"
	"  \"StringEqualsIgnoreCase\": {\"ses:FromDisplayName\": [\"M\\u00fcller\", \"${aws:PrincipalTag/team, 'none'}\"]},\n"
	"  \"StringNotEqualsIgnoreCase\": {\"aws:SourceVpc\": \"vpc-1\"},\n"
	"  \"ForAnyValue:StringLike\": {\"ses:Recipients\": [\"*@example.net\", \"admin*\", \"*admin*\", \"${*}@*\"]},\n"
	"  \"ForAllValues:StringNotLike\": {\"aws:TagKeys\": []}}},\n"
	"{\"Sid\": \"others\", \"Effect\": \"Deny\", \"Principal\": {\"AWS\": [\"123456789012\", \"arn:aws:iam::123456789012:role/a\"],\n"
	"  \"Service\": \"ses.amazonaws.com\"}, \"NotAction\": [\"ses:SendEmail\"], \"NotResource\": [\"arn:aws:ses:*:*:identity/x\"],\n"
	"  \"Condition\": {\"NumericEquals\": {\"aws:EpochTime\": [1, 2.5, \"1234567890123456789\"]}, \"NumericNotEquals\": {\"custom:n\": 12345678901234567},\n"
	"  \"NumericLessThan\": {\"custom:n\": [3, 4]}, \"NumericGreaterThanEquals\": {\"custom:n\": 1}, \"DateEquals\": {\"aws:CurrentTime\": \"2026-05-01\"},\n"
	"  \"DateLessThan\": {\"aws:CurrentTime\": [\"2026-05-01T12:00:00Z\", \"5\"]}, \"Bool\": {\"aws:SecureTransport\": [true, \"false\"]},\n"
	"  \"BinaryEquals\": {\"custom:b\": \"QUFB\"}, \"IpAddress\": {\"aws:SourceIp\": [\"10.0.0.0/8\", \"2001:db8::/32\"]},\n"
	"  \"NotIpAddress\": {\"aws:VpcSourceIp\": \"192.0.2.1\"}, \"Null\": {\"aws:userid\": \"false\"},\n"
	"  \"ArnLike\": {\"aws:PrincipalArn\": [\"arn:aws:iam::*:user/*\", \"arn:aws:iam::*:user/${aws:username}\"]},\n"
	"  \"ArnNotEquals\": {\"aws:SourceArn\": \"arn:aws:ses:*:*:identity/y\"}}},\n"
	"{\"Effect\": \"Allow\", \"NotPrincipal\": {\"AWS\": \"arn:aws:iam::123456789012:root\"}, \"Action\": [\"ses:SendRawEmail\"],\n"
	"  \"Resource\": [\"arn:aws:ses:us-west-2:123456789012:identity/${aws:username}.example.com\", \"*\"]},\n"
	"" ALIKE("StringLike", "ses:FromAddress", "*@x.example") ",\n" ALIKE("StringLike", "ses:FromAddress",
		"*@y.example") ",\n"
			       "" ALIKE("IpAddress", "aws:SourceIp", "192.0.2.0/24") ",\n" ALIKE("IpAddress", "aws:SourceIp",
				       "192.0.2.1") ",\n"
						    "" OF_ACCOUNT("0") "," OF_ACCOUNT("1") "," OF_ACCOUNT("2") "," OF_ACCOUNT("3") "," OF_ACCOUNT(
							    "4") ",\n"
								 "" OF_ACCOUNT("5") "," OF_ACCOUNT("6") "," OF_ACCOUNT(
									 "7") "," OF_ACCOUNT("8") "," OF_ACCOUNT("9") "]}";

static const char identity_policy[] =
	"{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"a\", \"Effect\": \"Allow\", \"Action\": \"ses:*\", \"Resource\": \"arn:aws:ses\"},\n"
	"{\"Sid\": \"b\", \"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\", \"Condition\": {\"StringLike\": {\"ses:FromAddress\": \"" LONG
	"*\"}}}]}";

static const char faulty_policy[] = "{\"Version\": \"1\", \"Id\": [1, 2], \"Statement\": [{\"Effect\": {\"a\": [\"" LONG
				    "\"]}, \"Principal\": {\"aws\": \"x\", \"AWS\": \"me\"},\n"
				    "\"Action\": \"x\", \"\\u0052esource\": \"" LONG
				    "\", \"Condition\": {\"IpAddress\": {\"aws:SourceIp\": [\"1\", \"10.0.0.0/8\"]}, \"Foo\": {},\n"
				    "\"StringLike\": {\"a\": \"${b\", \"\": 1}, \"Bool\": {\"aws:SecureTransport\": 5}}}]}";

enum { RESOURCE_STATEMENTS = 17, IDENTITY_STATEMENTS = 2 };

/* How an allocation fails: alone, or all after it too. */
static void (*const fail[])(size_t n) = { short_memory_once, short_memory_after };

/* {"Policies": {...}}: the policy as an object, as its text, and as its text URL-encoded. */
static char *policies_file(void)
{
	static const char hex[] = "0123456789ABCDEF";
	char encoded[3 * sizeof resource_policy];
	size_t used = 0;

	for (const char *at = resource_policy; *at; at++) {
		encoded[used++] = '%';
		encoded[used++] = hex[(unsigned char)*at >> 4];
		encoded[used++] = hex[(unsigned char)*at & 15];
	}
	json_t *root = json_pack("{s:{s:o, s:s, s:s%}}", "Policies", "object", json_loads(resource_policy, 0, NULL), "text",
		resource_policy, "encoded", encoded, used);
	char *text = json_dumps(root, 0);

	assert_non_null(text);
	json_decref(root);
	return text;
}

/* The statements of the set that has been loaded from both files; the caller frees it. NULL: the set could not even be made. */
static struct policy_set *load(const char *resource, const char *identity, struct faults *faults)
{
	struct policy_set *set = policy_set_new();

	if (!set)
		return NULL;
	policy_set_add_text(set, POLICY_GROUP_RESOURCE, "resource.json", TEXT("resource"), text_of(resource), faults);
	policy_set_add_text(set, 1, "identity.json", TEXT("identity"), text_of(identity), faults);
	policy_set_seal(set, faults);
	return set;
}

static void set_is_whole_or_refused(void **state)
{
	char *file = policies_file();

	(void)state;
	for (size_t how = 0; how < COUNT_OF(fail); how++) {
		bool whole = false;
		size_t n;

		for (n = 1; !whole; n++) {
			struct faults faults;
			long live = short_memory_live();

			faults_init(&faults);
			fail[how](n);
			struct policy_set *set = load(file, identity_policy, &faults);
			whole = short_memory_count() < n;
			short_memory_after(0);
			if (whole) {
				assert_int_equal(faults.count, 0);
				assert_int_equal(policy_set_statement_count(set), 3 * RESOURCE_STATEMENTS + IDENTITY_STATEMENTS);
			} else if (set) {
				assert_true(faults.count > 0);
				assert_true(faults.out_of_memory);
				/* Nothing is said to be wrong with the files. */
				if (faults.first)
					print_error("allocation %zu: %s\n", n, faults.first->text);
				assert_null(faults.first);
			}
			faults_free(&faults);
			policy_set_free(set);
			assert_int_equal(short_memory_live(), live);
		}
		/* Else the wrapping does not work. */
		assert_true(n > 100);
	}
	free(file);
}

/* Faults of the file may be told or not; that there are some is always told. */
static void faults_are_told(void **state)
{
	(void)state;
	for (size_t how = 0; how < COUNT_OF(fail); how++) {
		bool whole = false;

		for (size_t n = 1; !whole; n++) {
			struct faults faults;
			long live = short_memory_live();

			faults_init(&faults);
			fail[how](n);
			struct policy_set *set = load(faulty_policy, "{\"Statement\": [", &faults);
			whole = short_memory_count() < n;
			short_memory_after(0);
			assert_true(!set || faults.count > 0);
			faults_free(&faults);
			policy_set_free(set);
			assert_int_equal(short_memory_live(), live);
		}
	}
}

static const struct {
	const char *key, *value;
} context[] = {
	{ "ses:FromAddress", LONG "@example.com" },
	{ "ses:FeedbackAddress", "c@example.com" },
	{ "ses:FromDisplayName", "m\xc3\xbcller" },
	{ "aws:SourceVpc", "vpc-2" },
	{ "ses:Recipients", "a@example.org" },
	{ "ses:Recipients", "b@example.net" },
	{ "aws:username", "u" },
	{ "aws:SourceIp", "10.1.2.3" },
	{ "aws:CurrentTime", "2026-05-01" },
	{ "custom:n", "2" },
};

/* Many recipients, so that the arena of the request needs several blocks. False: memory was short, and it was told. */
static bool request_build(struct request *request, const struct policy_set *set, struct arena *arena)
{
	if (!request_init(request, set, arena))
		return false;
	assert_true(request_caller(request, TEXT("arn:aws:iam::123456789012:user/u")));
	assert_true(request_resource(request, TEXT("arn:aws:ses:us-west-2:123456789012:identity/example.com")));
	request->action = TEXT("ses:SendRawEmail");
	static const unsigned own[] = { 1 };
	static const struct caller_policies policies = { .own = own, .own_count = 1 };
	request->policies = &policies;
	for (size_t i = 0; i < COUNT_OF(context); i++)
		if (!request_value(request, request_slot(request, text_of(context[i].key)), text_of(context[i].value)))
			return false;
	for (size_t i = 0; i < 1000; i++)
		if (!request_value(request, request_slot(request, TEXT("ses:Recipients")), TEXT("c@example.org")))
			return false;
	return plan_prepare(request);
}

static void request_is_whole_or_refused(void **state)
{
	struct faults faults;

	(void)state;
	faults_init(&faults);
	struct policy_set *set = load(resource_policy, identity_policy, &faults);
	assert_int_equal(faults.count, 0);
	for (size_t how = 0; how < COUNT_OF(fail); how++) {
		bool whole = false;
		size_t n;

		for (n = 1; !whole; n++) {
			struct arena arena = { 0 };
			struct request request;
			long live = short_memory_live();

			fail[how](n);
			bool built = request_build(&request, set, &arena);
			whole = short_memory_count() < n;
			assert_int_equal(built, whole);
			if (built) {
				/* Deciding itself takes none. */
				short_memory_after(1);
				struct verdict verdict = evaluate(&request);
				assert_int_equal(short_memory_count(), 0);
				assert_int_equal(verdict.decision, DECISION_EXPLICIT_DENY);
				assert_true(text_equals(verdict.statement->sid, TEXT("strings")));
			}
			short_memory_after(0);
			arena_free(&arena);
			assert_int_equal(short_memory_live(), live);
		}
		assert_true(n > 3);
	}
	policy_set_free(set);
}

static char *raw_line(void)
{
	json_t *values = json_object();

	for (size_t i = 0; i < COUNT_OF(context); i++)
		assert_int_equal(json_object_set_new(values, context[i].key, json_string(context[i].value)), 0);
	json_t *line = json_pack("{s:[{s:s, s:o}, {s:s, s:o}], s:{s:s, s:s, s:s, s:o}}", "policies", "type", "resource", "document",
		json_loads(resource_policy, 0, NULL), "type", "identity", "document", json_loads(identity_policy, 0, NULL),
		"request", "principal", "arn:aws:iam::123456789012:user/u", "action", "ses:SendRawEmail", "resource",
		"arn:aws:ses:us-west-2:123456789012:identity/example.com", "context", values);
	char *text = json_dumps(line, 0);

	assert_non_null(text);
	json_decref(line);
	return text;
}

static void answer_is_whole_or_invalid(void **state)
{
	char *line = raw_line();
	enum decision decision;
	json_t *want = raw_decide(text_of(line), &decision);

	(void)state;
	assert_int_equal(decision, DECISION_EXPLICIT_DENY);
	assert_true(json_array_size(json_object_get(want, "matched")) > 1);
	for (size_t how = 0; how < COUNT_OF(fail); how++) {
		bool whole = false;

		for (size_t n = 1; !whole; n++) {
			long live = short_memory_live();

			fail[how](n);
			json_t *answer = raw_decide(text_of(line), &decision);
			whole = short_memory_count() < n;
			short_memory_after(0);
			if (whole) {
				assert_true(json_equal(answer, want));
				assert_int_equal(decision, DECISION_EXPLICIT_DENY);
			} else {
				assert_int_equal(decision, DECISION_PENDING);
				if (answer)
					assert_string_equal(json_string_value(json_object_get(answer, "decision")), "invalid");
				if (answer)
					assert_string_equal(json_string_value(json_object_get(answer, "error")), "out of memory");
			}
			json_decref(answer);
			assert_int_equal(short_memory_live(), live);
		}
	}
	json_decref(want);
	free(line);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_is_whole_or_refused),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(request_is_whole_or_refused),
		cmocka_unit_test(answer_is_whole_or_invalid),
	};

	/* These two are the wrapped ones. */
	json_set_alloc_funcs(malloc, free);
	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
