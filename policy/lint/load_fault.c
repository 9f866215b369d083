/* SPDX-License-Identifier: BSD-2-Clause */
#include "lint/load_fault.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words of a fault, of which the first that fit tell its kind; `also` narrows them. */
static const struct fault_words {
	const char *words, *also;
	enum kind_number kind;
} table[] = {
	{ "duplicate object key", NULL, KIND_DUPLICATE_MEMBER },
	{ "occurs twice, in different upper or lower case", NULL, KIND_DUPLICATE_KEY },
	{ "the policy has no Statement", NULL, KIND_MISSING_STATEMENT },
	{ "the policy has no statements", NULL, KIND_MISSING_STATEMENT },
	{ "no statement has a Principal", NULL, KIND_MISSING_PRINCIPAL },
	{ "every statement has a Principal", NULL, KIND_PRINCIPAL_IN_IDENTITY },
	{ "this is the trust policy of a role", NULL, KIND_NOT_A_POLICY },
	{ "the statement has no Principal", NULL, KIND_MISSING_PRINCIPAL },
	{ "the statement has no Effect", NULL, KIND_MISSING_EFFECT },
	{ "the statement has no Action", NULL, KIND_MISSING_ACTION },
	{ "the statement has no Resource", NULL, KIND_MISSING_RESOURCE },
	{ "no such element of a", NULL, KIND_INVALID_ELEMENT },
	{ " in one statement; keep one of them", NULL, KIND_ELEMENT_COMBINATION },
	{ " is not an effect;", NULL, KIND_INVALID_EFFECT },
	{ " is not a version of the policy language;", NULL, KIND_INVALID_VERSION },
	{ " is not an action;", "${", KIND_VARIABLE_ELEMENT },
	{ " is not an action; write a string", NULL, KIND_DATA_TYPE },
	{ " is not an action;", NULL, KIND_INVALID_ACTION_FORMAT },
	{ "empty list of ", NULL, KIND_EMPTY_LIST },
	{ ": {} is not a principal;", NULL, KIND_EMPTY_LIST },
	{ " belongs to its principal; take the element out", NULL, KIND_PRINCIPAL_IN_IDENTITY },
	{ "a service control policy h", NULL, KIND_PRINCIPAL_IN_IDENTITY },
	{ "no such kind of principal", NULL, KIND_INVALID_PRINCIPAL_KEY },
	{ "a principal with a wildcard", NULL, KIND_PRINCIPAL_WILDCARD },
	{ " is not a principal; write a string", NULL, KIND_DATA_TYPE },
	{ " a principal", "${", KIND_VARIABLE_ELEMENT },
	{ " is not a principal", NULL, KIND_INVALID_PRINCIPAL },
	{ " is not the ARN of a principal", NULL, KIND_INVALID_PRINCIPAL },
	{ " is not a service;", NULL, KIND_INVALID_PRINCIPAL },
	{ " is not an identity provider;", NULL, KIND_INVALID_PRINCIPAL },
	{ " is not a canonical user id;", NULL, KIND_INVALID_PRINCIPAL },
	{ " is an ARN with fields missing;", NULL, KIND_MISSING_ARN_FIELD },
	{ " is an ARN of no known partition;", NULL, KIND_INVALID_PARTITION },
	{ " is an ARN with a variable too early;", NULL, KIND_VARIABLE_ELEMENT },
	{ " is an ARN with ", NULL, KIND_INVALID_ARN_FIELD },
	{ " is not an ARN", NULL, KIND_INVALID_ARN },
	{ "no such condition operator", NULL, KIND_INVALID_OPERATOR },
	{ "takes no IfExists", NULL, KIND_NULL_IF_EXISTS },
	{ " cannot be compared with ", NULL, KIND_CONDITION_TYPE },
	{ " is not a number;", "${", KIND_VARIABLE_OPERATOR },
	{ " is not a date;", "${", KIND_VARIABLE_OPERATOR },
	{ " is not base64", "${", KIND_VARIABLE_OPERATOR },
	{ " is not an IP address or network;", "${", KIND_VARIABLE_OPERATOR },
	{ " is neither true nor false;", "${", KIND_VARIABLE_OPERATOR },
	{ " is not a number;", NULL, KIND_INVALID_NUMBER },
	{ " is not a date;", NULL, KIND_INVALID_DATE },
	{ " is neither true nor false;", NULL, KIND_INVALID_BOOLEAN },
	{ " is not an IP address or network;", NULL, KIND_INVALID_NETWORK },
	{ " is a network ", NULL, KIND_INVALID_NETWORK },
	{ " is not base64", NULL, KIND_INVALID_BINARY },
	{ "empty condition key", NULL, KIND_CONDITION_KEY_FORMAT },
	{ "variable without its closing brace", NULL, KIND_VARIABLE_BRACE },
	{ "variable without a key", NULL, KIND_VARIABLE_EMPTY },
	{ "bad default;", NULL, KIND_VARIABLE_QUOTE },
	{ "single quote inside a default", NULL, KIND_VARIABLE_QUOTE },
	{ "space, brace or quote in the name of a variable", NULL, KIND_VARIABLE_SPACE },
	{ " is not a Sid of ", NULL, KIND_UNSUPPORTED_SID },
	{ " has this Sid already;", NULL, KIND_DUPLICATE_SID },
	{ " is not a Sid;", NULL, KIND_DATA_TYPE },
	{ " is not an Id;", NULL, KIND_DATA_TYPE },
	{ " is not a text;", NULL, KIND_DATA_TYPE },
	{ " is not a value;", NULL, KIND_DATA_TYPE },
	{ " is not a statement;", NULL, KIND_DATA_TYPE },
	{ " is not a resource;", NULL, KIND_DATA_TYPE },
	{ " is no condition;", NULL, KIND_DATA_TYPE },
	{ " is no map of keys;", NULL, KIND_DATA_TYPE },
	{ ", and no policy; ", NULL, KIND_NOT_A_POLICY },
	{ ": not JSON: ", NULL, KIND_JSON_SYNTAX },
	{ " is what a web page shows in place of", NULL, KIND_NOT_FILLED_IN },
	{ " of a template that was not filled in; ", NULL, KIND_NOT_FILLED_IN },
	{ " is HTML; ", NULL, KIND_NOT_FILLED_IN },
	{ " is a function of CloudFormation, ", NULL, KIND_NOT_FILLED_IN },
	{ " is not a policy;", NULL, KIND_DATA_TYPE },
	{ " is not a map of policies;", NULL, KIND_DATA_TYPE },
	{ "; brackets are nested too deeply", NULL, KIND_JSON_SYNTAX },
	{ "; write the number as a string", NULL, KIND_JSON_SYNTAX },
	{ "the file is empty;", NULL, KIND_JSON_SYNTAX },
};

static enum kind_number kind_of(const char *text)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strstr(text, table[i].words) && (!table[i].also || strstr(text, table[i].also)))
			return table[i].kind;
	return KIND_DOES_NOT_LOAD;
}

/* A number and a colon; false: none stands there. */
static bool number_take(const char **at, unsigned *number)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*number = (unsigned)strtoul(*at, &end, 10);
	if (*end != ':')
		return false;
	*at = end + 1;
	return true;
}

/* `:line:column: `, or `: ` where no place is known. A name may hold brackets and colons of its own. */
static bool is_place(const char *at)
{
	unsigned number;

	if (*at++ != ':')
		return false;
	if (number_take(&at, &number))
		return number_take(&at, &number) && *at == ' ';
	return *at == ' ';
}

static const char *keep(struct findings *findings, struct text t)
{
	struct text copy = arena_text(&findings->arena, t);

	if (copy.at)
		return copy.at;
	findings->out_of_memory = true;
	return "";
}

static void report_one(struct findings *findings, const char *file, const char *policy, const char *text)
{
	struct finding finding = { .kind = kind_of(text), .policy = policy, .statement = -1 };
	size_t length = strlen(file);

	/* FILE or FILE[NAME], then the place, where one is known. */
	if (!strncmp(text, file, length) && text[length] == '[')
		for (const char *close = strchr(text + length, ']'); close; close = strchr(close + 1, ']'))
			if (is_place(close + 1)) {
				finding.outer = keep(findings, text_of(file));
				length = (size_t)(close + 1 - text);
				break;
			}
	const char *rest = text;
	if (strlen(text) > length && text[length] == ':' && !strncmp(text, file, strlen(file))) {
		rest = text + length + 1;
		finding.file = keep(findings, (struct text){ text, length });
		if (number_take(&rest, &finding.line))
			number_take(&rest, &finding.column);
	} else {
		finding.file = keep(findings, text_of(file));
	}
	rest += strspn(rest, " ");
	unsigned index;
	if (sscanf(rest, "Statement[%u]", &index) == 1)
		finding.statement = (int)index;
	finding.message = keep(findings, text_of(rest));
	findings_add(findings, finding);
}

void load_faults_report(struct findings *findings, const char *file, const char *policy, const struct faults *faults)
{
	size_t told = 0;

	for (const struct fault *fault = faults->first; fault; fault = fault->next, told++)
		report_one(findings, file, policy, fault->text);
	if (faults->out_of_memory)
		findings->out_of_memory = true;
	else if (faults->count > told) {
		char more[80];
		snprintf(more, sizeof more, "%zu more faults are not shown", faults->count - told);
		findings_add(findings,
			(struct finding){ .kind = KIND_DOES_NOT_LOAD,
				.file = keep(findings, text_of(file)),
				.policy = policy,
				.statement = -1,
				.message = keep(findings, text_of(more)) });
	}
}
