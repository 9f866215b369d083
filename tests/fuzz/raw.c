/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: one request of `ses-policy eval --json`.
 *
 * Promises: there is always an answer, as the contract of the tool has it, that
 * fits the exit status; errors are printable lines with a remedy; asking again
 * gives the same answer.
 */
#include "fuzz/fuzz.h"
#include "tool/raw.h"

#include <stdlib.h>
#include <string.h>

static void error_check(const char *text)
{
	const char *remedy = text ? strstr(text, "; ") : NULL;

	FUZZ_CHECK(text && fuzz_printable(text_of(text)));
	FUZZ_CHECK(remedy && remedy[2]);
}

static void invalid_check(const json_t *answer)
{
	const json_t *errors = json_object_get(answer, "errors");

	error_check(json_string_value(json_object_get(answer, "error")));
	FUZZ_CHECK(json_array_size(errors));
	for (size_t i = 0; i < json_array_size(errors); i++)
		error_check(json_string_value(json_array_get(errors, i)));
}

static void matched_check(const json_t *matched, enum decision decision)
{
	FUZZ_CHECK(json_is_array(matched));
	FUZZ_CHECK(decision != DECISION_EXPLICIT_DENY || json_array_size(matched));
	for (size_t i = 0; i < json_array_size(matched); i++) {
		const json_t *entry = json_array_get(matched, i);

		FUZZ_CHECK(json_is_string(json_object_get(entry, "policy")));
		FUZZ_CHECK(json_is_string(json_object_get(entry, "sid")));
		FUZZ_CHECK(json_is_integer(json_object_get(entry, "statement")));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum decision decision, again;
	json_t *answer = raw_decide(fuzz_text(data, size), &decision);
	json_t *second = raw_decide(fuzz_text(data, size), &again);
	const char *name = json_string_value(json_object_get(answer, "decision"));

	FUZZ_CHECK(answer && name);
	FUZZ_CHECK(json_equal(answer, second) && decision == again);
	if (decision == DECISION_PENDING) {
		FUZZ_CHECK(!strcmp(name, "invalid"));
		invalid_check(answer);
	} else {
		FUZZ_CHECK(!strcmp(name, decision_name(decision)));
		matched_check(json_object_get(answer, "matched"), decision);
	}
	char *dump = json_dumps(answer, JSON_COMPACT);
	FUZZ_CHECK(dump && text_find(text_of(dump), '\n', 0) == strlen(dump));
	free(dump);
	json_decref(second);
	json_decref(answer);
	return 0;
}
