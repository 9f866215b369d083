/* SPDX-License-Identifier: BSD-2-Clause */
/* ${...}: in a version that knows none, of a list, of a key that there is not. (IAM User Guide, "Variables and tags".) */
#include "lint/checks.h"

#include "value/glob.h"
#include "lint/placeholder.h"
#include "iam/key.h"
#include "iam/policy_set.h"

#include <string.h>

static bool is_old(const struct subject *subject)
{
	const char *version = json_string_value(json_object_get(subject->json, "Version"));
	return !version || strcmp(version, "2012-10-17");
}

static bool has_variable(struct text t)
{
	const char *open = memmem(t.at, t.length, "${", 2);
	return open && memchr(open, '}', t.length - (size_t)(open - t.at));
}

static void version_check(const struct subject_statement *s, const struct json_path *path, struct text t)
{
	const struct subject *subject = s->subject;

	if (is_old(subject) && has_variable(t) && placeholder_find(t) == PLACEHOLDER_NONE)
		subject_report_statement(s, KIND_VARIABLE_VERSION, path,
			subject_say(subject, "\"%s\" has a variable, which only \"Version\": \"2012-10-17\" fills in; %s",
				subject_show(subject, t),
				json_object_get(subject->json, "Version") ? "write that version" : "add it"),
			subject_say(subject, "the text is compared as it is written, with the \"${\""), NULL);
}

/* Keys of other services are theirs to know. */
static bool is_ours(struct text key)
{
	return text_starts_with_fold(key, TEXT("ses:")) || text_starts_with_fold(key, TEXT("aws:")) ||
		text_find(key, ':', 0) == key.length;
}

static void template_check(const struct subject_statement *s, const struct json_path *path, const struct template *template)
{
	const struct subject *subject = s->subject;

	for (size_t i = 0; i < template->count; i++) {
		int slot = template->pieces[i].slot;
		if (slot < 0)
			continue;
		const struct key *key = &policy_set_keys(subject->set)[slot];
		const char *name = subject_show(subject, key->name);
		if (key->info && key->info->plural)
			subject_report_statement(s, KIND_VARIABLE_LIST, path,
				subject_say(subject, "%s holds a list, and lists are not filled in", name),
				"the condition or resource never matches", NULL);
		else if (placeholder_find(template->source) == PLACEHOLDER_NONE && is_ours(key->name) && !key->info &&
			!template->pieces[i].text.at && !strchr(name, '/'))
			subject_report_statement(s, KIND_VARIABLE_UNKNOWN, path,
				subject_say(subject,
					"there is no key \"%s\" to fill in; the names are those of condition keys, as in ${aws:username}",
					name),
				NULL, NULL);
	}
}

void check_variables(const struct subject_statement *s)
{
	const struct statement *statement = s->statement;
	struct place place;

	for (size_t i = 0; i < statement->resource_count; i++) {
		const struct json_path *path = place_entry(&place, s, subject_resource_member(statement), i);
		version_check(s, path, statement->resources[i].text);
		if (statement->resources[i].template)
			template_check(s, path, statement->resources[i].template);
	}
	for (size_t n = 0; n < statement->condition_count; n++) {
		const struct condition *c = &statement->conditions[n];
		size_t template = 0;
		for (size_t i = 0; i < c->value_count; i++) {
			const struct json_path *path = place_value(&place, s, c, i);
			version_check(s, path, c->values[i]);
			/* Templates stand in the order of the values that hold variables. */
			if (template <c->template_count &&text_equals(c->templates[template].source, c->values[i]))
				template_check(s, path, &c->templates[template ++]);
		}
	}
}
