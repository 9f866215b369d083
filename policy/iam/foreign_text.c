/* SPDX-License-Identifier: BSD-2-Clause */
#include "iam/foreign_text.h"

#include "iam/foreign.h"

static bool has(struct text t, const char *word)
{
	return memmem(t.at, t.length, word, strlen(word));
}

const char *foreign_text_words(struct text text, const struct json_mistake *mistake)
{
	switch (mistake->kind) {
	case MISTAKE_HCL:
		return "this is Terraform's language, and no policy; apply it, and read the policy back: " FOREIGN_READ_BACK;
	case MISTAKE_YAML:
		if (has(text, "AWSTemplateFormatVersion") || has(text, "Type: AWS::") || has(text, "Type: Custom::"))
			return "this is a CloudFormation template, and no policy; deploy it, and read the policy back: " FOREIGN_READ_BACK;
		return "this is YAML, and policies are JSON; make JSON of it: yq -o json, or python3 -c 'import json, sys, yaml; "
		       "print(json.dumps(yaml.safe_load(sys.stdin)))'";
	case MISTAKE_MEMBER_ALONE:
		return "this is a part of a policy alone; write the whole: {\"Version\": \"2012-10-17\", \"Statement\": [{...}]}";
	default:
		return NULL;
	}
}
