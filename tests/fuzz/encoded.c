/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Input: a policy document. With `%` in front what follows is the text of the member PolicyDocument as it is, URL-encoded or not.
 *
 * Promises: as `aws iam get-user-policy` prints it (all but letters, digits and -._~ as %XX), with other bytes encoded too, with small
 * hexadecimal digits, and as plain text in a string, it loads if and only if the document loads by itself, and is the same policy; whatever
 * stands there, faults are printable lines with a remedy, and what loads is what the simplest decoder makes of it.
 */
#include "fuzz/fuzz.h"
#include "iam/document.h"
#include "iam/policy_file.h"
#include "iam/policy_set.h"
#include "iam/statement.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "policy.json"

enum encoding { AS_AWS, EVERYTHING, SMALL_DIGITS, PLAIN, ENCODINGS };

static struct policy_set *set_of(struct text json, struct faults *faults)
{
	struct policy_set *set = policy_set_new();

	FUZZ_CHECK(set);
	faults_init(faults);
	policy_set_add_text(set, POLICY_GROUP_RESOURCE, FILE_NAME, TEXT("policy"), json, faults);
	policy_set_seal(set, faults);
	return set;
}

/* What get-user-policy prints, with this text of a document in it; to be freed. */
static char *answer_of(struct text document)
{
	json_t *root = json_pack("{s:s, s:s, s:o}", "UserName", "relay", "PolicyName", "policy", "PolicyDocument",
		json_stringn_nocheck(document.at, document.length));

	FUZZ_CHECK(root);
	char *text = json_dumps(root, 0);
	FUZZ_CHECK(text);
	json_decref(root);
	return text;
}

static bool is_bare(unsigned char byte, enum encoding how, uint64_t *state)
{
	bool unreserved = byte &&
		(strchr("-._~", byte) || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
			(byte >= 'A' && byte <= 'Z'));

	if (how == AS_AWS)
		return unreserved;
	/* The brace at the beginning tells that it is encoded. */
	return how == SMALL_DIGITS && byte != '{' && byte != '%' && byte != '+' && byte < 0x80 && byte >= ' ' &&
		fuzz_random(state) % 2;
}

/* To be freed. */
static char *encode(struct text document, enum encoding how)
{
	uint64_t state = document.length;
	char *out = malloc(3 * document.length + 1);
	size_t used = 0;

	FUZZ_CHECK(out);
	for (size_t i = 0; i < document.length; i++) {
		unsigned char byte = (unsigned char)document.at[i];
		if (how == PLAIN || is_bare(byte, how, &state))
			out[used++] = (char)byte;
		else
			used += (size_t)sprintf(out + used, how == SMALL_DIGITS ? "%%%02x" : "%%%02X", byte);
	}
	out[used] = '\0';
	return out;
}

static bool same_statement(const struct statement *a, const struct statement *b)
{
	bool same = a->effect == b->effect && text_equals(a->sid, b->sid) && a->condition_count == b->condition_count;

	for (size_t i = 0; same && i < a->condition_count; i++) {
		same = a->conditions[i].value_count == b->conditions[i].value_count &&
			a->conditions[i].how.op == b->conditions[i].how.op;
		for (size_t v = 0; same && v < a->conditions[i].value_count; v++)
			same = text_equals(a->conditions[i].values[v], b->conditions[i].values[v]);
	}
	return same;
}

static void same_check(const struct policy_set *a, const struct policy_set *b)
{
	FUZZ_CHECK(policy_set_count(a) == policy_set_count(b) && policy_set_statement_count(a) == policy_set_statement_count(b));
	FUZZ_CHECK(policy_set_key_count(a) == policy_set_key_count(b));
	for (size_t i = 0; i < policy_set_statement_count(a); i++)
		FUZZ_CHECK(same_statement(policy_set_statement(a, i), policy_set_statement(b, i)));
}

static void inner_check(struct text document, const struct policy_set *alone, const struct faults *wrong)
{
	for (enum encoding how = AS_AWS; how < ENCODINGS; how++) {
		char *text = encode(document, how), *json = answer_of(text_of(text));
		struct faults faults;
		struct policy_set *set = set_of(text_of(json), &faults);
		fuzz_faults(&faults, FILE_NAME);
		FUZZ_CHECK(!faults.count == !wrong->count);
		if (!faults.count)
			same_check(alone, set);
		faults_free(&faults);
		policy_set_free(set);
		free(json);
		free(text);
	}
}

/* As it stands in the string; what it means is read by hand. */
static void raw_check(struct text text)
{
	char *json = answer_of(text), *decoded = malloc(text.length + 1);
	struct faults faults, wrong;
	size_t used = 0;
	unsigned byte;

	FUZZ_CHECK(decoded);
	struct policy_set *set = set_of(text_of(json), &faults);
	fuzz_faults(&faults, FILE_NAME);
	bool encoded = text.length >= 3 && !memcmp(text.at, "%7", 2) && (text.at[2] == 'B' || text.at[2] == 'b');
	for (size_t i = 0; i < text.length; i++) {
		char digits[3] = { i + 2 < text.length ? text.at[i + 1] : '\0', i + 2 < text.length ? text.at[i + 2] : '\0', '\0' };
		if (encoded && text.at[i] == '%' && sscanf(digits, "%2x", &byte) == 1) {
			decoded[used++] = (char)byte;
			i += 2;
		} else {
			decoded[used++] = text.at[i];
		}
	}
	if (!faults.count) {
		struct policy_set *alone = set_of((struct text){ decoded, used }, &wrong);
		FUZZ_CHECK(!wrong.count);
		same_check(alone, set);
		faults_free(&wrong);
		policy_set_free(alone);
	}
	faults_free(&faults);
	policy_set_free(set);
	free(decoded);
	free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = fuzz_text(data, size);
	struct faults faults;

	/* JSON's strings are UTF-8, and NUL is in none that jansson takes. */
	if (!text_is_utf8(input) || text_find(input, '\0', 0) < input.length)
		return 0;
	if (text_starts_with(input, TEXT("%"))) {
		raw_check(text_from(input, 1));
		return 0;
	}
	json_t *root = json_loadb(input.at, input.length, JSON_REJECT_DUPLICATES, NULL);
	/* Of a file of another shape the member may not stand inside this one. */
	if (!root || (json_object_get(root, "Statement") && input.at[0] == '{')) {
		struct policy_set *alone = set_of(input, &faults);
		if (input.length && input.at[0] == '{')
			inner_check(input, alone, &faults);
		faults_free(&faults);
		policy_set_free(alone);
	}
	json_decref(root);
	return 0;
}
