/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a policy file.
 *
 * Promises: every finding is made of printable lines; a correction that is offered in the text gives a text that loads with
 * no more faults than before; findings as JSON are one object a line, as SARIF one JSON text, whatever the file holds.
 */
#include "fuzz/fuzz.h"
#include "lint/fix_text.h"
#include "lint/lint.h"
#include "lint/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "policy.json"

static const struct lint_options options = { .now = { .seconds = 1790000000 }, .texts = true };

static void printable(const char *text)
{
	struct text rest = text_of(text ? text : "");

	while (rest.length)
		FUZZ_CHECK(fuzz_printable(fuzz_line(&rest)));
}

/* How many statements of it, or faults, keep it from being loaded. */
static size_t faults_of(struct text text)
{
	struct policy_set *set = policy_set_new();
	struct faults faults;

	faults_init(&faults);
	FUZZ_CHECK(set);
	policy_set_add_text(set, POLICY_GROUP_RESOURCE, FILE_NAME, TEXT("policy"), text, &faults);
	policy_set_seal(set, &faults);
	size_t count = faults.count;
	faults_free(&faults);
	policy_set_free(set);
	return count;
}

static void finding_check(const struct finding *finding, struct text text, struct arena *arena)
{
	FUZZ_CHECK(
		finding->kind < KINDS && finding->message && !strcmp(finding->outer ? finding->outer : finding->file, FILE_NAME));
	FUZZ_CHECK(fuzz_printable(text_of(finding->message)));
	FUZZ_CHECK(!finding->mail || fuzz_printable(text_of(finding->mail)));
	FUZZ_CHECK(!finding->sid || fuzz_printable(text_of(finding->sid)));
	if (!finding->text || finding->text->inner)
		return;
	printable(finding->text->diff);
	FUZZ_CHECK(finding->text->at <= text.length && finding->text->length <= text.length - finding->text->at);
	struct text fixed = fix_text_apply(arena, text, finding->text);
	FUZZ_CHECK(fixed.at && text_is_utf8(fixed));
	json_t *root = json_loadb(fixed.at, fixed.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	FUZZ_CHECK(root && faults_of(fixed) <= faults_of(text));
	json_decref(root);
}

/* What an output writes, to be freed. */
static char *written(const struct findings *findings, bool sarif)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	FUZZ_CHECK(out && (sarif ? output_sarif(out, findings, "1") : output_json(out, findings)));
	FUZZ_CHECK(fclose(out) == 0 && strlen(text) == length);
	return text;
}

static void outputs_check(const struct findings *findings)
{
	char *lines = written(findings, false), *sarif = written(findings, true);
	struct text rest = text_of(lines);
	size_t count = 0;

	for (; rest.length; count++) {
		struct text line = fuzz_line(&rest);
		json_t *one = json_loadb(line.at, line.length, JSON_REJECT_DUPLICATES, NULL);
		FUZZ_CHECK(json_is_object(one));
		json_decref(one);
	}
	FUZZ_CHECK(count == findings->count);
	json_t *root = json_loads(sarif, JSON_REJECT_DUPLICATES, NULL);
	const json_t *run = json_array_get(json_object_get(root, "runs"), 0);
	FUZZ_CHECK(json_array_size(json_object_get(run, "results")) == findings->count);
	json_decref(root);
	free(sarif);
	free(lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = fuzz_text(data, size);
	struct arena arena = { 0 };
	struct lint lint;

	if (!size)
		return 0;
	lint_init(&lint, &options);
	lint_text(&lint, FILE_NAME, TEXT("policy"), text);
	FUZZ_CHECK(!lint.findings.out_of_memory);
	for (size_t i = 0; i < lint.findings.count; i++)
		finding_check(&lint.findings.list[i], text, &arena);
	outputs_check(&lint.findings);
	lint_free(&lint);
	arena_free(&arena);
	return 0;
}
