/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conformance tables through the library. tests/conformance/expand.py has turned them into one case a line;
 * CONFORMANCE_CASES names that file.
 */
#include "tool/raw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEAST 600

static void test_case(void **state)
{
	json_t *one = *state;
	const char *want = json_string_value(json_object_get(one, "expected"));
	char *line = json_dumps(one, JSON_COMPACT);
	enum decision decision;

	assert_non_null(want);
	assert_non_null(line);
	json_t *answer = raw_decide(text_of(line), &decision);
	assert_non_null(answer);
	const char *got = json_string_value(json_object_get(answer, "decision"));
	if (strcmp(got, want)) {
		char *policies = json_dumps(json_object_get(one, "policies"), 0),
		     *request = json_dumps(json_object_get(one, "request"), 0);
		char *said = json_dumps(answer, 0);
		print_error("source: %s\npolicies: %s\nrequest: %s\nanswer: %s\n",
			json_string_value(json_object_get(one, "source")), policies, request, said);
		free(policies);
		free(request);
		free(said);
	}
	assert_string_equal(got, want);
	json_decref(answer);
	free(line);
}

int main(void)
{
	const char *path = getenv("CONFORMANCE_CASES");
	FILE *file = path ? fopen(path, "r") : NULL;
	struct CMUnitTest *tests = NULL;
	json_t *cases = json_array();
	char *line = NULL;
	size_t room = 0, count;

	if (!file) {
		fprintf(stderr, "CONFORMANCE_CASES does not name the expanded tables\n");
		return 2;
	}
	while (getline(&line, &room, file) > 0) {
		json_t *one = json_loads(line, 0, NULL);
		if (!one || json_array_append_new(cases, one)) {
			fprintf(stderr, "%s: a line is no JSON: %s", path, line);
			return 2;
		}
	}
	free(line);
	fclose(file);
	count = json_array_size(cases);
	if (count < LEAST || !(tests = calloc(count, sizeof *tests))) {
		fprintf(stderr, "%s: %zu cases, at least %d are expected\n", path, count, LEAST);
		return 2;
	}
	for (size_t i = 0; i < count; i++) {
		json_t *one = json_array_get(cases, i);
		tests[i] = (struct CMUnitTest){ json_string_value(json_object_get(one, "name")), test_case, NULL, NULL, one };
	}
	int failed = _cmocka_run_group_tests("conformance", tests, count, NULL, NULL);
	json_decref(cases);
	free(tests);
	return failed;
}
