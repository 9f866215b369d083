/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What IAM says of an account, as one file and as pages: which policies are in it, what each is called, and where it stands.
 */
#include "unit/check.h"

#include "iam/account_details.h"
#include "unit/quotes.h"

#include <stdio.h>
#include <string.h>

#define DOCUMENT "{'Statement': []}"

static const char users[] = "{'UserDetailList': [\n"
			    "  {'UserName': 'ann', 'UserPolicyList': [{'PolicyName': 'p', 'PolicyDocument': " DOCUMENT "},\n"
			    "    {'PolicyName': 'q', 'PolicyDocument': '%7B%22Statement%22:%5B%5D%7D'}]},\n"
			    "  {'UserName': 'bob'}],\n"
			    " 'IsTruncated': true, 'Marker': 'm{\\'}'}";

static const char others[] =
	"{'UserDetailList': [], 'GroupDetailList': [\n"
	"  {'GroupName': 'g', 'GroupPolicyList': [{'PolicyName': 'p', 'PolicyDocument': " DOCUMENT "}]}],\n"
	" 'RoleDetailList': [{'RoleName': 'r', 'AssumeRolePolicyDocument': {'Statement': 1},\n"
	"  'RolePolicyList': [{'PolicyName': 'p', 'PolicyDocument': " DOCUMENT "}]}],\n"
	" 'Policies': [{'PolicyName': 'm', 'PolicyVersionList': [{'VersionId': 'v1', 'IsDefaultVersion': false},\n"
	"  {'VersionId': 'v2', 'IsDefaultVersion': true, 'Document': " DOCUMENT "}]}], 'IsTruncated': false}";

/* Lines of "name: file:line:column". */
static void note(const struct policy_document *document, void *context)
{
	char *out = context;
	struct json_place place;
	size_t used = strlen(out);

	assert_true(json_source_find(document->source, document->path, &place));
	snprintf(out + used, 2048 - used, "%.*s: %s:%u:%u\n", TEXT_ARGS(document->name), document->source->file, place.line,
		place.column);
}

static void every_policy_is_handed_over(void **state)
{
	static const char *const forms[][3] = { { "", "", "" }, { "", "\n", "\n" }, { "[", ",", "]" } };
	static const char *const wants[] = {
		"p of user ann: f:2:80\nq of user ann: f[q of user ann]:1:1\np of group g: f:6:80\np of role r: f:8:60\nm: f:10:61\n",
		"p of user ann: f:2:80\nq of user ann: f[q of user ann]:1:1\np of group g: f:7:80\np of role r: f:9:60\nm: f:11:61\n",
		"p of user ann: f:2:80\nq of user ann: f[q of user ann]:1:1\np of group g: f:6:80\np of role r: f:8:60\nm: f:10:61\n",
	};
	char *one = quotes(users), *two = quotes(others), text[4096], got[2048];

	(void)state;
	/* The quote in the marker is one that JSON escapes. */
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct faults faults;
		faults_init(&faults);
		*got = '\0';
		snprintf(text, sizeof text, "%s%s%s%s%s", forms[i][0], one, forms[i][1], two, forms[i][2]);
		policy_file_read("f", TEXT("f"), text_of(text), &faults, note, got);
		if (faults.first)
			print_error("%s\n", faults.first->text);
		assert_int_equal(faults.count, 0);
		assert_string_equal(got, wants[i]);
		faults_free(&faults);
	}
	free(one);
	free(two);
}

static void pages_that_are_none(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "{'UserDetailList': []} {'Users': []}", "f:1:24: has no UserDetailList, GroupDetailList or RoleDetailList; " },
		{ "{'UserDetailList': []}\n [{'UserDetailList': []}, 3]", "f:2:27: [1]: has no UserDetailList, " },
		{ "{'UserDetailList': []}\n x", "f:2:2: " },
		{ "{'UserDetailList': []} {'UserDetailList': [", "f:1:44: not JSON: the text is cut off " },
		{ "{'UserDetailList': [], 'RoleDetailList': 3}", "f:1:42: RoleDetailList: 3 is not a list; " },
	};
	size_t failures = 0;
	char got[2048] = "";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct faults faults;
		char *text = quotes(cases[i].text);
		faults_init(&faults);
		policy_file_read("f", TEXT("f"), text_of(text), &faults, note, got);
		if (!faults.first || strncmp(faults.first->text, cases[i].fault, strlen(cases[i].fault)) != 0)
			print_error("%s\n", faults.first ? faults.first->text : "nothing");
		CHECK_CASE(failures, cases[i].text,
			faults.first && strncmp(faults.first->text, cases[i].fault, strlen(cases[i].fault)) == 0);
		faults_free(&faults);
		free(text);
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_policy_is_handed_over),
		cmocka_unit_test(pages_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
